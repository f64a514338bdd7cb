package dev.sluice.sim.fleet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** The mail of a world: from clients through the filter's edge, from there through the transport's nodes, and out. */
final class MailFlow {
    static final Duration OBJECTIVE = Duration.ofSeconds(5);
    private static final int IN_A_SECOND = 30;
    private static final int AT_THE_PEAK = 60;
    private static final int MOVED_IN_A_SECOND = 50;
    private static final String OUT = "out";
    private static final Attempt RELAY_DENIED = new Attempt.Deferred("454 4.7.1 Relay access denied");
    private static final Attempt NOBODY_THERE = new Attempt.Deferred("connect to out: connection refused");

    private final VirtualTime time;
    private final Random random;
    private final NextHops nextHops;
    private final FleetPool filter;
    private final FleetPool transport;
    private final FleetBreaks breaks;
    private final Map<String, Double> credit = new HashMap<>();
    private final Post post = new Post();
    private boolean clientsSend = true;
    private int turn;

    MailFlow(
            VirtualTime time,
            Random random,
            NextHops nextHops,
            FleetPool filter,
            FleetPool transport,
            FleetBreaks breaks) {
        this.time = time;
        this.random = random;
        this.nextHops = nextHops;
        this.filter = filter;
        this.transport = transport;
        this.breaks = breaks;
    }

    /** Nobody sends any more. */
    void stops() {
        clientsSend = false;
    }

    /** One second of mail. */
    void passes() {
        if (clientsSend) {
            clientsSend();
        }
        queuesMove(filter);
        queuesMove(transport);
    }

    void isAccountedFor() {
        post.isAccountedFor(filter.queued() + transport.queued());
    }

    private void clientsSend() {
        double rate = HopTrouble.isPeak(time.instant()) ? AT_THE_PEAK : IN_A_SECOND;
        long total = filter.edge.total();
        if (total == 0) {
            return;
        }
        filter.edge.servers().forEach((name, server) -> {
            MailNodeModel node = filter.nodes.get(name);
            if (node == null || !isThere(node, server)) {
                return;
            }
            double due = credit.merge(name, rate * server.weight() / total, Double::sum);
            for (; due >= 1; due--) {
                if (node.acceptsMail(time.instant())) {
                    isProven(node);
                    post.accepted();
                    counts(node.accept(OUT, inward(node), time.instant()));
                }
            }
            credit.put(name, due);
        });
    }

    private boolean isThere(MailNodeModel node, Edge.Server server) {
        return node.address.equals(server.address()) || breaks.has(FleetBreaks.Habit.EDGE_KEEPS_THE_WEIGHT);
    }

    private static void isProven(MailNodeModel node) {
        BrokenInvariant.unless(
                node.provenAddress.equals(node.address), "I1", "mail reached %s, which was never proven", node.name);
    }

    private void counts(boolean bounced) {
        if (bounced) {
            post.bounced();
        }
    }

    /** An attempt of a filter node to hand one message to a transport node that is in service. */
    private Attempt inward(MailNodeModel from) {
        return nextHops.inTheWay(from, OUT).orElseGet(() -> relayed(from));
    }

    private Attempt relayed(MailNodeModel from) {
        List<MailNodeModel> open = new ArrayList<>();
        transport.edge.servers().forEach((name, server) -> {
            MailNodeModel node = transport.nodes.get(name);
            boolean there = node != null && isThere(node, server);
            if (server.weight() > 0 && there && node.acceptsMail(time.instant())) {
                open.add(node);
            }
        });
        if (open.isEmpty()) {
            return NOBODY_THERE;
        }
        MailNodeModel to = weighted(open);
        if (!to.orders.relayNetworks().contains(from.address + "/32")) {
            return RELAY_DENIED;
        }
        isProven(to);
        String hop = transport.hops.get(turn++ % transport.hops.size());
        Attempt attempt = outward(to, hop);
        counts(to.accept(hop, attempt, time.instant()));
        delivers(attempt);
        return Attempt.delivered();
    }

    private void delivers(Attempt attempt) {
        if (attempt instanceof Attempt.Delivered) {
            post.delivered();
        }
    }

    private MailNodeModel weighted(List<MailNodeModel> open) {
        int total = 0;
        for (MailNodeModel node : open) {
            total += transport.edge.weight(node.name);
        }
        int at = random.nextInt(total);
        for (MailNodeModel node : open) {
            at -= transport.edge.weight(node.name);
            if (at < 0) {
                return node;
            }
        }
        throw new IllegalStateException("weights changed while they were summed up");
    }

    private Attempt outward(MailNodeModel node, String hop) {
        return nextHops.inTheWay(node, hop).orElseGet(Attempt::delivered);
    }

    /** An attempt that is not the first: nobody counts how long it takes. */
    private Attempt onward(FleetPool pool, MailNodeModel by, String hop) {
        Attempt attempt = pool == filter ? inward(by) : outward(by, hop);
        boolean taken = attempt.atLast() instanceof Attempt.Delivered;
        boolean slow = attempt instanceof Attempt.UnderWay;
        return slow && taken && pool == filter ? relayed(by) : attempt.atLast();
    }

    // ---- what waits

    private void queuesMove(FleetPool pool) {
        for (MailNodeModel node : pool.nodes.values()) {
            if (!node.up(time.instant())) {
                continue;
            }
            attemptsEnd(pool, node);
            if (node.mtaFailure.isEmpty()) {
                if (breaks.has(FleetBreaks.Habit.AGENT_DROPS_MAIL)) {
                    node.hops.values().forEach(hop -> hop.queued = Math.max(0, hop.queued - 1));
                }
                queueMoves(pool, node);
            }
        }
    }

    private void attemptsEnd(FleetPool pool, MailNodeModel node) {
        node.hops.forEach((name, hop) -> {
            hop.ages(time.instant(), OBJECTIVE.toSeconds());
            for (HopBook.Ended ended : hop.ends(time.instant(), OBJECTIVE.toSeconds())) {
                boolean taken = ended.end() instanceof Attempt.Delivered;
                HopBook.Ended asItIs = taken && pool == filter ? new HopBook.Ended(relayed(node), ended.late()) : ended;
                counts(node.ended(hop, asItIs, time.instant()));
                if (pool == transport) {
                    delivers(asItIs.end());
                }
            }
        });
    }

    private void queueMoves(FleetPool pool, MailNodeModel node) {
        Optional<MailNodeModel> peer = node.orders == null
                ? Optional.empty()
                : node.orders
                        .handoverTo()
                        .map(to -> pool.nodes.get(to.node()))
                        .filter(to -> to.takesFrom(node, time.instant()));
        boolean handsOver = node.orders != null && node.orders.handoverTo().isPresent();
        node.hops.forEach((name, hop) -> {
            if (hop.queued == 0) {
                return;
            }
            if (peer.isPresent()) {
                handOver(pool, node, peer.get(), name, hop);
            } else if (!handsOver && node.triesAgain()) {
                tryAgain(pool, node, name, hop);
            }
        });
    }

    private void handOver(FleetPool pool, MailNodeModel node, MailNodeModel peer, String name, HopBook hop) {
        long moved = Math.min(hop.queued, MOVED_IN_A_SECOND);
        for (long i = 0; i < moved; i++) {
            Attempt attempt = onward(pool, peer, name);
            counts(peer.acceptFromPeer(name, attempt, time.instant()));
            if (pool == transport) {
                delivers(attempt);
            }
            if (node.handsOver(hop)) {
                post.duplicated();
            }
        }
    }

    /** The queue is tried until a message does not get through. */
    private void tryAgain(FleetPool pool, MailNodeModel node, String name, HopBook hop) {
        long tries = Math.min(hop.queued, MOVED_IN_A_SECOND);
        boolean goes = true;
        for (long i = 0; i < tries && goes; i++) {
            Attempt attempt = onward(pool, node, name);
            boolean delivered = attempt instanceof Attempt.Delivered;
            goes = node.triedAgain(hop, attempt, time.instant());
            counts(goes && !delivered);
            if (pool == transport) {
                delivers(attempt);
            }
        }
    }
}
