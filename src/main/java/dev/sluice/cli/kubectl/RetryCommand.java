package dev.sluice.cli.kubectl;

import dev.sluice.api.PoolStatus.Rejection;
import dev.sluice.api.Verb;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kubectl sluice retry}: tries a rejected revision again. */
@Command(
        name = "retry",
        description = "Tries a rejected revision again, from the first step on. The rejection stays in the history.")
public final class RetryCommand implements Callable<Integer> {
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

    @Option(
            names = "--revision",
            paramLabel = "REVISION",
            description = "The revision. Default: the one rejected last.")
    private Optional<String> revision = Optional.empty();

    @Override
    public Integer call() throws InterruptedException {
        return cluster.with(session -> {
            PoolView view = session.view(session.pool(pool));
            String wanted = revision.orElseGet(() -> view.lastRejection()
                    .map(Rejection::revision)
                    .orElseThrow(() -> new CommandFailure(
                            "%s has no rejected revision, so there is nothing to retry; see 'kubectl sluice history %s'"
                                    .formatted(view.reference(), view.reference()))));
            String why = view.status().revisions().rejected().stream()
                    .filter(rejection -> rejection.revision().equals(wanted))
                    .map(rejection -> " It was rejected at step %d (%d %%): %s"
                            .formatted(rejection.step(), rejection.weightPercent(), rejection.evidence()))
                    .findFirst()
                    .orElse("");
            return new ActionDesk(session, action, output)
                    .request(
                            view,
                            Verb.RETRY,
                            Optional.of(wanted),
                            "This puts %s on trial again, from preflight and step 1 on.%s".formatted(wanted, why),
                            List.of("kubectl sluice status %s --timeout 6h".formatted(view.reference())));
        });
    }
}
