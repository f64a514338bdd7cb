package dev.sluice.cli.kubectl;

import dev.sluice.api.Verb;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code kubectl sluice promote}: takes the present step as passed. */
@Command(
        name = "promote",
        description =
                "Takes the present step of a trial as passed, without waiting for the rest of its evidence. The steps after it are judged as ever; what has delivered nothing is not promoted.")
public final class PromoteCommand implements Callable<Integer> {
    @Mixin
    private TrialOptions options;

    @Override
    public Integer call() throws InterruptedException {
        return options.request(
                Verb.PROMOTE,
                (view, trial) -> new TrialOptions.Request(
                        "This takes step %d (%d %%) of %s as passed, whatever the gate still waits for. %s"
                                .formatted(trial.step(), trial.weightPercent(), trial.revision(), evidence(view)),
                        List.of("kubectl sluice watch " + view.reference())));
    }

    private static String evidence(PoolView view) {
        return PoolScreen.numbers(view)
                .map(numbers -> "Evidence so far: %s.".formatted(PoolScreen.tests(numbers)))
                .orElse("No evidence is on record yet.");
    }
}
