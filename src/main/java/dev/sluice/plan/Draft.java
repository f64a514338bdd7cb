package dev.sluice.plan;

import dev.sluice.api.ConditionReason;
import dev.sluice.api.NodeState;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.PoolStatus.HopOutage;
import dev.sluice.api.PoolStatus.NodeEntry;
import dev.sluice.api.PoolStatus.Rejection;
import dev.sluice.api.PoolStatus.Revisions;
import dev.sluice.api.PoolStatus.Shares;
import dev.sluice.api.RolloutPolicySpec;
import dev.sluice.gate.Explanation;
import dev.sluice.gate.Gate;
import dev.sluice.gate.GateMemory;
import dev.sluice.gate.Judgement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A plan in the making. Lives for one call of the planner. */
final class Draft {
    private final PoolSnapshot snapshot;
    private final Instant now;
    private final Map<String, NodeDraft> nodes = new LinkedHashMap<>();
    private final List<Effect> effects = new ArrayList<>();
    private final List<Rejection> rejected;
    private final Map<String, GateMemory> watch;
    private final List<String> handledActions;
    private List<HopOutage> outages;
    private Optional<TrialDraft> trial;
    private Optional<GateMemories.Trial> trialMemory;
    private Optional<RolloutRecord> record;
    private Optional<String> stable;
    private Optional<String> problem = Optional.empty();
    private Optional<String> waitsFor = Optional.empty();
    private Optional<Hold> obstacle = Optional.empty();
    private String handledRetryNonce;
    private long lastNodeNumber;
    private final int attainedBefore;
    private Optional<Judgement> judgement = Optional.empty();
    private boolean promotionRequested;
    private boolean promoted;
    private boolean ejected;
    private Shares shares;
    private String verdict = "";
    private String message = "";
    private Instant nextLook;

    Draft(PoolSnapshot snapshot, Instant now) {
        this.snapshot = snapshot;
        this.now = now;
        List<NodeFacts> known = snapshot.nodes().stream().map(NodeClock::read).toList();
        Map<String, NodeFacts> facts = known.stream().collect(Collectors.toMap(NodeFacts::name, Function.identity()));
        for (NodeEntry entry : snapshot.status().nodes()) {
            nodes.put(entry.name(), NodeDraft.of(entry, Optional.ofNullable(facts.get(entry.name()))));
        }
        for (NodeFacts each : known) {
            if (!nodes.containsKey(each.name()) && hasRoom()) {
                unknown(each).ifPresent(node -> nodes.put(node.name(), node));
            }
        }
        Revisions revisions = snapshot.status().revisions();
        rejected = new ArrayList<>(revisions.rejected());
        stable = Optional.ofNullable(revisions.stable());
        trial = Optional.ofNullable(snapshot.status().trial()).map(TrialDraft::new);
        record = trial.map(running -> RolloutRecord.of(this, running));
        trialMemory = trial.map(running -> snapshot.memories().trial().orElseGet(() -> nothingRemembered(now)));
        watch = new HashMap<>(snapshot.memories().watch());
        outages = snapshot.status().nextHops();
        handledActions = new ArrayList<>(snapshot.status().handledActions());
        handledRetryNonce = snapshot.status().handledRetryNonce();
        lastNodeNumber = snapshot.status().lastNodeNumber();
        attainedBefore =
                Math.max(snapshot.status().attained(), podsIn(NodeState.SERVING).size());
        nextLook = now.plus(Duration.ofMinutes(5));
    }

    /** A memory that was lost begins anew: that costs time and never promotes. */
    private static GateMemories.Trial nothingRemembered(Instant now) {
        return new GateMemories.Trial(Gate.begin(now), Map.of(), Map.of());
    }

    private Optional<NodeDraft> unknown(NodeFacts facts) {
        if (!facts.machine()) {
            return Optional.of(NodeDraft.found(facts, now));
        }
        return facts.deleting() || snapshot.deleting() ? Optional.empty() : Optional.of(NodeDraft.declared(facts, now));
    }

    PoolSnapshot snapshot() {
        return snapshot;
    }

    Instant now() {
        return now;
    }

    /**
     * The policy in force. While the declared one cannot be found nothing new begins, but what runs must not go unwatched:
     * then the built-in figures judge it.
     */
    RolloutPolicySpec policy() {
        return snapshot.policy().orElse(RolloutPolicySpec.STANDARD);
    }

    /** Reports older than this are no evidence. */
    Duration staleAfter() {
        return Duration.ofSeconds(policy().gate().staleSeconds());
    }

    Collection<NodeDraft> nodes() {
        return nodes.values();
    }

    Optional<NodeDraft> node(String name) {
        return Optional.ofNullable(nodes.get(name));
    }

    List<NodeDraft> in(NodeState... states) {
        return nodes.values().stream().filter(node -> node.is(states)).toList();
    }

    /** Nodes of the stable revision that carry mail by right. */
    List<NodeDraft> serving() {
        return in(NodeState.SERVING);
    }

    /** Nodes on trial that are not out of it yet. */
    List<NodeDraft> onTrial() {
        return in(NodeState.PENDING, NodeState.STAGED, NodeState.PREFLIGHT, NodeState.CANARY).stream()
                .filter(node -> !waitsForAnother(node))
                .toList();
    }

    /**
     * Whether a trial runs of which the node has no part: one of the stable revision that has to prove itself again while
     * another revision is on trial. What it delivers says nothing of that one.
     */
    boolean waitsForAnother(NodeDraft node) {
        return !node.isMachine()
                && trial.filter(running -> !running.revision().equals(node.revision()))
                        .isPresent();
    }

    /** How many nodes are to serve: the declared pods, and the machines elsewhere that were declared for this pool. */
    int wantedNodes() {
        long machines = nodes.values().stream()
                .filter(NodeDraft::isMachine)
                .filter(node -> !node.toldToGo())
                .count();
        return snapshot.deleting() ? 0 : (int) (wantedPods() + machines);
    }

    /** How many nodes of our own making are to serve. */
    int wantedPods() {
        return snapshot.deleting() ? 0 : snapshot.spec().replicas();
    }

    /** How many pods the pool has got to, as far as they are still wanted. */
    int attained() {
        return Math.min(
                wantedPods(), Math.max(attainedBefore, podsIn(NodeState.SERVING).size()));
    }

    /** Whether fewer serve than did: what a pool had comes before everything that people and calendars may hold. */
    boolean lostCapacity() {
        return podsIn(NodeState.SERVING).size() < attained()
                || onTrial().stream().anyMatch(node -> node.isMachine() && node.everCarriedMail());
    }

    /** Whether the status has room for another node. */
    boolean hasRoom() {
        return nodes.size() < PoolStatus.MOST_NODES;
    }

    List<NodeDraft> podsIn(NodeState... states) {
        return in(states).stream().filter(node -> !node.isMachine()).toList();
    }

    /** Whether the node's name is one that this planner gave. */
    boolean madeByUs(NodeDraft node) {
        return node.number() > 0
                && node.number() <= lastNodeNumber
                && node.name().equals(nodeName(node.number()));
    }

    private String nodeName(long number) {
        return snapshot.pool().name() + "-" + number;
    }

    NodeDraft planNode(String revision) {
        do {
            lastNodeNumber++;
        } while (nodes.containsKey(nodeName(lastNodeNumber)));
        NodeDraft node = NodeDraft.planned(nodeName(lastNodeNumber), revision, now);
        nodes.put(node.name(), node);
        lookWithin(Duration.ofSeconds(1));
        return node;
    }

    void forget(NodeDraft node) {
        nodes.remove(node.name());
        watch.remove(node.name());
    }

    Optional<TrialDraft> trial() {
        return trial;
    }

    void begin(TrialDraft begun, GateMemories.Trial memory) {
        trial = Optional.of(begun);
        trialMemory = Optional.of(memory);
        lookWithin(Duration.ofSeconds(1));
    }

    void endTrial() {
        trial = Optional.empty();
        trialMemory = Optional.empty();
        lookWithin(Duration.ofSeconds(1));
    }

    Optional<GateMemories.Trial> trialMemory() {
        return trialMemory;
    }

    /** Evidence on which that node had a part no longer holds: it is gathered anew. */
    void forgetEvidence(NodeDraft node) {
        trialMemory = trialMemory.map(memory -> {
            Map<String, GateMemory> others = new HashMap<>(memory.nodes());
            others.remove(node.name());
            return new GateMemories.Trial(Gate.begin(now), others, memory.messagesAtStepStart());
        });
    }

    /** What was counted up to now no longer tells one node from another. */
    void forgetAllEvidence() {
        watch.clear();
        trialMemory = trialMemory.map(
                memory -> new GateMemories.Trial(Gate.begin(now), Map.of(), memory.messagesAtStepStart()));
    }

    List<HopOutage> outages() {
        return outages;
    }

    void outages(List<HopOutage> known) {
        outages = List.copyOf(known);
    }

    /** Next hops of which nothing is held against a node now. */
    Set<String> asideHops() {
        return outages.stream().map(HopOutage::name).collect(Collectors.toUnmodifiableSet());
    }

    void remember(GateMemories.Trial memory) {
        trialMemory = Optional.of(memory);
    }

    Map<String, GateMemory> watch() {
        return watch;
    }

    /** The record of the trial; empty in the run that begins one, since its intent is not in the status yet. */
    Optional<RolloutRecord> record() {
        return record;
    }

    Optional<String> stable() {
        return stable;
    }

    void stable(String revision) {
        stable = Optional.of(revision);
    }

    /** Whether a node on trial was taken out in this run, so that the evidence of all together no longer holds. */
    boolean ejected() {
        return ejected;
    }

    void ejectionDone() {
        ejected = true;
    }

    /** Whether a trial of this plan ended well. */
    boolean promoted() {
        return promoted;
    }

    void promotionDone() {
        promoted = true;
    }

    List<Rejection> rejected() {
        return rejected;
    }

    List<String> handledActions() {
        return handledActions;
    }

    String handledRetryNonce() {
        return handledRetryNonce;
    }

    void retryNonceHandled(String nonce) {
        handledRetryNonce = nonce;
    }

    long lastNodeNumber() {
        return lastNodeNumber;
    }

    /** Why nothing new can begin: something is declared wrongly, or something else has to come up first. */
    Optional<String> problem() {
        return problem.or(() -> waitsFor);
    }

    /** What is declared in a way that stays wrong until somebody changes it. */
    Optional<String> mistake() {
        return problem;
    }

    /** Why nothing new can begin, in the word of the conditions. */
    ConditionReason problemReason() {
        return problem.isPresent() ? ConditionReason.INVALID_SPEC : ConditionReason.DEPENDENCY_NOT_READY;
    }

    /** What does not exist yet or is not up; the declaration itself may be right. */
    void waitsFor(String what) {
        waitsFor = waitsFor.or(() -> Optional.of(what));
    }

    /** What keeps a trial that is due from beginning. */
    Optional<Hold> obstacle() {
        return obstacle;
    }

    void obstacle(Hold hold) {
        obstacle = Optional.of(hold);
    }

    void problem(String what) {
        problem = problem.or(() -> Optional.of(what));
    }

    /** What the gate said of the trial in this run. */
    Optional<Judgement> judgement() {
        return judgement;
    }

    void judged(Judgement arm) {
        judgement = Optional.of(arm);
    }

    /** Whether a person asked in this run to go on to the next step. */
    boolean promotionRequested() {
        return promotionRequested;
    }

    /** The canary's share of the traffic, null without a trial. */
    Shares shares() {
        return shares;
    }

    void shares(Shares measured) {
        shares = measured;
    }

    /** Whether the shares were measured in this run: the time to take over what changes all the while. */
    boolean sharesMeasured() {
        return shares != null
                && shares.measuredTime() != null
                && !shares.equals(snapshot.status().shares());
    }

    void requestPromotion() {
        promotionRequested = true;
    }

    String verdict() {
        return verdict;
    }

    String message() {
        return message;
    }

    void say(String word, String sentence) {
        verdict = word;
        message = sentence;
    }

    void want(Effect effect) {
        effects.add(effect);
    }

    List<Effect> effects() {
        return effects;
    }

    void tell(EventReason reason, String note) {
        add(reason, note, Optional.empty(), Optional.empty());
    }

    void tell(EventReason reason, String note, NodeDraft node) {
        add(reason, note, Optional.of(node), Optional.empty());
    }

    /** With the gate's explanation behind it, where there is one. */
    void tell(EventReason reason, String note, Optional<Explanation> explanation) {
        add(reason, note, Optional.empty(), explanation);
    }

    /** With the gate's explanation behind it, where there is one. */
    void tell(EventReason reason, String note, NodeDraft node, Optional<Explanation> explanation) {
        add(reason, note, Optional.of(node), explanation);
    }

    private void add(EventReason reason, String note, Optional<NodeDraft> node, Optional<Explanation> explanation) {
        effects.add(new Effect.Tell(
                reason.severity(),
                reason.word(),
                reason.action(),
                note,
                node.map(NodeDraft::name),
                explanation.map(Grounds::of)));
    }

    void lookWithin(Duration time) {
        Instant candidate = now.plus(time);
        if (candidate.isBefore(nextLook)) {
            nextLook = candidate;
        }
    }

    Instant nextLook() {
        return nextLook;
    }
}
