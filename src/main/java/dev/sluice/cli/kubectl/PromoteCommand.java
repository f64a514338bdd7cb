package dev.sluice.cli.kubectl;

import dev.sluice.api.PoolStatus.TrialStatus;
import dev.sluice.api.Verb;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code kubectl sluice promote}: takes the present step as passed. */
@Command(
        name = "promote",
        description =
                "Takes the present step of a trial as passed, without waiting for the rest of its evidence. The steps after it are judged as ever; what has delivered nothing is not promoted.")
public final class PromoteCommand implements Callable<Integer> {
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
            TrialStatus trial = Trial.of(view, "promote");
            String evidence = PoolScreen.numbers(view)
                    .map(numbers -> "Evidence so far: %s.".formatted(PoolScreen.tests(numbers)))
                    .orElse("No evidence is on record yet.");
            return new ActionDesk(session, action, output)
                    .request(
                            view,
                            Verb.PROMOTE,
                            Optional.of(trial.revision()),
                            "This takes step %d (%d %%) of %s as passed, whatever the gate still waits for. %s"
                                    .formatted(trial.step(), trial.weightPercent(), trial.revision(), evidence),
                            List.of("kubectl sluice watch " + view.reference()));
        });
    }
}
