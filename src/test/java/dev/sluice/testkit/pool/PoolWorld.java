package dev.sluice.testkit.pool;

import dev.sluice.api.NodeState;
import dev.sluice.api.PoolKind;
import dev.sluice.api.PoolReference;
import dev.sluice.api.PoolRolloutStatus;
import dev.sluice.api.PoolSpec;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.PoolStatus.NodeEntry;
import dev.sluice.api.RolloutPolicySpec.Step;
import dev.sluice.api.Verb;
import dev.sluice.node.NodeOrders;
import dev.sluice.node.NodeOrders.Endpoint;
import dev.sluice.plan.Effect;
import dev.sluice.plan.GateMemories;
import dev.sluice.plan.HopFacts;
import dev.sluice.plan.NodeFacts;
import dev.sluice.plan.Plan;
import dev.sluice.plan.PlanMaker;
import dev.sluice.plan.Planner;
import dev.sluice.plan.PoolSnapshot;
import dev.sluice.plan.Request;
import dev.sluice.sim.fleet.Invariants;
import dev.sluice.sim.fleet.MailNodeModel;
import dev.sluice.sim.fleet.PlanCheck;
import dev.sluice.sim.fleet.Truth;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A pool, its nodes, its edge and its mail in virtual time, with an operator that carries out what the planner decides.
 * The same seed and the same story give the same world. Every plan is held against the invariants.
 */
public final class PoolWorld implements Truth {
    @Override
    public Map<String, MailNodeModel> nodes() {
        return nodes;
    }

    @Override
    public Instant now() {
        return now;
    }

    private static final Duration OBJECTIVE = Duration.ofSeconds(5);
    private static final int HANDED_OVER_IN_A_SECOND = 50;
    private static final Duration ANSWERS_STAY = Duration.ofMinutes(5);

    /** A request and what was answered. */
    static final class Asked {
        final Request request;
        Optional<Effect.AnswerRequest> answer = Optional.empty();
        Optional<Instant> answered = Optional.empty();

        Asked(Request request) {
            this.request = request;
        }
    }

    final Declaration declaration = new Declaration();
    final Map<String, MailNodeModel> nodes = new TreeMap<>();
    final Map<String, PoolRolloutStatus> records = new TreeMap<>();
    final List<Effect.Tell> told = new ArrayList<>();
    final TreeSet<String> released = new TreeSet<>();
    PoolStatus status = PoolStatus.NEVER_OBSERVED;
    Instant now = Instant.parse("2026-11-02T09:00:00Z");
    Optional<String> trialOnPath = Optional.empty();
    Optional<String> starvingOnPath = Optional.empty();
    Optional<String> hopProblem = Optional.empty();
    Optional<String> hopWaits = Optional.empty();
    Optional<String> conflict = Optional.empty();
    Optional<String> trafficProblem = Optional.empty();
    /** Nodes that the API server does not take, and its words. */
    Map<String, String> refusedNodes = Map.of();

    /** As after a start of the operator: it has not asked any node yet. */
    boolean nobodyAskedYet;

    boolean deleting;
    int messagesPerSecond = 60;
    double effectLoss;
    int statusWrites;
    Plan lastPlan;
    Duration staleness = Duration.ZERO;

    private final Set<String> unheard = new TreeSet<>();
    private final Map<String, String> deliveryFaults = new TreeMap<>();
    private final Map<String, String> preflightFaults = new TreeMap<>();
    private final Map<String, Integer> edge = new LinkedHashMap<>();
    private final Map<String, Double> credit = new TreeMap<>();
    private final Map<String, Asked> asked = new LinkedHashMap<>();
    private PoolKind kind = PoolKind.FILTER_POOL;
    private BiFunction<PoolSpec, PoolStatus, String> naming = (spec, known) -> declaration.revision;
    private final List<PlanCheck> checks;
    private final PlanMaker planner;
    private final Random random;
    private GateMemories memories = GateMemories.none();
    private GateMemories writtenMemories = GateMemories.none();
    private Optional<Crash> crash = Optional.empty();
    private int crashIn = -1;
    private int addresses;
    private int turn;
    long lost;

    public PoolWorld(long seed) {
        this(seed, Planner::plan, allChecks());
    }

    /** The invariants and the rules of a status. */
    static List<PlanCheck> allChecks() {
        return Stream.concat(Invariants.all().stream(), StatusRules.all().stream())
                .toList();
    }

    PoolWorld(long seed, PlanMaker planner, List<PlanCheck> checks) {
        this.random = new Random(seed);
        this.planner = planner;
        this.checks = checks;
    }

    /** A pool of the other kind. */
    PoolWorld of(PoolKind which) {
        kind = which;
        return this;
    }

    /** How the operator that runs now names a declaration, given what the pool's status says. */
    PoolWorld named(BiFunction<PoolSpec, PoolStatus, String> by) {
        naming = by;
        return this;
    }

    // ---- what people do

    /** A world in which all three nodes have served for a minute. */
    static PoolWorld serving(long seed) {
        return new PoolWorld(seed)
                .until("all three serve", 60, world -> world.serves(3))
                .runs(60);
    }

    /** Declares another revision and waits until its nodes carry mail. */
    PoolWorld onTrial() {
        return declares(it -> it.revision = "v1-two")
                .until(
                        "canary",
                        60,
                        it -> it.status.trial() != null && it.status.trial().step() == 1);
    }

    /** Declares another revision whose last step is of 100 %, and waits for that step: the serving nodes get no mail then. */
    PoolWorld onTrialWithAllTheMail(int deadlineSeconds) {
        return declares(it -> {
                    it.revision = "v1-two";
                    it.deadlineSeconds = deadlineSeconds;
                    it.steps = List.of(new Step(10, 30, 5, "0.20"), new Step(100, 60, 5, "0.10"));
                })
                .until(
                        "all the mail",
                        300,
                        it -> it.status.trial() != null && it.status.trial().weightPercent() == 100);
    }

    public PoolWorld declares(Consumer<Declaration> edit) {
        edit.accept(declaration);
        declaration.generation++;
        return this;
    }

    public PoolWorld asks(String name, Verb verb, String revision) {
        asked.put(name, new Asked(new Request(name, verb, Optional.ofNullable(revision), "because " + name)));
        return this;
    }

    Effect.AnswerRequest answerTo(String name) {
        return asked.get(name).answer.orElseThrow(() -> new AssertionError(name + " was not answered"));
    }

    public PoolWorld deletesNode(String name) {
        nodes.get(name).deleting = true;
        return this;
    }

    public PoolWorld declaresMachine(String name, String revision) {
        nodes.put(name, new MailNodeModel(name, revision, address(), true, now, declaration.hops));
        return this;
    }

    // ---- what goes wrong

    /** Mail from a node to a hop fails; {@code *} means any. */
    public PoolWorld delivery(String node, String hop, String reply) {
        deliveryFaults.put(node + " " + hop, reply);
        return this;
    }

    public PoolWorld probes(String node, String hop, String reply) {
        preflightFaults.put(node + " " + hop, reply);
        return this;
    }

    /** The answers of these nodes do not arrive; what the operator knows of them grows old. */
    PoolWorld unheard(String... names) {
        unheard.addAll(List.of(names));
        return this;
    }

    /** The answers of all nodes arrive again. */
    PoolWorld heard() {
        unheard.clear();
        return this;
    }

    public PoolWorld repaired() {
        deliveryFaults.clear();
        preflightFaults.clear();
        effectLoss = 0;
        staleness = Duration.ZERO;
        hopProblem = Optional.empty();
        hopWaits = Optional.empty();
        trafficProblem = Optional.empty();
        trialOnPath = Optional.empty();
        nodes.values().forEach(node -> {
            node.reachable = true;
            node.nonsense = false;
            node.mtaFailure = Optional.empty();
        });
        return this;
    }

    public PoolWorld crashes(Crash where, int inSeconds) {
        crash = Optional.of(where);
        crashIn = inSeconds;
        return this;
    }

    /** The node's Pod is made again elsewhere, with the same queue. */
    public PoolWorld moves(String name) {
        nodes.get(name).moves(address(), now.plusSeconds(2));
        return this;
    }

    // ---- time

    public PoolWorld runs(int seconds) {
        for (int i = 0; i < seconds; i++) {
            tick();
        }
        return this;
    }

    /** Goes on until something is so. */
    public PoolWorld until(String what, int seconds, Predicate<PoolWorld> so) {
        for (int i = 0; i < seconds; i++) {
            if (so.test(this)) {
                return this;
            }
            tick();
        }
        if (!so.test(this)) {
            throw new AssertionError("not within " + seconds + " s: " + what + "\n" + describe());
        }
        return this;
    }

    void tick() {
        now = now.plusSeconds(1);
        mailFlows();
        nodes.values().forEach(this::agentWorks);
        PoolSnapshot snapshot = snapshot();
        Plan plan = planner.plan(snapshot, now);
        checks.forEach(check -> check.check(this, snapshot, plan));
        lastPlan = plan;
        carryOut(plan);
    }

    /** Plans again without time having passed and without anything having happened. */
    Plan planAgain() {
        return planner.plan(snapshot(), now);
    }

    PoolSnapshot snapshot() {
        Map<String, PoolRolloutStatus> known = records;
        return new PoolSnapshot(
                new PoolReference(kind, "filter"),
                declaration.generation,
                deleting,
                spec(),
                declaration.policy(),
                naming.apply(spec(), status),
                status,
                nodes.values().stream().map(this::facts).toList(),
                refusedNodes,
                hopFacts(),
                List.of(),
                trialOnPath,
                starvingOnPath,
                trafficProblem,
                conflict,
                asked.values().stream()
                        .filter(each -> each.answered
                                .map(time -> time.plus(ANSWERS_STAY).isAfter(now))
                                .orElse(true))
                        .map(each -> each.request)
                        .toList(),
                Optional.ofNullable(status.trial())
                        .flatMap(trial -> Optional.ofNullable(known.get(trial.rolloutName()))),
                memories);
    }

    PoolSpec spec() {
        return kind == PoolKind.FILTER_POOL ? declaration.spec() : declaration.transportSpec();
    }

    private List<HopFacts> hopFacts() {
        return declaration.hops.stream()
                .map(hop -> new HopFacts(
                        hop, List.of(new Endpoint("10.20.200.1", 25)), List.of(), true, hopProblem, hopWaits))
                .toList();
    }

    private NodeFacts facts(MailNodeModel node) {
        boolean up = node.up(now);
        return new NodeFacts(
                node.name,
                node.revision,
                node.machine,
                node.deleting,
                up ? Optional.of(node.address) : Optional.empty(),
                25,
                2526,
                declaration.template(),
                hopFacts(),
                up ? Optional.empty() : Optional.of("its Pod is being scheduled"),
                nobodyAskedYet ? Optional.empty() : Optional.ofNullable(node.lastReport),
                nobodyAskedYet ? Optional.empty() : Optional.ofNullable(node.lastReportTime),
                node.reachable || nobodyAskedYet
                        ? Optional.empty()
                        : Optional.of("connect to " + node.address + ":9443 timed out"),
                node.acceptedLoss);
    }

    private String address() {
        addresses++;
        return "10.20." + (1 + addresses / 250) + "." + (1 + addresses % 250);
    }

    // ---- mail

    private void mailFlows() {
        long total = edge.values().stream().mapToLong(Integer::longValue).sum();
        for (Map.Entry<String, Integer> server : edge.entrySet()) {
            MailNodeModel node = nodes.get(server.getKey());
            if (total == 0 || node == null) {
                continue;
            }
            double due =
                    credit.merge(server.getKey(), messagesPerSecond * (double) server.getValue() / total, Double::sum);
            for (; due >= 1; due--) {
                if (node.acceptsMail(now)) {
                    if (!node.provenAddress.equals(node.address)) {
                        throw new AssertionError("I1: mail reached " + node.name + ", which was never proven");
                    }
                    String hop = declaration.hops.get(turn++ % declaration.hops.size());
                    node.accept(hop, failure(node.name, hop), now);
                }
            }
            credit.put(server.getKey(), due);
        }
        nodes.values().forEach(this::queueMoves);
    }

    private void queueMoves(MailNodeModel node) {
        Optional<MailNodeModel> peer = Optional.ofNullable(node.orders)
                .flatMap(NodeOrders::handoverTo)
                .map(to -> nodes.get(to.node()))
                .filter(to -> to.up(now) && to.mtaFailure.isEmpty());
        if (peer.isPresent() && node.mtaFailure.isEmpty()) {
            node.hops.forEach((name, hop) -> {
                long moved = Math.min(hop.queued, HANDED_OVER_IN_A_SECOND);
                for (long i = 0; i < moved; i++) {
                    peer.get().acceptFromPeer(name, failure(peer.get().name, name), now);
                }
                hop.queued -= moved;
                node.handedOver += moved;
            });
        } else {
            node.hops.keySet().forEach(hop -> node.retry(hop, failure(node.name, hop), now));
        }
    }

    private Optional<String> failure(String node, String hop) {
        return find(deliveryFaults, node, hop);
    }

    private static Optional<String> find(Map<String, String> faults, String node, String hop) {
        return Optional.ofNullable(faults.get(node + " " + hop))
                .or(() -> Optional.ofNullable(faults.get("* " + hop)))
                .or(() -> Optional.ofNullable(faults.get(node + " *")))
                .or(() -> Optional.ofNullable(faults.get("* *")));
    }

    private void agentWorks(MailNodeModel node) {
        if (!node.up(now)) {
            return;
        }
        Map<String, String> refusals = new TreeMap<>();
        declaration.hops.forEach(hop -> find(preflightFaults, node.name, hop).ifPresent(why -> refusals.put(hop, why)));
        node.probe(refusals);
        var report = node.report(now, OBJECTIVE);
        boolean late = !staleness.isZero() && random.nextDouble() < 0.7;
        if (node.reachable && !late && !unheard.contains(node.name)) {
            node.lastReport = report;
            node.lastReportTime = now;
        }
    }

    // ---- the operator's hands

    private void carryOut(Plan plan) {
        Optional<Crash> dies = Optional.empty();
        if (crashIn >= 0 && crashIn-- == 0) {
            dies = crash;
        }
        if (dies.filter(where -> where == Crash.BEFORE_RECORD).isPresent()) {
            restart();
            return;
        }
        for (Effect effect : plan.effects()) {
            if (effect instanceof Effect.WriteRollout write) {
                records.put(write.name(), write.status());
            }
            if (effect instanceof Effect.AnswerRequest answer) {
                asked.get(answer.request()).answer = Optional.of(answer);
                asked.get(answer.request()).answered = Optional.of(now);
            }
        }
        if (dies.filter(where -> where == Crash.BEFORE_STATUS).isPresent()) {
            restart();
            return;
        }
        boolean decided = !plan.status().equals(status);
        if (decided) {
            statusWrites++;
        }
        status = plan.status();
        memories = plan.memories();
        if (decided || now.getEpochSecond() % 30 == 0) {
            writtenMemories = memories;
        }
        if (dies.filter(where -> where == Crash.BEFORE_EFFECTS).isPresent()) {
            restart();
            return;
        }
        boolean amid = dies.filter(where -> where == Crash.AMID_EFFECTS).isPresent();
        for (Effect effect : plan.effects()) {
            if ((amid || effectLoss > 0) && random.nextDouble() < (amid ? 0.5 : effectLoss)) {
                continue;
            }
            carryOut(effect);
        }
        if (dies.isPresent()) {
            restart();
        }
    }

    private void restart() {
        memories =
                status.trial() == null ? new GateMemories(Optional.empty(), writtenMemories.watch()) : writtenMemories;
    }

    private void carryOut(Effect effect) {
        if (effect instanceof Effect.EnsureNode ensure) {
            if (refusedNodes.containsKey(ensure.node())) {
                return;
            }
            nodes.computeIfAbsent(
                    ensure.node(),
                    name -> new MailNodeModel(
                            name, ensure.revision(), address(), false, now.plusSeconds(2), declaration.hops));
        } else if (effect instanceof Effect.ReleaseNode release) {
            release(release.node());
        } else if (effect instanceof Effect.GiveOrders give) {
            MailNodeModel node = nodes.get(give.node());
            if (node != null && node.reachable && node.up(now)) {
                node.obey(give.orders());
            }
        } else if (effect instanceof Effect.Route route) {
            edge.clear();
            route.servers().forEach(server -> edge.put(server.node(), server.weight()));
        } else if (effect instanceof Effect.Tell tell) {
            told.add(tell);
        }
    }

    private void release(String name) {
        MailNodeModel node = nodes.get(name);
        if (node == null || (node.machine && !node.deleting)) {
            return;
        }
        long left = node.queued();
        if (left > node.acceptedLoss.orElse(0L)) {
            throw new AssertionError("I4: " + name + " was released with " + left + " messages in its queue");
        }
        lost += left;
        released.add(name);
        nodes.remove(name);
    }

    // ---- what is so

    public List<String> in(NodeState... states) {
        return status.nodes().stream()
                .filter(node -> List.of(states).contains(node.state()))
                .map(NodeEntry::name)
                .toList();
    }

    NodeEntry entry(String name) {
        return status.nodes().stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not in the status\n" + describe()));
    }

    public boolean serves(int count) {
        return in(NodeState.SERVING).size() == count && status.trial() == null;
    }

    public boolean isQuiet() {
        return status.trial() == null
                && in(NodeState.QUARANTINED, NodeState.DRAINING, NodeState.GONE).isEmpty();
    }

    String condition(String type) {
        return status.conditions().stream()
                .filter(condition -> condition.getType().equals(type))
                .map(condition -> condition.getStatus() + "/" + condition.getReason())
                .findFirst()
                .orElse("absent");
    }

    String message(String type) {
        return status.conditions().stream()
                .filter(condition -> condition.getType().equals(type))
                .map(condition -> condition.getMessage())
                .findFirst()
                .orElse("");
    }

    boolean wasTold(String reason) {
        return told.stream().anyMatch(tell -> tell.reason().equals(reason));
    }

    long accepted() {
        return nodes.values().stream().mapToLong(node -> node.messages).sum();
    }

    Map<String, Integer> edge() {
        return edge;
    }

    String describe() {
        StringBuilder text = new StringBuilder(now + " " + status.summary() + "\n trial " + status.trial() + "\n");
        status.nodes().forEach(node -> text.append("  ").append(node).append('\n'));
        status.conditions()
                .forEach(c -> text.append(
                        "  %s=%s %s: %s%n".formatted(c.getType(), c.getStatus(), c.getReason(), c.getMessage())));
        told.stream()
                .skip(Math.max(0, told.size() - 8))
                .forEach(t -> text.append("  told ").append(t.note()).append('\n'));
        return text.toString();
    }
}
