package dev.sluice.plan;

import dev.sluice.api.NodeState;
import dev.sluice.api.PoolStatus.Rejection;
import dev.sluice.api.Purpose;
import dev.sluice.api.RolloutPolicySpec;
import dev.sluice.gate.Gate;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Begins a trial when one is due and nothing speaks against it. */
final class Begin {
    private Begin() {}

    static void ifDue(Draft draft) {
        if (draft.trial().isPresent()
                || draft.snapshot().deleting()
                || draft.problem().isPresent()
                || draft.policy().isEmpty()) {
            return;
        }
        adoptWithoutTrial(draft);
        due(draft).ifPresent(purpose -> begin(purpose, draft.policy().get(), draft));
    }

    /** Where nothing runs and nothing is to run there is nothing to try. */
    private static void adoptWithoutTrial(Draft draft) {
        boolean nothingRuns = draft.podsIn(NodeState.SERVING).isEmpty() && draft.wantedNodes() == 0;
        if (nothingRuns && !revisionRejected(draft.snapshot().desiredRevision(), draft)) {
            draft.stable(draft.snapshot().desiredRevision());
        }
    }

    private static Optional<Purpose> due(Draft draft) {
        String desired = draft.snapshot().desiredRevision();
        if (draft.stable().isEmpty()) {
            return draft.wantedNodes() > 0 && !revisionRejected(desired, draft)
                    ? Optional.of(Purpose.INSTALL)
                    : Optional.empty();
        }
        if (!desired.equals(draft.stable().get()) && !revisionRejected(desired, draft)) {
            return Optional.of(Purpose.NEW_REVISION);
        }
        boolean declaredAnew = draft.onTrial().stream().anyMatch(NodeDraft::isMachine);
        if (draft.serving().size() < draft.wantedNodes()
                && (declaredAnew || growthRejection(draft).isEmpty())) {
            boolean lostOne = !draft.in(NodeState.QUARANTINED, NodeState.DRAINING, NodeState.GONE)
                    .isEmpty();
            return Optional.of(lostOne ? Purpose.REPLACEMENT : Purpose.SCALE_OUT);
        }
        return Optional.empty();
    }

    /** Whether another revision than that one waits to be tried. */
    static boolean otherRevisionDue(String revision, Draft draft) {
        String desired = draft.snapshot().desiredRevision();
        return !desired.equals(revision)
                && draft.stable().filter(desired::equals).isEmpty()
                && !revisionRejected(desired, draft);
    }

    static boolean revisionRejected(String revision, Draft draft) {
        return draft.rejected().stream()
                .anyMatch(rejection -> !isGrowth(rejection.purpose()) && revision.equals(rejection.revision()));
    }

    /**
     * Growing to this size failed with what the nodes are made of: it is not tried again unasked (invariant I7). Another
     * number of replicas, another revision or a retry asks for it.
     */
    static Optional<Rejection> growthRejection(Draft draft) {
        return draft.rejected().stream()
                .filter(rejection -> isGrowth(rejection.purpose())
                        && rejection.replicas() == draft.snapshot().spec().replicas()
                        && draft.stable().filter(rejection.revision()::equals).isPresent())
                .findFirst();
    }

    static boolean isGrowth(Purpose purpose) {
        return purpose == Purpose.SCALE_OUT || purpose == Purpose.REPLACEMENT;
    }

    private static void begin(Purpose purpose, RolloutPolicySpec policy, Draft draft) {
        Optional<String> obstacle = obstacle(policy, draft);
        if (obstacle.isPresent()) {
            draft.say("Waiting", "%s; %s".formatted(because(draft.snapshot(), purpose), obstacle.get()));
            draft.lookWithin(Duration.ofSeconds(2));
            return;
        }
        Instant now = draft.now();
        String revision = isGrowth(purpose)
                ? draft.stable().orElseThrow()
                : draft.snapshot().desiredRevision();
        String name = "%s-%s-%d"
                .formatted(
                        draft.snapshot().pool().name(),
                        purpose.name().toLowerCase(Locale.ROOT).replace("_", ""),
                        now.toEpochMilli());
        draft.begin(
                TrialDraft.begin(name, purpose, revision, now, now.plusSeconds(policy.progressDeadlineSeconds())),
                new GateMemories.Trial(Gate.begin(now), Map.of(), Map.of()));
        for (NodeDraft node : draft.podsIn(NodeState.REJECTED)) {
            if (node.revision().equals(revision)) {
                node.become(NodeState.STAGED, now, "tried again");
            }
        }
        draft.tell(Effect.Severity.NORMAL, "CandidateDetected", "StartRollout", because(draft.snapshot(), purpose));
    }

    /** Why a trial begins, in one line. */
    static String because(PoolSnapshot snapshot, Purpose purpose) {
        int replicas = snapshot.spec().replicas();
        return switch (purpose) {
            case INSTALL ->
                "the pool has no nodes yet: %d of revision %s".formatted(replicas, snapshot.desiredRevision());
            case NEW_REVISION ->
                "revision %s replaces %s"
                        .formatted(
                                snapshot.desiredRevision(),
                                snapshot.status().revisions().stable());
            case SCALE_OUT -> "the pool grows to %d nodes".formatted(replicas);
            case REPLACEMENT -> "a node was lost or ejected; the pool is to have %d".formatted(replicas);
        };
    }

    private static Optional<String> obstacle(RolloutPolicySpec policy, Draft draft) {
        if (draft.snapshot().spec().rollout().paused()) {
            return Optional.of("spec.rollout.paused is true: no trial begins; write false to go on");
        }
        Optional<Instant> thaw = FreezeCalendar.frozenUntil(policy.freezeWindows(), draft.now());
        if (thaw.isPresent()) {
            return Optional.of(Hold.frozen(thaw.get()).message());
        }
        return draft.snapshot()
                .trialOnPath()
                .map(other -> other + " is on trial; pools of one path are never on trial together");
    }
}
