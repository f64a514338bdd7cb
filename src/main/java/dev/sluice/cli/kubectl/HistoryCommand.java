package dev.sluice.cli.kubectl;

import dev.sluice.api.PoolRollout;
import dev.sluice.api.PoolRolloutStatus;
import dev.sluice.api.PoolRolloutStatus.StepRecord;
import dev.sluice.cli.kubectl.OutputOptions.Format;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code kubectl sluice history}: the attempts of a pool. */
@Command(
        name = "history",
        description = "Lists the attempts of a pool, the newest first: what was tried, how it ended, why.")
public final class HistoryCommand implements Callable<Integer> {
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
        Format form = output.format(Format.JSON, Format.YAML, Format.NAME, Format.WIDE);
        return cluster.with(session -> {
            PoolView view = session.view(session.pool(pool));
            switch (form) {
                case JSON, YAML -> output.printObjects(form, view.rollouts(), true);
                case NAME ->
                    output.print(view.rollouts().stream()
                            .map(rollout -> "poolrollout.sluice.dev/"
                                    + rollout.getMetadata().getName())
                            .toList());
                case TEXT, WIDE, CSV -> output.print(text(view, form, Clock.now()));
            }
            return ExitCode.FINE;
        });
    }

    static List<String> text(PoolView view, Format form, Instant now) {
        if (view.rollouts().isEmpty()) {
            return List.of("%s: nothing was tried yet. Next: kubectl sluice get %s"
                    .formatted(view.reference(), view.reference()));
        }
        List<String> heads = new ArrayList<>(
                List.of("REVISION", "PURPOSE", "RESULT", "STEP", "CANARY FAILED", "TOOK", "BEGAN", "REASON"));
        if (form == Format.WIDE) {
            heads.addAll(List.of("RECORD", "WHY"));
        }
        Table table = new Table(heads.toArray(String[]::new));
        view.rollouts().forEach(rollout -> row(table, rollout, form, now));
        List<String> lines = new ArrayList<>(table.lines());
        lines.add("Next: kubectl sluice explain %s --revision %s"
                .formatted(view.reference(), view.rollouts().get(0).getSpec().revision()));
        return lines;
    }

    private static void row(Table table, PoolRollout rollout, Format form, Instant now) {
        Optional<PoolRolloutStatus> status = Optional.ofNullable(rollout.getStatus());
        Optional<StepRecord> last = status.map(PoolRolloutStatus::steps)
                .filter(steps -> !steps.isEmpty())
                .map(steps -> steps.get(steps.size() - 1));
        List<Object> cells = new ArrayList<>();
        cells.add(rollout.getSpec().revision());
        cells.add(Text.word(rollout.getSpec().purpose()));
        cells.add(Text.word(status.map(PoolRolloutStatus::result).orElse(null)));
        cells.add(last.map(step -> "%d (%d%%)".formatted(step.step(), step.weightPercent()))
                .orElse("-"));
        cells.add(last.map(step -> Text.share(step.canaryFailed(), step.canaryFinished()))
                .orElse("-"));
        cells.add(status.map(known -> Text.age(
                        known.startedTime(),
                        Optional.ofNullable(known.finishedTime()).orElse(now)))
                .orElse("-"));
        cells.add(status.map(PoolRolloutStatus::startedTime)
                .map(time -> Text.of(time, now))
                .orElse("-"));
        cells.add(Text.orDash(status.map(PoolRolloutStatus::reason).orElse(null)));
        if (form == Format.WIDE) {
            cells.add(rollout.getMetadata().getName());
            cells.add(Text.orDash(rollout.getSpec().startedBecause()));
        }
        table.row(cells.toArray());
    }
}
