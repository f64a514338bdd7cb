package dev.sluice.sim.fleet;

import dev.sluice.node.NodeJson;
import dev.sluice.node.NodeOrders;
import dev.sluice.node.NodeReport;
import dev.sluice.node.NodeReport.HandoverProgress;
import dev.sluice.node.NodeReport.Ledger;
import dev.sluice.node.NodeReport.MtaPhase;
import dev.sluice.node.NodeReport.MtaStatus;
import dev.sluice.node.NodeReport.OrdersPhase;
import dev.sluice.node.NodeReport.OrdersStatus;
import dev.sluice.node.NodeReport.PreflightReport;
import dev.sluice.node.NodeReport.Probe;
import dev.sluice.node.NodeReport.QueueSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A mail node as the world knows it: what it does with mail and what its agent says of that. */
public final class MailNodeModel {
    private static final OrdersStatus NO_ORDERS = new OrdersStatus(0, "", OrdersPhase.NONE, "");

    public final String name;
    public final boolean machine;
    public String revision;
    public String address;
    public Instant upAt;
    public boolean deleting;
    public boolean reachable = true;
    /** Its counters contradict themselves. */
    public boolean nonsense;

    public Duration clockAhead = Duration.ZERO;
    public Optional<Long> acceptedLoss = Optional.empty();
    public Optional<String> mtaFailure = Optional.empty();
    /** Why it takes no mail by its own decision. */
    public Optional<String> tookItselfOut = Optional.empty();

    public NodeOrders orders;
    public NodeReport lastReport;
    public Instant lastReportTime;
    public String provenAddress = "";
    public long messages;
    public long handedOver;
    public final Map<String, HopBook> hops = new TreeMap<>();
    private long receivedByHandover;
    private long delivered;
    private long deliveredLate;
    private long bounced;
    private long possibleDuplicates;
    private boolean breaksOff;
    private int life = 1;
    private Instant agentUpAt = Instant.MIN;
    private OrdersStatus ordersStatus = NO_ORDERS;
    private Optional<PreflightReport> preflight = Optional.empty();

    public MailNodeModel(
            String name, String revision, String address, boolean machine, Instant upAt, List<String> hopNames) {
        this.name = name;
        this.revision = revision;
        this.address = address;
        this.machine = machine;
        this.upAt = upAt;
        hopNames.forEach(hop -> hops.put(hop, new HopBook()));
    }

    public boolean up(Instant now) {
        return !now.isBefore(upAt);
    }

    /** Whether its agent answers. */
    boolean answers(Instant now) {
        return up(now) && reachable && !now.isBefore(agentUpAt);
    }

    public boolean acceptsMail(Instant now) {
        return up(now) && mtaFailure.isEmpty() && tookItselfOut.isEmpty() && orders != null && orders.acceptNew();
    }

    /** Whether it takes the queue of that peer. */
    boolean takesFrom(MailNodeModel peer, Instant now) {
        return up(now)
                && mtaFailure.isEmpty()
                && orders != null
                && orders.handoverFrom().contains(peer.address + "/32");
    }

    /** Everything that it accepted and that is still here. */
    public long queued() {
        long sum = 0;
        for (HopBook hop : hops.values()) {
            sum += hop.queued + hop.attemptsUnderWay();
        }
        return sum;
    }

    /** Messages of clients whose first attempt had an end, since the node was made. */
    public long finished() {
        return hops.values().stream().mapToLong(HopBook::everFinished).sum();
    }

    // ---- what happens to it

    /** Its Pod is made again elsewhere, with the same queue. */
    public void moves(String newAddress, Instant backAt) {
        address = newAddress;
        orders = null;
        ordersStatus = NO_ORDERS;
        upAt = backAt;
        hops.values().forEach(HopBook::cutOff);
    }

    /** Its agent starts again; orders and books are on the volume. */
    void agentCrashes(Instant backAt) {
        agentUpAt = backAt;
    }

    /** The books are lost: what is in the queue is all that the new ones know of. */
    void booksAreLost() {
        life++;
        hops.values().forEach(HopBook::begins);
        messages = 0;
        receivedByHandover = queued();
        delivered = 0;
        deliveredLate = 0;
        bounced = 0;
        handedOver = 0;
        possibleDuplicates = 0;
    }

    /** It crashes before it hears that a peer took its next message: that one stays here, too. */
    void breaksOffAHandover() {
        breaksOff = true;
    }

    /** Gives a message of the queue to a peer. Whether it stays here though the peer has it. */
    boolean handsOver(HopBook hop) {
        if (breaksOff) {
            breaksOff = false;
            possibleDuplicates++;
            return true;
        }
        hop.queued--;
        handedOver++;
        return false;
    }

    void repaired() {
        reachable = true;
        nonsense = false;
        clockAhead = Duration.ZERO;
        mtaFailure = Optional.empty();
    }

    // ---- mail

    /** Takes a message and tries to hand it on at once. */
    public void accept(String hopName, Optional<String> failure, Instant now) {
        accept(hopName, Attempt.of(failure), now);
    }

    /** Takes a message and tries to hand it on at once. Whether it bounced. */
    boolean accept(String hopName, Attempt attempt, Instant now) {
        messages++;
        HopBook hop = hops.get(hopName);
        if (attempt instanceof Attempt.UnderWay slow) {
            hop.firstUnderWay(slow, now);
            return false;
        }
        if (attempt instanceof Attempt.Delivered) {
            delivered++;
            hop.firstDelivered(now, itsClock(now));
            return false;
        }
        hop.firstFailed(reply(attempt), now, itsClock(now));
        return staysOrBounces(hop, attempt);
    }

    /** Takes a message from a peer; what happens to it is not counted as the node's own doing. */
    public void acceptFromPeer(String hopName, Optional<String> failure, Instant now) {
        acceptFromPeer(hopName, Attempt.of(failure), now);
    }

    /** Takes a message from a peer. Whether it bounced. */
    boolean acceptFromPeer(String hopName, Attempt attempt, Instant now) {
        receivedByHandover++;
        return ends(hops.get(hopName), attempt.atLast(), now);
    }

    /** Tries again what waits for a hop. */
    public void retry(String hopName, Optional<String> failure, Instant now) {
        HopBook hop = hops.get(hopName);
        if (hop.queued == 0 || !triesAgain()) {
            return;
        }
        if (failure.isPresent()) {
            hop.failed(failure.get(), itsClock(now));
        } else {
            delivered += hop.queued;
            deliveredLate += hop.queued;
            hop.queued = 0;
            hop.delivered(itsClock(now));
        }
    }

    boolean triesAgain() {
        return orders != null && !orders.holdQueue() && mtaFailure.isEmpty();
    }

    /** A message of the queue was tried again. Whether that was its end; a bounce is one. */
    boolean triedAgain(HopBook hop, Attempt attempt, Instant now) {
        hop.queued--;
        boolean bounces = ends(hop, attempt.atLast(), now);
        boolean gone = attempt.atLast() instanceof Attempt.Delivered;
        if (gone) {
            deliveredLate++;
        }
        return gone || bounces;
    }

    /** An attempt that took its time has come to its end. Whether the message bounced. */
    boolean ended(HopBook hop, HopBook.Ended ended, Instant now) {
        if (ended.late() && ended.end() instanceof Attempt.Delivered) {
            deliveredLate++;
        }
        return ends(hop, ended.end(), now);
    }

    private boolean ends(HopBook hop, Attempt attempt, Instant now) {
        if (attempt instanceof Attempt.Delivered) {
            delivered++;
            hop.delivered(itsClock(now));
            return false;
        }
        hop.failed(reply(attempt), itsClock(now));
        return staysOrBounces(hop, attempt);
    }

    private boolean staysOrBounces(HopBook hop, Attempt attempt) {
        boolean bounces = attempt instanceof Attempt.Refused && orders != null && !orders.keepOnNextHopFailure();
        if (bounces) {
            bounced++;
        } else {
            hop.queued++;
        }
        return bounces;
    }

    private static String reply(Attempt attempt) {
        return attempt instanceof Attempt.Refused refused ? refused.reply() : ((Attempt.Deferred) attempt).reply();
    }

    private Instant itsClock(Instant now) {
        return now.plus(clockAhead);
    }

    // ---- its agent

    public void obey(NodeOrders given) {
        orders = given;
        ordersStatus = new OrdersStatus(0, NodeJson.digest(given), OrdersPhase.APPLIED, "");
    }

    /** Runs the ordered probes, if there are any new ones. */
    public void probe(Map<String, String> refusals) {
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

    public NodeReport report(Instant now, Duration objective) {
        hops.values().forEach(hop -> {
            hop.ages(now, objective.toSeconds());
            hop.nothingIsLaterThan(itsClock(now));
        });
        long accepted = messages + receivedByHandover;
        long left = queued();
        return new NodeReport(
                name,
                "life-" + life,
                itsClock(now),
                new MtaStatus(
                        mtaFailure.isPresent() ? MtaPhase.FAILED : MtaPhase.RUNNING,
                        "Postfix 3.7.11",
                        mtaFailure.orElse("")),
                ordersStatus,
                hops.entrySet().stream()
                        .map(each -> each.getValue().counters(each.getKey(), nonsense ? 1 : 0))
                        .toList(),
                new Ledger(
                        messages,
                        accepted,
                        receivedByHandover,
                        delivered,
                        bounced,
                        0,
                        handedOver,
                        left,
                        accepted - delivered - bounced - handedOver - left,
                        possibleDuplicates,
                        deliveredLate),
                queue(left),
                preflight,
                Optional.ofNullable(orders)
                        .flatMap(NodeOrders::handoverTo)
                        .map(peer -> new HandoverProgress(peer.node(), left, left == 0)),
                0,
                tookItselfOut);
    }

    private QueueSummary queue(long left) {
        boolean held = orders != null && orders.holdQueue();
        return new QueueSummary(
                0,
                0,
                held ? 0 : left,
                held ? left : 0,
                1,
                hops.entrySet().stream()
                        .map(each -> each.getValue().queue(each.getKey()))
                        .toList(),
                1L << 30);
    }
}
