package dev.sluice.cli.kubectl;

import dev.sluice.api.PoolStatus.TrialStatus;
import dev.sluice.api.Verb;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code kubectl sluice resume}: lets a held trial go on. */
@Command(name = "resume", description = "Lets a trial go on that a person has paused.")
public final class ResumeCommand implements Callable<Integer> {
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
            TrialStatus trial = Trial.of(view, "resume");
            return new ActionDesk(session, action, output)
                    .request(
                            view,
                            Verb.RESUME,
                            Optional.of(trial.revision()),
                            "This lets %s go on from step %d (%d %% of the mail); it was held because: %s."
                                    .formatted(
                                            trial.revision(),
                                            trial.step(),
                                            trial.weightPercent(),
                                            Text.orDash(trial.pausedBecause())),
                            List.of("kubectl sluice watch " + view.reference()));
        });
    }
}
