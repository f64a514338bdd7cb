package dev.sluice.testkit.pool;

import dev.sluice.node.Fault;
import dev.sluice.node.NodeJson;
import dev.sluice.node.NodeOrders;
import dev.sluice.node.NodeReport;
import dev.sluice.node.NodeReport.HandoverProgress;
import dev.sluice.node.NodeReport.HopQueue;
import dev.sluice.node.NodeReport.Ledger;
import dev.sluice.node.NodeReport.MtaPhase;
import dev.sluice.node.NodeReport.MtaStatus;
import dev.sluice.node.NodeReport.OrdersPhase;
import dev.sluice.node.NodeReport.OrdersStatus;
import dev.sluice.node.NodeReport.PreflightReport;
import dev.sluice.node.NodeReport.Probe;
import dev.sluice.node.NodeReport.QueueSummary;
import dev.sluice.node.NodeReport.RecipientCounters;
import dev.sluice.node.NodeReport.StratumCounters;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A mail node as the world knows it: what it does with mail and what its agent says of that. */
final class MailNodeModel {
    /** One next hop as the node has met it. */
    static final class Hop {
        long good;
        long bad;
        long queued;
        Optional<Instant> firstFailure = Optional.empty();
        Optional<Instant> lastFailure = Optional.empty();
        Optional<Instant> lastDelivered = Optional.empty();
        Optional<String> lastReply = Optional.empty();
        /** The counters as they were at the end of the time within which mail is to be delivered. */
        long[] mature = new long[3];

        final Deque<long[]> history = new ArrayDeque<>();
    }

    final String name;
    final boolean machine;
    String revision;
    String address;
    Instant upAt;
    boolean deleting;
    boolean reachable = true;
    /** Its counters contradict themselves. */
    boolean nonsense;

    Duration clockAhead = Duration.ZERO;
    Optional<Long> acceptedLoss = Optional.empty();
    Optional<String> mtaFailure = Optional.empty();
    /** Why it takes no mail by its own decision. */
    Optional<String> tookItselfOut = Optional.empty();

    NodeOrders orders;
    NodeReport lastReport;
    Instant lastReportTime;
    String provenAddress = "";
    long messages;
    long receivedByHandover;
    long delivered;
    long deliveredLate;
    long handedOver;
    long lastWeightGiven;
    final Map<String, Hop> hops = new TreeMap<>();
    private Optional<PreflightReport> preflight = Optional.empty();

    MailNodeModel(String name, String revision, String address, boolean machine, Instant upAt, List<String> hopNames) {
        this.name = name;
        this.revision = revision;
        this.address = address;
        this.machine = machine;
        this.upAt = upAt;
        hopNames.forEach(hop -> hops.put(hop, new Hop()));
    }

    boolean up(Instant now) {
        return !now.isBefore(upAt);
    }

    boolean acceptsMail(Instant now) {
        return up(now) && mtaFailure.isEmpty() && tookItselfOut.isEmpty() && orders != null && orders.acceptNew();
    }

    long queued() {
        return hops.values().stream().mapToLong(hop -> hop.queued).sum();
    }

    long finished() {
        return hops.values().stream().mapToLong(hop -> hop.good + hop.bad).sum();
    }

    /** Takes a message and tries to hand it on at once. */
    void accept(String hopName, Optional<String> failure, Instant now) {
        messages++;
        Hop hop = hops.get(hopName);
        if (failure.isPresent()) {
            hop.bad++;
            hop.queued++;
            hop.firstFailure = hop.firstFailure.or(() -> Optional.of(now));
            hop.lastFailure = Optional.of(now);
            hop.lastReply = failure;
        } else {
            hop.good++;
            delivered++;
            hop.lastDelivered = Optional.of(now);
        }
    }

    /** Takes a message from a peer; what happens to it is not counted as the node's own doing. */
    void acceptFromPeer(String hopName, Optional<String> failure, Instant now) {
        receivedByHandover++;
        if (failure.isPresent()) {
            hops.get(hopName).queued++;
        } else {
            delivered++;
            hops.get(hopName).lastDelivered = Optional.of(now);
        }
    }

    /** Tries again what waits for a hop. */
    void retry(String hopName, Optional<String> failure, Instant now) {
        Hop hop = hops.get(hopName);
        if (hop.queued == 0 || orders == null || orders.holdQueue() || mtaFailure.isPresent()) {
            return;
        }
        if (failure.isPresent()) {
            hop.lastFailure = Optional.of(now);
            hop.lastReply = failure;
        } else {
            delivered += hop.queued;
            deliveredLate += hop.queued;
            hop.queued = 0;
            hop.lastDelivered = Optional.of(now);
        }
    }

    void obey(NodeOrders given) {
        orders = given;
    }

    /** Runs the ordered probes, if there are any new ones. */
    void probe(Map<String, String> refusals) {
        if (orders == null || orders.preflight().isEmpty() || mtaFailure.isPresent()) {
            return;
        }
        String id = orders.preflight().get().id();
        if (preflight.filter(done -> done.id().equals(id)).isPresent()) {
            return;
        }
        List<Probe> probes = hops.keySet().stream()
                .map(hop -> new Probe(
                        hop,
                        "10.20.200.1:25",
                        "smtp-recipient",
                        !refusals.containsKey(hop),
                        "rcpt",
                        refusals.getOrDefault(hop, "250 2.1.5 Ok"),
                        12))
                .toList();
        preflight = Optional.of(new PreflightReport(id, true, probes));
        if (refusals.isEmpty()) {
            provenAddress = address;
        }
    }

    NodeReport report(Instant now, Duration objective) {
        List<StratumCounters> strata = hops.entrySet().stream()
                .map(each -> stratum(each.getKey(), each.getValue(), now, objective))
                .toList();
        long accepted = messages + receivedByHandover;
        return new NodeReport(
                name,
                "life-1",
                now.plus(clockAhead),
                new MtaStatus(
                        mtaFailure.isPresent() ? MtaPhase.FAILED : MtaPhase.RUNNING,
                        "Postfix 3.7.11",
                        mtaFailure.orElse("")),
                orders == null
                        ? new OrdersStatus(0, "", OrdersPhase.NONE, "")
                        : new OrdersStatus(0, NodeJson.digest(orders), OrdersPhase.APPLIED, ""),
                strata,
                new Ledger(
                        messages,
                        accepted,
                        receivedByHandover,
                        delivered,
                        0,
                        0,
                        handedOver,
                        queued(),
                        0,
                        0,
                        deliveredLate),
                queue(),
                preflight,
                Optional.ofNullable(orders)
                        .flatMap(NodeOrders::handoverTo)
                        .map(peer -> new HandoverProgress(peer.node(), queued(), queued() == 0)),
                0,
                tookItselfOut);
    }

    private QueueSummary queue() {
        boolean held = orders != null && orders.holdQueue();
        List<HopQueue> waiting = hops.entrySet().stream()
                .map(each ->
                        new HopQueue(each.getKey(), each.getValue().queued, 1, each.getValue().lastReply, List.of()))
                .toList();
        return new QueueSummary(0, 0, held ? 0 : queued(), held ? queued() : 0, 1, waiting, 1L << 30);
    }

    private StratumCounters stratum(String name, Hop hop, Instant now, Duration objective) {
        long horizon = now.minus(objective).getEpochSecond();
        hop.history.addLast(new long[] {now.getEpochSecond(), hop.good, hop.bad});
        while (hop.history.peekFirst()[0] <= horizon) {
            hop.mature = hop.history.removeFirst();
        }
        return new StratumCounters(
                name,
                name,
                hop.good,
                Map.of(Fault.NEXT_HOP, hop.bad),
                0,
                nonsense ? hop.bad + 1 : hop.bad,
                hop.mature[1],
                hop.mature[2],
                0,
                List.of(),
                new RecipientCounters(hop.good, hop.bad, 0),
                hop.firstFailure,
                hop.lastFailure,
                hop.lastDelivered,
                hop.lastReply);
    }
}
