package dev.sluice.plan;

import dev.sluice.api.NodeState;
import dev.sluice.api.PoolStatus.NodeEntry;
import dev.sluice.node.NodeReport;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/** One node while a plan is being made: what was decided of it so far, and what is known of it. */
final class NodeDraft {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

    private final String name;
    private final int number;
    private String revision;
    private final Optional<NodeFacts> facts;
    private NodeState state;
    private int weight;
    private Instant since;
    private Optional<String> handoverTo;
    private Optional<String> preflightId;
    private String reason;
    private Optional<String> lastKnownAddress;
    private final Optional<String> provenAddress;
    private boolean everCarriedMail;

    private NodeDraft(NodeEntry entry, Optional<NodeFacts> facts) {
        this.name = entry.name();
        this.number = number(name);
        this.revision = entry.revision();
        this.facts = facts;
        this.state = entry.state();
        this.weight = entry.weight();
        this.since = entry.since();
        this.handoverTo = Optional.ofNullable(entry.handoverTo());
        this.preflightId = Optional.ofNullable(entry.preflightId());
        this.reason = entry.reason() == null ? "" : entry.reason();
        this.lastKnownAddress =
                facts.flatMap(NodeFacts::address).or(() -> Optional.ofNullable(entry.lastKnownAddress()));
        this.provenAddress = Optional.ofNullable(entry.lastKnownAddress());
        this.everCarriedMail = entry.everCarriedMail();
    }

    static NodeDraft of(NodeEntry entry, Optional<NodeFacts> facts) {
        return new NodeDraft(entry, facts);
    }

    /** A node that exists and that nobody remembers: whether it has mail is unknown, so it counts as if it had. */
    static NodeDraft found(NodeFacts facts, Instant now) {
        return new NodeDraft(
                new NodeEntry(
                        facts.name(),
                        facts.revision(),
                        NodeState.DRAINING,
                        0,
                        now,
                        null,
                        null,
                        "it is not in the pool's status",
                        null,
                        true),
                Optional.of(facts));
    }

    static NodeDraft planned(String name, String revision, Instant now) {
        return new NodeDraft(
                new NodeEntry(name, revision, NodeState.PENDING, 0, now, null, null, null, null, false),
                Optional.empty());
    }

    /** A machine elsewhere that a person declared. */
    static NodeDraft declared(NodeFacts facts, Instant now) {
        return new NodeDraft(
                new NodeEntry(facts.name(), facts.revision(), NodeState.PENDING, 0, now, null, null, null, null, false),
                Optional.of(facts));
    }

    boolean isMachine() {
        return facts.map(NodeFacts::machine).orElse(false);
    }

    NodeEntry entry() {
        return new NodeEntry(
                name,
                revision,
                state,
                weight,
                since,
                handoverTo.orElse(null),
                preflightId.orElse(null),
                reason.isEmpty() ? null : StatusOfPool.shorten(reason),
                lastKnownAddress.orElse(null),
                everCarriedMail);
    }

    /** Moves the node on; the preflight of an earlier state no longer counts. */
    void become(NodeState next, Instant now, String why) {
        state = next;
        since = now;
        reason = why;
        if (next == NodeState.STAGED) {
            preflightId = Optional.empty();
        }
        if (next != NodeState.CANARY && next != NodeState.SERVING) {
            weight = 0;
        }
    }

    String name() {
        return name;
    }

    /** The number in its name: nodes that were made later have a larger one; a machine elsewhere has none. */
    int number() {
        return number;
    }

    private static int number(String name) {
        String tail = name.substring(name.lastIndexOf('-') + 1);
        return NUMBER.matcher(tail).matches() ? Integer.parseInt(tail) : 0;
    }

    String revision() {
        return revision;
    }

    /** Takes over what a machine elsewhere is made of now. */
    void madeOf(String newRevision) {
        revision = newRevision;
    }

    NodeState state() {
        return state;
    }

    boolean is(NodeState... states) {
        for (NodeState each : states) {
            if (each == state) {
                return true;
            }
        }
        return false;
    }

    int weight() {
        return weight;
    }

    void weight(int value) {
        weight = value;
        everCarriedMail |= value > 0;
    }

    boolean everCarriedMail() {
        return everCarriedMail;
    }

    Instant since() {
        return since;
    }

    Duration stateAge(Instant now) {
        return Duration.between(since, now);
    }

    String reason() {
        return reason;
    }

    void reason(String why) {
        reason = why;
    }

    Optional<String> handoverTo() {
        return handoverTo;
    }

    void handOverTo(Optional<String> peer) {
        handoverTo = peer;
    }

    Optional<String> preflightId() {
        return preflightId;
    }

    void preflight(String id) {
        preflightId = Optional.of(id);
    }

    Optional<NodeFacts> facts() {
        return facts;
    }

    Optional<String> address() {
        return lastKnownAddress;
    }

    /** The address that it had the last time; what a preflight proved, it proved for that one. */
    Optional<String> provenAddress() {
        return provenAddress;
    }

    Optional<NodeReport> report() {
        return facts.flatMap(NodeFacts::report);
    }

    /** The report, unless it is older than {@code age}: an old answer is no evidence. */
    Optional<NodeReport> freshReport(Instant now, Duration age) {
        return facts.flatMap(known -> known.reportTime()
                .filter(time -> !time.isBefore(now.minus(age)))
                .flatMap(time -> known.report()));
    }

    /** Why nothing fresh is known of it. */
    String silence() {
        return facts.flatMap(known -> known.problem().or(known::contactProblem))
                .map(why -> "its agent does not answer: " + why)
                .orElse("its agent does not answer");
    }

    boolean toldToGo() {
        return facts.map(NodeFacts::deleting).orElse(false);
    }
}
