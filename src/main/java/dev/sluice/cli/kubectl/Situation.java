package dev.sluice.cli.kubectl;

import dev.sluice.api.PoolStatus.TrialStatus;
import dev.sluice.api.Purpose;
import dev.sluice.api.TrialPhase;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a pool is, in one sentence, and what a pipeline makes of it.
 *
 * @param mark good, bad, at work, held
 * @param sentence the state
 * @param exitCode what {@code status} ends with
 */
record Situation(Mark mark, String sentence, int exitCode) {

    static Situation of(PoolView view) {
        if (!view.observed()) {
            return new Situation(
                    Mark.AT_WORK,
                    "the operator has not seen generation %d yet"
                            .formatted(view.pool().getMetadata().getGeneration()),
                    ExitCode.STILL_GOING);
        }
        if (view.is("Available", "False")) {
            return new Situation(
                    Mark.BAD,
                    "mail does not flow as it should: " + message(view, "Available"),
                    view.is("Stalled", "True") ? ExitCode.REFUSED : ExitCode.STILL_GOING);
        }
        if (view.is("Stalled", "True")) {
            return new Situation(Mark.BAD, rejected(view), ExitCode.REFUSED);
        }
        if (view.is("Paused", "True")) {
            return new Situation(
                    Mark.HELD,
                    trial(view).map(trial -> trial + ", held: ").orElse("held: ") + message(view, "Paused"),
                    ExitCode.HELD);
        }
        if (view.is("Ready", "True")) {
            return new Situation(Mark.GOOD, message(view, "Ready"), ExitCode.FINE);
        }
        return atWork(view);
    }

    private static Situation atWork(PoolView view) {
        boolean silent = view.is("MetricsReady", "False");
        String doing = trial(view).orElseGet(() -> message(view, "Ready"));
        return new Situation(
                Mark.AT_WORK,
                silent ? doing + "; " + message(view, "MetricsReady") : doing,
                silent ? ExitCode.NO_EVIDENCE : ExitCode.STILL_GOING);
    }

    private static String rejected(PoolView view) {
        String why = view.condition("Stalled").map(Condition::getMessage).orElse("");
        return view.stable()
                .map(stable -> "%s; mail flows on %s".formatted(why, stable))
                .orElse(why);
    }

    private static Optional<String> trial(PoolView view) {
        return view.trial().map(trial -> {
            if (trial.phase() == TrialPhase.ROLLING_BACK) {
                return "rolls %s back: %s".formatted(trial.revision(), message(view, "RolledBack"));
            }
            return "%s, %s".formatted(what(trial, view), where(trial, view));
        });
    }

    private static String what(TrialStatus trial, PoolView view) {
        if (trial.purpose() == Purpose.NEW_REVISION) {
            return "%s replaces %s".formatted(trial.revision(), view.stable().orElse("-"));
        }
        return switch (trial.purpose()) {
            case INSTALL -> "%s enters as the first revision".formatted(trial.revision());
            case SCALE_OUT ->
                "the pool grows to %d nodes".formatted(view.pool().getSpec().replicas());
            case REPLACEMENT -> "a lost node is made up for";
            case NEW_REVISION -> trial.revision();
        };
    }

    private static String where(TrialStatus trial, PoolView view) {
        String step = Optional.ofNullable(view.status().summary())
                .map(summary -> summary.step())
                .orElse(String.valueOf(trial.step()));
        return switch (trial.phase()) {
            case PREPARING, PREFLIGHT -> "step %s passed, new nodes are made ready".formatted(step);
            case CANARY ->
                "step %s at %d %% of the mail%s"
                        .formatted(
                                step,
                                trial.weightPercent(),
                                Optional.ofNullable(trial.measuredSharePercent())
                                        .map(" (measured %s %%)"::formatted)
                                        .orElse(""));
            case BAKE -> "all steps passed, watched a little longer";
            case ROLLING_BACK -> "rolling back";
        };
    }

    private static String message(PoolView view, String type) {
        return view.condition(type)
                .map(Condition::getMessage)
                .filter(text -> !text.isBlank())
                .orElseGet(() -> Optional.ofNullable(view.status().summary())
                        .map(summary -> summary.message())
                        .orElse("nothing is known yet"));
    }

    /** What happens next and when. */
    static Optional<String> next(PoolView view, Instant now) {
        return view.trial()
                .filter(trial -> trial.phase() != TrialPhase.ROLLING_BACK)
                .map(trial -> {
                    String deadline = trial.deadlineTime() == null
                            ? ""
                            : "rolled back unless it has moved on by %s (in %s)"
                                    .formatted(
                                            Text.of(trial.deadlineTime(), now),
                                            Text.of(Duration.between(now, trial.deadlineTime())));
                    return Optional.ofNullable(trial.nextDecisionTime())
                            .filter(time -> time.isAfter(now))
                            .map(time -> "nothing is decided before %s; %s".formatted(Text.of(time, now), deadline))
                            .orElse(deadline);
                });
    }

    /** The commands that make sense now. */
    static List<String> commands(PoolView view) {
        String pool = view.reference();
        List<String> commands = new ArrayList<>();
        if (view.trial().isPresent()
                || !view.status().revisions().rejected().isEmpty()
                || !view.rollouts().isEmpty()) {
            commands.add("kubectl sluice explain " + pool);
        }
        boolean running = view.trial()
                .filter(trial -> trial.phase() != TrialPhase.ROLLING_BACK)
                .isPresent();
        if (running && view.is("Paused", "True")) {
            commands.add("kubectl sluice resume %s --reason \"…\"".formatted(pool));
        } else if (running) {
            commands.add("kubectl sluice abort %s --reason \"…\"".formatted(pool));
        } else if (view.is("Stalled", "True")) {
            commands.add("kubectl sluice affected " + pool);
            commands.add("kubectl sluice retry %s --reason \"…\"".formatted(pool));
        }
        commands.add("kubectl sluice queue " + pool);
        return commands;
    }
}
