package dev.sluice.cli.kubectl;

import dev.sluice.api.Verb;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code kubectl sluice abort}: takes what is on trial out. */
@Command(
        name = "abort",
        description =
                "Ends a trial: its nodes get no more mail at once and give away what they have; the revision is not tried again unasked.")
public final class AbortCommand implements Callable<Integer> {
    @Mixin
    private TrialOptions options;

    @Override
    public Integer call() throws InterruptedException {
        return options.request(
                Verb.ABORT,
                (view, trial) -> new TrialOptions.Request(
                        "This takes %s out at step %d (%d %% of the mail): no new mail to its nodes, their queues are handed over or delivered. What is declared stays %s; the pool is not Ready until something else is declared, or it is retried."
                                .formatted(trial.revision(), trial.step(), trial.weightPercent(), trial.revision()),
                        List.of(
                                "kubectl sluice explain " + view.reference(),
                                "kubectl sluice retry %s --reason \"…\"".formatted(view.reference()))));
    }
}
