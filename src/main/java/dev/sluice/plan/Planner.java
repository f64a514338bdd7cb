package dev.sluice.plan;

import dev.sluice.api.NodeState;
import dev.sluice.api.PoolKind;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.PoolStatus.NodeEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Decides what to do next with one pool. A plan is a readable list of steps; each step sees what the ones before it have
 * decided. The same snapshot at the same time gives the same plan.
 */
public final class Planner {
    private static final Map<NodeState, StateHandler> HANDLERS = handlers();

    private Planner() {}

    /**
     * The plan for a pool.
     *
     * @param snapshot all that is known of it
     * @param now the time
     */
    public static Plan plan(PoolSnapshot snapshot, Instant now) {
        Draft draft = new Draft(snapshot, now);
        checkDeclaration(draft);
        Requests.answer(draft);
        lookAtEachNode(draft);
        Outages.note(draft);
        Watch.servingNodes(draft);
        Trials.carryOn(draft);
        Begin.ifDue(draft);
        scaleIn(draft);
        leaveWithThePool(draft);
        giveWeights(draft);
        giveOrders(draft);
        MeasuredShares.takeUp(draft);
        Trials.keepRecord(draft);
        PoolStatus status = StatusOfPool.of(draft);
        Transitions.tell(status, draft);
        return new Plan(
                status, draft.effects(), new GateMemories(draft.trialMemory(), draft.watch()), draft.nextLook());
    }

    private static Map<NodeState, StateHandler> handlers() {
        Map<NodeState, StateHandler> handlers = new EnumMap<>(NodeState.class);
        handlers.put(NodeState.PENDING, new PendingHandler());
        handlers.put(NodeState.STAGED, new StagedHandler());
        handlers.put(NodeState.PREFLIGHT, new PreflightHandler());
        handlers.put(NodeState.CANARY, new CarryingHandler());
        handlers.put(NodeState.SERVING, new CarryingHandler());
        handlers.put(NodeState.QUARANTINED, new LeavingHandler());
        handlers.put(NodeState.DRAINING, new LeavingHandler());
        handlers.put(NodeState.REJECTED, new RejectedHandler());
        handlers.put(NodeState.GONE, new GoneHandler());
        return handlers;
    }

    /** What cannot be resolved stops everything new; what serves goes on serving. */
    private static void checkDeclaration(Draft draft) {
        for (HopFacts hop : draft.snapshot().hops()) {
            hop.problem().ifPresent(draft::waitsFor);
            hop.waitsFor().ifPresent(draft::waitsFor);
        }
        draft.snapshot()
                .conflict()
                .map(
                        "the nodes of %s, which is older, have the names that this pool's would have: name one of the two differently"
                                ::formatted)
                .ifPresent(draft::problem);
        FreezeCalendar.problem(draft.policy().freezeWindows()).ifPresent(draft::problem);
        if (draft.snapshot().policy().isEmpty()) {
            draft.waitsFor(
                    "RolloutPolicy %s does not exist in this namespace: create it, or change spec.rollout.policyRef"
                            .formatted(
                                    draft.snapshot().spec().rollout().policyRef() == null
                                            ? ""
                                            : draft.snapshot()
                                                    .spec()
                                                    .rollout()
                                                    .policyRef()
                                                    .name()));
        }
    }

    private static void lookAtEachNode(Draft draft) {
        for (NodeDraft node : new ArrayList<>(draft.nodes())) {
            Proof.check(node, draft);
            HANDLERS.get(node.state()).look(node, draft);
        }
    }

    /** Takes the youngest away when the pool is to be smaller. */
    private static void scaleIn(Draft draft) {
        if (draft.snapshot().deleting()) {
            return;
        }
        int wanted = draft.wantedPods();
        List<NodeDraft> serving = draft.podsIn(NodeState.SERVING).stream()
                .sorted(Comparator.comparingInt(NodeDraft::number).reversed())
                .toList();
        for (NodeDraft node : serving.subList(0, Math.max(0, serving.size() - wanted))) {
            node.become(NodeState.DRAINING, draft.now(), "the pool shrinks to %d nodes".formatted(wanted));
            LeavingHandler.tell(node, "the pool shrinks to %d nodes".formatted(wanted), draft);
        }
        if (draft.trial().isEmpty() && draft.serving().size() >= draft.wantedNodes()) {
            draft.rejected().removeIf(rejection -> Begin.isGrowth(rejection.purpose()));
        }
    }

    private static void leaveWithThePool(Draft draft) {
        if (draft.snapshot().deleting()) {
            for (NodeDraft node : draft.nodes()) {
                if (!node.is(NodeState.QUARANTINED, NodeState.DRAINING, NodeState.GONE)) {
                    node.become(NodeState.DRAINING, draft.now(), "the pool is being deleted");
                    LeavingHandler.tell(node, "the pool is being deleted", draft);
                }
            }
        }
    }

    private static void giveWeights(Draft draft) {
        List<NodeDraft> canaries = draft.in(NodeState.CANARY);
        List<NodeDraft> able = canaries.stream()
                .filter(node ->
                        node.freshReport(draft.now(), draft.staleAfter()).isPresent())
                .toList();
        double percent = draft.trial().map(TrialDraft::weightPercent).orElse(0);
        canaries.forEach(node -> node.weight(0));
        Weights.share(draft.serving(), able, percent);
        List<Effect.Route.Server> servers = draft.nodes().stream()
                .filter(node -> node.everCarriedMail() && !node.is(NodeState.GONE))
                .filter(node -> node.address().isPresent())
                .map(node -> new Effect.Route.Server(
                        node.name(),
                        node.address().get(),
                        node.facts().map(NodeFacts::smtpPort).orElse(25),
                        node.weight()))
                .toList();
        // Who came later under a taken name has no part in what the edge knows by that name.
        if (draft.snapshot().conflict().isEmpty() || !servers.isEmpty()) {
            draft.want(new Effect.Route(servers));
        }
    }

    private static void giveOrders(Draft draft) {
        for (NodeDraft node : draft.nodes()) {
            if (!node.is(NodeState.GONE) && !node.isMachine() && draft.madeByUs(node)) {
                draft.want(new Effect.EnsureNode(node.name(), node.revision()));
            }
            if (!node.is(NodeState.PENDING, NodeState.GONE)) {
                node.facts()
                        .flatMap(NodeFacts::address)
                        .ifPresent(address -> OrdersOfNode.of(node, draft)
                                .ifPresent(orders -> draft.want(new Effect.GiveOrders(node.name(), address, orders))));
            }
        }
        if (draft.snapshot().pool().kind() == PoolKind.TRANSPORT_POOL) {
            draft.want(new Effect.AdmitRelay(OrdersOfNode.relayNetworks(draft)));
        }
    }

    /** The nodes of a status, in the order in which they were made. */
    static List<NodeEntry> entries(Draft draft) {
        return draft.nodes().stream()
                .sorted(Comparator.comparingInt(NodeDraft::number))
                .map(NodeDraft::entry)
                .toList();
    }
}
