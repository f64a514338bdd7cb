package dev.sluice.cli.kubectl;

import dev.sluice.api.PoolStatus.Summary;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kubectl sluice watch}: the screen of a pool, kept up to date; a line for each change where it is no terminal. */
@Command(
        name = "watch",
        description =
                "Shows a pool until Ctrl-C or --timeout: redrawn on a terminal, elsewhere a line for each change.")
public final class WatchCommand implements Callable<Integer> {
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final String CLEAR = "\033[H\033[2J";
    private static final int DECISIONS_SHOWN = 8;

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
            converter = Durations.class,
            description = "Ends after this time, such as 10m. Default: at Ctrl-C.")
    private Optional<Duration> timeout = Optional.empty();

    @Override
    public Integer call() throws InterruptedException {
        output.format();
        boolean terminal = Terminal.isDrawable();
        return cluster.with(session -> {
            Optional<Instant> end = timeout.map(Clock.now()::plus);
            PoolView view = session.view(session.pool(pool));
            PoolName name = new PoolName(Optional.of(view.pool().kind()), view.name());
            String last = "";
            while (true) {
                last = terminal ? redraw(view) : tell(view, last);
                if (end.filter(time -> !Clock.now().isBefore(time)).isPresent()
                        || output.out().checkError()) {
                    return ExitCode.FINE;
                }
                Clock.pause(BETWEEN_LOOKS);
                view = session.view(session.pool(Optional.of(name)));
            }
        });
    }

    private String redraw(PoolView view) {
        Instant now = Clock.now();
        List<String> lines = new ArrayList<>();
        lines.add(CLEAR + "every second, Ctrl-C ends it   " + Text.of(now, now));
        lines.addAll(PoolScreen.of(view, now, output.colours()));
        view.rollouts().stream().findFirst().map(rollout -> rollout.getStatus()).ifPresent(status -> {
            lines.add("");
            lines.add("DECISIONS of the last attempt");
            status.decisions().stream()
                    .skip(Math.max(0, status.decisions().size() - DECISIONS_SHOWN))
                    .forEach(decision -> lines.add(
                            "%s  %s: %s".formatted(Text.of(decision.time(), now), decision.what(), decision.why())));
        });
        output.print(lines);
        return "";
    }

    private String tell(PoolView view, String last) {
        Situation situation = Situation.of(view);
        String detail = Optional.ofNullable(view.status().summary())
                .map(Summary::message)
                .filter(text -> !situation.sentence().contains(text))
                .map(text -> " | " + text)
                .orElse("");
        String line = situation.mark().in(Ansi.OFF) + " " + situation.sentence() + detail;
        if (!line.equals(last)) {
            Instant now = Clock.now();
            output.print(List.of(Text.of(now, now) + " " + view.name() + " " + line));
        }
        return line;
    }
}
