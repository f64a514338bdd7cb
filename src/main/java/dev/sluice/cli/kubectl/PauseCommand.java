package dev.sluice.cli.kubectl;

import dev.sluice.api.PoolStatus.TrialStatus;
import dev.sluice.api.Verb;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code kubectl sluice pause}: keeps a trial at its present step. */
@Command(
        name = "pause",
        description =
                "Keeps a trial at its present step. The gate stays armed: what fails is rolled back all the same.")
public final class PauseCommand implements Callable<Integer> {
    @Mixin
    private ClusterOptions cluster;

    @Mixin
    private OutputOptions output;

    @Mixin
    private ActionOptions action;

    @Parameters(
            arity = "0..1",
            paramLabel = "POOL",
            converter = PoolName.Converter.class,
            description = "fp/NAME, tp/NAME or NAME. Default: the only pool of the namespace.")
    private Optional<PoolName> pool = Optional.empty();

    @Override
    public Integer call() throws InterruptedException {
        return cluster.with(session -> {
            PoolView view = session.view(session.pool(pool));
            TrialStatus trial = Trial.of(view, "pause");
            return new ActionDesk(session, action, output)
                    .request(
                            view,
                            Verb.PAUSE,
                            Optional.of(trial.revision()),
                            "This holds %s at step %d (%d %% of the mail). The gate stays armed: what fails is rolled back."
                                    .formatted(trial.revision(), trial.step(), trial.weightPercent()),
                            List.of("kubectl sluice resume %s --reason \"…\"".formatted(view.reference())));
        });
    }
}
