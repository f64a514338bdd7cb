package dev.sluice.plan;

import dev.sluice.api.NodeState;
import dev.sluice.api.PoolStatus.Rejection;
import dev.sluice.api.Purpose;
import dev.sluice.gate.Gate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Begins a trial when one is due and nothing speaks against it. */
final class Begin {
    private Begin() {}

    static void ifDue(Draft draft) {
        if (draft.trial().isPresent()
                || draft.snapshot().deleting()
                || draft.problem().isPresent()) {
            return;
        }
        adoptWithoutTrial(draft);
        List<Purpose> due = due(draft);
        Optional<Purpose> free = due.stream()
                .filter(purpose -> Hold.ofBeginning(purpose, draft).isEmpty())
                .findFirst();
        if (free.isPresent()) {
            begin(free.get(), draft);
        } else if (!due.isEmpty()) {
            waits(due.get(0), Hold.ofBeginning(due.get(0), draft).orElseThrow(), draft);
        }
    }

    private static void waits(Purpose purpose, Hold hold, Draft draft) {
        draft.obstacle(hold);
        draft.say("Waiting", "%s; %s".formatted(because(draft.snapshot(), purpose), hold.message()));
        draft.lookWithin(Duration.ofSeconds(2));
    }

    /** Where nothing runs and nothing is to run there is nothing to try. */
    private static void adoptWithoutTrial(Draft draft) {
        boolean nothingRuns = draft.podsIn(NodeState.SERVING).isEmpty() && draft.wantedNodes() == 0;
        if (nothingRuns && !revisionRejected(draft.snapshot().desiredRevision(), draft)) {
            draft.stable(draft.snapshot().desiredRevision());
        }
    }

    /** What is due, the most wanted first: a new revision may be the cure of what ails the nodes. */
    private static List<Purpose> due(Draft draft) {
        String desired = draft.snapshot().desiredRevision();
        if (draft.stable().isEmpty()) {
            return draft.wantedNodes() > 0 && !revisionRejected(desired, draft) ? List.of(Purpose.INSTALL) : List.of();
        }
        List<Purpose> due = new ArrayList<>();
        if (!desired.equals(draft.stable().get()) && !revisionRejected(desired, draft)) {
            due.add(isLost(draft) ? Purpose.INSTALL : Purpose.NEW_REVISION);
        }
        Purpose growth = draft.lostCapacity() ? Purpose.REPLACEMENT : Purpose.SCALE_OUT;
        boolean machinesWait = draft.onTrial().stream().anyMatch(NodeDraft::isMachine);
        boolean podsLack = draft.podsIn(NodeState.SERVING).size() < draft.wantedPods();
        boolean rejected = growthRejections(draft).anyMatch(rejection -> rejection.purpose() == growth);
        if (machinesWait || (podsLack && !rejected)) {
            due.add(growth);
        }
        return due;
    }

    /**
     * Whether nothing is left of what was stable, neither in service nor on its way back, and what is not declared any more
     * is not made again. Where nothing serves there may be no mail either by which a new revision could prove itself step by
     * step; so it is installed as in a pool that has no nodes yet.
     */
    private static boolean isLost(Draft draft) {
        return draft.serving().isEmpty()
                && draft.in(NodeState.PENDING, NodeState.STAGED, NodeState.PREFLIGHT, NodeState.CANARY)
                        .isEmpty();
    }

    /**
     * Whether another revision is to be tried instead of letting the pool grow by nodes of that one. A replacement goes on
     * while the other may not begin anyway.
     */
    static boolean comesBefore(TrialDraft growth, Draft draft) {
        boolean mayBegin = growth.purpose() != Purpose.REPLACEMENT
                || Hold.ofBeginning(Purpose.NEW_REVISION, draft).isEmpty();
        return mayBegin && otherRevisionDue(growth.revision(), draft);
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
    static Stream<Rejection> growthRejections(Draft draft) {
        return draft.rejected().stream()
                .filter(rejection -> isGrowth(rejection.purpose())
                        && rejection.replicas() == draft.snapshot().spec().replicas()
                        && draft.stable().filter(rejection.revision()::equals).isPresent());
    }

    static boolean isGrowth(Purpose purpose) {
        return purpose == Purpose.SCALE_OUT || purpose == Purpose.REPLACEMENT;
    }

    private static void begin(Purpose purpose, Draft draft) {
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
                TrialDraft.begin(name, purpose, revision, now, Trials.deadline(draft)),
                new GateMemories.Trial(Gate.begin(now), Map.of(), Map.of()));
        int most = purpose == Purpose.REPLACEMENT
                ? draft.attained() - draft.podsIn(NodeState.SERVING).size()
                : Integer.MAX_VALUE;
        draft.podsIn(NodeState.REJECTED).stream()
                .filter(node -> node.revision().equals(revision))
                .limit(most)
                .forEach(node -> node.become(NodeState.STAGED, now, "tried again"));
        draft.tell(EventReason.CANDIDATE_DETECTED, because(draft.snapshot(), purpose));
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
            case REPLACEMENT ->
                "a node was lost or ejected; the pool is to have %d again"
                        .formatted(Math.min(replicas, snapshot.status().attained()));
        };
    }
}
