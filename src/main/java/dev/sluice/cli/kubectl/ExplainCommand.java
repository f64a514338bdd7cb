package dev.sluice.cli.kubectl;

import dev.sluice.api.PoolRollout;
import dev.sluice.cli.kubectl.OutputOptions.Format;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kubectl sluice explain}: a decision with the numbers that it used. */
@Command(
        name = "explain",
        description =
                "Says why a revision is on trial, was rejected or was promoted, with every number that the decision"
                        + " used.")
public final class ExplainCommand implements Callable<Integer> {
    @Mixin
    private ClusterOptions cluster;

    @Mixin
    private OutputOptions output;

    @Parameters(
            arity = "0..1",
            paramLabel = "POOL",
            converter = PoolName.Converter.class,
            description = "fp/NAME, tp/NAME or NAME. Default: the only pool of the namespace.")
    private Optional<PoolName> pool = Optional.empty();

    @Option(
            names = "--revision",
            paramLabel = "REVISION",
            description =
                    "The revision. Default: the one on trial, else the one rejected last, else the last one tried.")
    private Optional<String> revision = Optional.empty();

    @Override
    public Integer call() throws InterruptedException {
        Format form = output.format(Format.JSON, Format.YAML);
        return cluster.with(session -> {
            PoolView view = session.view(session.pool(pool));
            Optional<PoolRollout> rollout = Attempts.meant(view, revision);
            if (rollout.isEmpty()) {
                Situation situation = Situation.of(view);
                output.print(List.of(
                        "%s: nothing was tried yet. %s".formatted(view.name(), situation.sentence()),
                        "Next: kubectl sluice get " + view.reference()));
                return ExitCode.FINE;
            }
            Account account = Account.of(view, rollout.get());
            if (form == Format.TEXT) {
                output.print(account.text(view, Clock.now()));
            } else {
                output.printReport(form, "Explanation", account);
            }
            return ExitCode.FINE;
        });
    }
}
