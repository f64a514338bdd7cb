package dev.sluice.agent;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sluice.node.NodeOrders;
import dev.sluice.node.NodeReport;
import dev.sluice.node.NodeReport.HandoverProgress;
import dev.sluice.node.NodeReport.MtaPhase;
import dev.sluice.node.NodeReport.MtaStatus;
import dev.sluice.node.NodeReport.OrdersPhase;
import dev.sluice.node.NodeReport.OrdersStatus;
import dev.sluice.postfix.PostfixConfiguration.Delivery;
import dev.sluice.postfix.QueueFiles;
import dev.sluice.postfix.QueueFiles.Queue;
import dev.sluice.postfix.UnusableOrders;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the mail transfer agent to what is ordered, step by step, and keeps it there. One thread calls {@link #step};
 * the others read what it has published.
 */
final class NodeSupervisor {
    private static final Logger LOG = LoggerFactory.getLogger(NodeSupervisor.class);
    private static final String FILE = "held.json";
    private static final Duration RESTART_PAUSE = Duration.ofSeconds(2);
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(5);
    private static final Duration FLUSH_INTERVAL = Duration.ofMillis(500);
    private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(1);

    /** What was frozen on purpose, so that a restarted agent releases it. */
    record Frozen(@JsonProperty("held") boolean held) {}

    private final InstantSource clock;
    private final MailTransferAgent mta;
    private final Bookkeeper books;
    private final StateStore store;
    private final Preflight preflight;
    private final RelayWatch relay;

    private final ReentrantLock lock = new ReentrantLock();
    private final Semaphore news = new Semaphore(0);
    private ReceivedOrders ordered;
    private volatile MtaStatus mtaStatus;
    private volatile OrdersStatus ordersStatus = new OrdersStatus(0, "", OrdersPhase.NONE, "");
    private volatile boolean handoverFinished;

    /** The orders whose configuration is in force. */
    private NodeOrders configured;
    /** The orders whose configuration was refused; not tried again. */
    private NodeOrders refused;

    private boolean held;
    private boolean started;
    private String startFailure = "";
    private Instant notBefore = Instant.MIN;
    private Instant nextFlush = Instant.MIN;
    private Instant nextSweep = Instant.MIN;

    NodeSupervisor(
            InstantSource clock,
            MailTransferAgent mta,
            Bookkeeper books,
            StateStore store,
            Preflight preflight,
            RelayWatch relay)
            throws IOException {
        this.clock = clock;
        this.mta = mta;
        this.books = books;
        this.store = store;
        this.preflight = preflight;
        this.relay = relay;
        this.held = store.read(FILE, Frozen.class).map(Frozen::held).orElse(false);
        // An agent that is restarted beside a running server must not tell the edge to take it out.
        this.mtaStatus = mta.running()
                ? new MtaStatus(MtaPhase.RUNNING, mta.version(), "")
                : new MtaStatus(MtaPhase.STARTING, mta.version(), "no orders yet");
    }

    /** Takes new orders over; they are carried out by the next steps. */
    void order(ReceivedOrders received) {
        lock.lock();
        try {
            ordered = received;
            ordersStatus =
                    new OrdersStatus(received.orders().leaderEpoch(), received.digest(), OrdersPhase.APPLYING, "");
            news.release();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for orders, or for the time to look again. */
    void await(Duration longest) throws InterruptedException {
        if (news.tryAcquire(longest.toMillis(), TimeUnit.MILLISECONDS)) {
            news.drainPermits();
        }
    }

    /** Does what is due now. */
    void step() {
        NodeOrders orders = orders();
        if (orders == null) {
            return;
        }
        try {
            if (!orders.equals(configured)
                    && !orders.equals(refused)
                    && !clock.instant().isBefore(notBefore)) {
                configure(orders);
            }
            if (configured != null) {
                keepRunning();
                keepFrozen(configured);
                handOver(configured);
                guardRelay(configured);
                if (orders.equals(configured)) {
                    publishInForce(orders);
                }
            }
        } catch (IOException e) {
            LOG.warn("the mail transfer agent did not do as it was told: {}", e.getMessage());
            notBefore = clock.instant().plus(RETRY_PAUSE);
            publishOrders(orders, OrdersPhase.APPLYING, e.getMessage());
        }
        publishMta();
        if (mtaStatus.phase() == MtaPhase.RUNNING && orders.equals(configured)) {
            preflight.order(orders);
        }
    }

    private NodeOrders orders() {
        lock.lock();
        try {
            return ordered == null ? null : ordered.orders();
        } finally {
            lock.unlock();
        }
    }

    private void configure(NodeOrders orders) throws IOException {
        boolean samePeer = configured != null && configured.handoverTo().equals(orders.handoverTo());
        boolean handover = orders.handoverTo().isPresent() && !samePeer;
        if (handover && mta.running()) {
            // Nothing may be attempted, and nothing may expire, while the way is being changed.
            freeze();
        }
        try {
            if (configured == null || !sameConfiguration(configured, orders) || !mta.running()) {
                mta.configure(orders, Delivery.NORMAL);
                relay.changed();
                // The books must know a peer before the log can speak of it.
                books.order(orders);
                if (mta.running()) {
                    mta.reload();
                }
            }
        } catch (UnusableOrders e) {
            refused = orders;
            startFailure = e.getMessage();
            publishOrders(orders, OrdersPhase.FAILED, e.getMessage());
            LOG.warn("orders cannot be carried out: {}", e.getMessage());
            return;
        }
        books.order(orders);
        configured = orders;
        refused = null;
        startFailure = "";
        handoverFinished = false;
        nextFlush = Instant.MIN;
    }

    /** Weight, admission and probes are carried out elsewhere; a change of them needs no other configuration. */
    private static boolean sameConfiguration(NodeOrders one, NodeOrders other) {
        return one.keepOnNextHopFailure() == other.keepOnNextHopFailure()
                && one.settings().equals(other.settings())
                && one.clientAddress() == other.clientAddress()
                && one.relayNetworks().equals(other.relayNetworks())
                && one.handoverFrom().equals(other.handoverFrom())
                && one.nextHops().equals(other.nextHops())
                && one.handoverTo().equals(other.handoverTo());
    }

    private void keepRunning() throws IOException {
        if (mta.running() || clock.instant().isBefore(notBefore) || relay.cannotBeClosed()) {
            return;
        }
        if (started) {
            LOG.warn("the mail transfer agent has died and is started again");
        }
        try {
            mta.start();
            started = true;
            startFailure = "";
        } catch (IOException e) {
            startFailure = e.getMessage();
            notBefore = clock.instant().plus(RESTART_PAUSE);
            throw e;
        }
    }

    /**
     * An open relay must not stay. Nobody is admitted while it is one; the files are written anew, in case they were edited
     * by hand; and where strangers are let in all the same, the mail server is stopped.
     */
    private void guardRelay(NodeOrders orders) throws IOException {
        if (!mta.running()) {
            return;
        }
        relay.look(orders);
        if (relay.cannotBeClosed()) {
            startFailure = relay.open().orElse("");
            LOG.error("the mail server is stopped: {}", startFailure);
            mta.stop();
        } else if (relay.needsMending()) {
            try {
                mta.configure(orders, Delivery.NORMAL);
            } catch (UnusableOrders e) {
                throw new IOException("the configuration cannot be written anew: " + e.getMessage(), e);
            } finally {
                relay.mended();
            }
            mta.reload();
        }
    }

    /** Orders are in force when strangers are refused under them, or when they admit nobody. */
    private void publishInForce(NodeOrders orders) {
        Optional<String> open = relay.open();
        if (!orders.acceptNew()) {
            publishOrders(orders, OrdersPhase.APPLIED, "");
        } else if (open.isPresent()) {
            publishOrders(orders, OrdersPhase.FAILED, open.get());
        } else if (relay.takesNobodys()) {
            publishOrders(orders, OrdersPhase.APPLIED, "");
        } else {
            publishOrders(orders, OrdersPhase.APPLYING, relay.doubt());
        }
    }

    private void keepFrozen(NodeOrders orders) throws IOException {
        if (orders.holdQueue()) {
            Instant now = clock.instant();
            QueueFiles files = books.files();
            boolean loose = files.queues().values().stream().anyMatch(queue -> queue != Queue.HOLD);
            if (!held || (loose && !now.isBefore(nextSweep))) {
                nextSweep = now.plus(SWEEP_INTERVAL);
                freeze();
            }
        } else if (held) {
            mta.release();
            remember(false);
            mta.flush();
        }
    }

    private void freeze() throws IOException {
        remember(true);
        mta.hold();
    }

    private void remember(boolean frozen) throws IOException {
        if (held != frozen) {
            store.write(FILE, new Frozen(frozen));
            held = frozen;
        }
    }

    private void handOver(NodeOrders orders) throws IOException {
        if (orders.handoverTo().isEmpty() || orders.holdQueue()) {
            handoverFinished = false;
            return;
        }
        Instant now = clock.instant();
        if (now.isBefore(nextFlush)) {
            return;
        }
        nextFlush = now.plus(FLUSH_INTERVAL);
        QueueFiles files = books.scanNow(mta);
        handoverFinished = books.nothingLeft();
        if (!files.empty()) {
            mta.flush();
        }
    }

    private void publishOrders(NodeOrders orders, OrdersPhase phase, String reason) {
        lock.lock();
        try {
            if (ordered != null && orders.equals(ordered.orders())) {
                ordersStatus = new OrdersStatus(orders.leaderEpoch(), ordered.digest(), phase, reason);
            }
        } finally {
            lock.unlock();
        }
    }

    private void publishMta() {
        if (mta.running()) {
            mtaStatus = new MtaStatus(MtaPhase.RUNNING, mta.version(), "");
        } else if (!startFailure.isEmpty()) {
            mtaStatus = new MtaStatus(MtaPhase.FAILED, mta.version(), startFailure);
        } else {
            mtaStatus = new MtaStatus(MtaPhase.STARTING, mta.version(), "");
        }
    }

    /** Lets deliveries under way end, then stops. Stopping in mid delivery would deliver mail twice. */
    void stop(Duration grace) throws IOException, InterruptedException {
        if (configured != null && mta.running()) {
            try {
                mta.configure(configured, Delivery.SUSPENDED);
                mta.reload();
            } catch (UnusableOrders | IOException e) {
                // A full volume, for one. Waiting and an orderly stop still save what is under way.
                LOG.warn("deliveries cannot be suspended before the stop: {}", e.getMessage());
            }
            Instant end = clock.instant().plus(grace);
            while (clock.instant().isBefore(end) && mta.queueFiles().count(Queue.ACTIVE) > 0) {
                Thread.sleep(100);
            }
            mta.stop();
        }
        mtaStatus = new MtaStatus(MtaPhase.STOPPED, mta.version(), "the agent was told to stop");
    }

    MtaStatus mtaStatus() {
        return mtaStatus;
    }

    OrdersStatus ordersStatus() {
        return ordersStatus;
    }

    Optional<HandoverProgress> handover() {
        NodeOrders orders = orders();
        return orders == null
                ? Optional.empty()
                : orders.handoverTo().map(peer -> new HandoverProgress(peer.node(), books.left(), handoverFinished));
    }

    /** To those who count on the node a mail server that is closed for being an open relay has failed. */
    private MtaStatus toldStatus() {
        NodeOrders orders = orders();
        boolean missed = orders != null && orders.acceptNew();
        return relay.open()
                .filter(why -> missed)
                .map(why -> new MtaStatus(MtaPhase.FAILED, mtaStatus.version(), why))
                .orElse(mtaStatus);
    }

    /** The report of this moment. */
    NodeReport report(String node, int openSessions, Optional<String> tookItselfOut) {
        Optional<HandoverProgress> progress = handover();
        Bookkeeper.Extract extract = books.extract();
        return new NodeReport(
                node,
                extract.epoch(),
                clock.instant(),
                toldStatus(),
                ordersStatus,
                extract.strata(),
                extract.ledger(),
                extract.queue(),
                preflight.report(),
                progress,
                openSessions,
                tookItselfOut);
    }
}
