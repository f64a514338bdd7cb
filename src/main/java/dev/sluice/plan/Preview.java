package dev.sluice.plan;

import dev.sluice.api.NodeState;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.PoolStatus.TrialStatus;
import dev.sluice.api.Purpose;
import dev.sluice.api.RolloutPolicySpec;
import dev.sluice.api.RolloutPolicySpec.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the planner would do next with a pool that were declared like this: the same plan that the operator would make of
 * the same snapshot, read for people.
 *
 * @param begins why nodes would be put on trial, empty when nothing would begin
 * @param revision the revision that they would be made of
 * @param supersedes the revision of the running trial that would end for it, empty when there is none
 * @param steps the steps that it would go through
 * @param nodesAtPromotion how many new nodes there would be when it is promoted
 * @param replacedNodes how many nodes would drain after the promotion
 * @param obstacle why it would not begin now, or what the operator would say of the pool; one line
 * @param freezes freeze windows that hold now or begin within the horizon
 */
public record Preview(
        Optional<Purpose> begins,
        String revision,
        Optional<String> supersedes,
        List<PlannedStep> steps,
        int nodesAtPromotion,
        int replacedNodes,
        Optional<String> obstacle,
        List<Freeze> freezes) {
    /** How far ahead freeze windows are looked for. */
    public static final Duration HORIZON = Duration.ofDays(7);

    private static final Duration CALENDAR_GRID = Duration.ofMinutes(15);

    public Preview {
        steps = List.copyOf(steps);
        freezes = List.copyOf(freezes);
    }

    /**
     * One step of a trial that has not begun.
     *
     * @param step the figures of the policy, the weight as it would be asked for
     * @param nodes how many new nodes there have to be
     */
    public record PlannedStep(Step step, int nodes) {}

    /**
     * A time in which no step is taken.
     *
     * @param begins when, not before now
     * @param ends when
     */
    public record Freeze(Instant begins, Instant ends) {}

    /**
     * Looks ahead.
     *
     * @param snapshot the pool as it would be declared, with its status and nodes as they are
     * @param now the time
     */
    public static Preview of(PoolSnapshot snapshot, Instant now) {
        PoolStatus planned = Planner.plan(snapshot, now).status();
        Optional<TrialStatus> running = Optional.ofNullable(snapshot.status().trial());
        Optional<TrialStatus> begun = Optional.ofNullable(planned.trial())
                .filter(trial -> running.map(before -> !before.rolloutName().equals(trial.rolloutName()))
                        .orElse(true));
        RolloutPolicySpec policy = snapshot.policy().orElse(RolloutPolicySpec.STANDARD);
        int serving = count(planned, NodeState.SERVING);
        return new Preview(
                begun.map(TrialStatus::purpose),
                begun.map(TrialStatus::revision).orElse(snapshot.desiredRevision()),
                running.map(TrialStatus::revision).filter(before -> begun.isPresent()),
                begun.map(trial -> steps(trial, snapshot, policy, serving)).orElse(List.of()),
                begun.map(trial -> trialSteps(trial, snapshot, policy, serving).nodesFor(Integer.MAX_VALUE, serving))
                        .orElse(0),
                begun.filter(trial -> trial.purpose() == Purpose.NEW_REVISION)
                        .map(trial -> serving)
                        .orElse(0),
                begun.isPresent()
                        ? Optional.empty()
                        : Optional.ofNullable(planned.summary()).map(PoolStatus.Summary::message),
                freezes(policy, now));
    }

    private static Steps trialSteps(TrialStatus trial, PoolSnapshot snapshot, RolloutPolicySpec policy, int serving) {
        int replicas = snapshot.spec().replicas();
        int newcomers = Math.max(1, replicas - serving);
        return Steps.of(trial.purpose(), snapshot.spec(), replicas, policy, newcomers, serving);
    }

    private static List<PlannedStep> steps(
            TrialStatus trial, PoolSnapshot snapshot, RolloutPolicySpec policy, int serving) {
        Steps steps = trialSteps(trial, snapshot, policy, serving);
        List<PlannedStep> planned = new ArrayList<>();
        for (int number = 1; number <= steps.count(); number++) {
            planned.add(new PlannedStep(steps.step(number), steps.nodesFor(number, serving)));
        }
        return planned;
    }

    private static int count(PoolStatus status, NodeState state) {
        return (int)
                status.nodes().stream().filter(node -> node.state() == state).count();
    }

    private static List<Freeze> freezes(RolloutPolicySpec policy, Instant now) {
        List<Freeze> freezes = new ArrayList<>();
        Instant time = now;
        while (time.isBefore(now.plus(HORIZON))) {
            Optional<Instant> thaw = FreezeCalendar.frozenUntil(policy.freezeWindows(), time);
            if (thaw.isPresent()) {
                freezes.add(new Freeze(time, thaw.get()));
                time = thaw.get();
            } else {
                time = nextOnTheGrid(time);
            }
        }
        return freezes;
    }

    private static Instant nextOnTheGrid(Instant time) {
        long grid = CALENDAR_GRID.toSeconds();
        return Instant.ofEpochSecond((time.getEpochSecond() / grid + 1) * grid);
    }
}
