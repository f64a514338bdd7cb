package dev.sluice.cli.kubectl;

import dev.sluice.api.Verb;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code kubectl sluice resume}: lets a held trial go on. */
@Command(name = "resume", description = "Lets a trial go on that a person has paused.")
public final class ResumeCommand implements Callable<Integer> {
    @Mixin
    private TrialOptions options;

    @Override
    public Integer call() throws InterruptedException {
        return options.request(
                Verb.RESUME,
                (view, trial) -> new TrialOptions.Request(
                        "This lets %s go on from step %d (%d %% of the mail); it was held because: %s."
                                .formatted(
                                        trial.revision(),
                                        trial.step(),
                                        trial.weightPercent(),
                                        Text.orDash(trial.pausedBecause())),
                        List.of("kubectl sluice watch " + view.reference())));
    }
}
