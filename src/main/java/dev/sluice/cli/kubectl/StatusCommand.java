package dev.sluice.cli.kubectl;

import dev.sluice.cli.kubectl.OutputOptions.Format;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kubectl sluice status}: one line and an exit code, for pipelines. */
@Command(
        name = "status",
        description =
                "Says in one line how a pool is, and by its exit code: 0 in service, 2 rejected, 3 still going, 4 held"
                        + " by a person or a calendar, 5 evidence missing. With --timeout it waits for an end.")
public final class StatusCommand implements Callable<Integer> {
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

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
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "0s",
            converter = Durations.class,
            description = "How long to wait for the end of what is going on, such as 6h. Default: not at all.")
    private Duration timeout;

    /** The answer as JSON. */
    private record Status(
            String pool,
            String namespace,
            String state,
            String sentence,
            int exitCode,
            String stable,
            String candidate) {}

    @Override
    public Integer call() throws InterruptedException {
        Format form = output.format(Format.JSON, Format.YAML);
        return cluster.with(session -> {
            Instant end = Clock.now().plus(timeout);
            Optional<PoolName> wanted = pool;
            PoolView view = session.view(session.pool(wanted));
            while (!settled(view) && Clock.now().isBefore(end)) {
                Clock.pause(BETWEEN_LOOKS);
                view = session.view(session.pool(
                        Optional.of(new PoolName(Optional.of(view.pool().kind()), view.name()))));
            }
            Situation situation = Situation.of(view);
            print(view, situation, form);
            return situation.exitCode();
        });
    }

    /** Who holds a trial has to act; nothing is gained by waiting, unless time was given for it. */
    private static boolean settled(PoolView view) {
        int code = Situation.of(view).exitCode();
        return code == ExitCode.FINE || code == ExitCode.REFUSED;
    }

    private void print(PoolView view, Situation situation, Format form) {
        if (form == Format.TEXT) {
            List<String> lines = new ArrayList<>();
            lines.add("%s: %s %s".formatted(view.name(), situation.mark().in(output.colours()), situation.sentence()));
            if (situation.exitCode() != ExitCode.FINE) {
                lines.add("Next: " + String.join(" · ", Situation.commands(view)));
            }
            output.print(lines);
        } else {
            output.printReport(
                    form,
                    "Status",
                    new Status(
                            view.reference(),
                            view.pool().getMetadata().getNamespace(),
                            Text.word(situation.mark()),
                            situation.sentence(),
                            situation.exitCode(),
                            view.stable().orElse(null),
                            view.status().revisions().candidate()));
        }
    }
}
