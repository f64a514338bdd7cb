package dev.sluice.cli.kubectl;

import dev.sluice.cli.kubectl.OutputOptions.Format;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code kubectl sluice queue}: what waits, where, how long, and why. */
@Command(
        name = "queue",
        description = "Shows what waits in a pool's queues, by next hop and revision, and by node. Counts are at most a"
                + " minute old.")
public final class QueueCommand implements Callable<Integer> {
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

    @Override
    public Integer call() throws InterruptedException {
        Format form = output.format(Format.JSON, Format.YAML);
        return cluster.with(session -> {
            QueueReport report = QueueReport.of(session.view(session.pool(pool)));
            if (form == Format.TEXT) {
                output.print(report.text(Clock.now()));
            } else {
                output.printReport(form, "Queue", report);
            }
            return ExitCode.FINE;
        });
    }
}
