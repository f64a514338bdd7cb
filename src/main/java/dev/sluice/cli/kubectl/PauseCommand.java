package dev.sluice.cli.kubectl;

import dev.sluice.api.Verb;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code kubectl sluice pause}: keeps a trial at its present step. */
@Command(
        name = "pause",
        description =
                "Keeps a trial at its present step. The gate stays armed: what fails is rolled back all the same.")
public final class PauseCommand implements Callable<Integer> {
    @Mixin
    private TrialOptions options;

    @Override
    public Integer call() throws InterruptedException {
        return options.request(
                Verb.PAUSE,
                (view, trial) -> new TrialOptions.Request(
                        "This holds %s at step %d (%d %% of the mail). The gate stays armed: what fails is rolled back."
                                .formatted(trial.revision(), trial.step(), trial.weightPercent()),
                        List.of("kubectl sluice resume %s --reason \"…\"".formatted(view.reference()))));
    }
}
