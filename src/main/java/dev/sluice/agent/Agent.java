package dev.sluice.agent;

import dev.sluice.node.NodeOrders;
import dev.sluice.node.NodeReport;
import dev.sluice.postfix.NodeFacts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the parts of an agent together and runs them until the process is told to stop. */
public final class Agent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
    private static final Duration STEP = Duration.ofMillis(200);
    private static final Duration READ = Duration.ofMillis(100);
    private static final Duration HOUSEKEEPING = Duration.ofSeconds(2);
    private static final Duration RELAY_PROBE = Duration.ofSeconds(10);
    private static final int KEPT_LOGS = 3;
    private static final int API_THREADS = 8;
    private static final int STATUS_THREADS = 4;
    private static final int PROBE_THREADS = 16;

    private final AgentSettings settings;
    private final MailTransferAgent mta;
    private final Bookkeeper books;
    private final NodeSupervisor supervisor;
    private final OrdersDesk desk;
    private final Admission admission;
    private final SelfClosure closure;
    private final RelayWatch relay;
    private final TlsFiles tlsFiles;
    private final PolicyServer policy;
    private final AgentCheckServer agentCheck;
    private final ApiServer api;
    private final StatusServer status;
    private final CountDownLatch stopRequested = new CountDownLatch(1);
    private final Thread supervising;
    private final Thread bookkeeping;
    private volatile boolean stopping;

    /**
     * Starts an agent. The mail server is started when orders have come.
     *
     * @throws IOException when a directory cannot be used or a port is taken
     * @throws GeneralSecurityException when the certificate files cannot be used
     */
    public Agent(AgentSettings settings, MailTransferAgentFactory factory, InstantSource clock)
            throws IOException, GeneralSecurityException {
        this.settings = settings;
        Files.createDirectories(settings.facts().logFile().getParent());
        tlsFiles = new TlsFiles(settings.tlsDirectory());
        StateStore store = new StateStore(settings.stateDirectory());
        mta = factory.create(settings.facts());
        books = new Bookkeeper(
                clock, store, settings.facts().logFile(), settings.facts().queueDirectory(), ownAddresses());
        ExecutorService probes = DaemonThreads.pool("probe", PROBE_THREADS);
        Preflight preflight = new Preflight(settings.facts(), probes);
        relay = new RelayWatch(clock, relayProbe(settings.facts()), probes);
        supervisor = new NodeSupervisor(clock, mta, books, store, preflight, relay);
        closure = new SelfClosure(clock, store);
        admission = new Admission(
                clock, settings.drainGrace(), () -> tookItselfOut().isPresent());
        desk = new OrdersDesk(settings.node(), store, this::take);
        // The log that was written while no agent ran is read by the orders that were in force.
        desk.current().ifPresent(books::order);
        policy = new PolicyServer(settings.facts().policySocket(), admission::action);
        InetAddress address = InetAddress.getAllByName(settings.facts().bindAddress())[0];
        ExecutorService light = DaemonThreads.pool("status", STATUS_THREADS);
        agentCheck = new AgentCheckServer(address, settings.agentCheckPort(), this::edgeState, light);
        AgentMetrics metrics = new AgentMetrics(
                settings.node(),
                settings.namespace(),
                supervisor.report(settings.node(), 0, Optional.empty()),
                tlsFiles.tls()::certificateEnd,
                relay::timesOpen);
        status = new StatusServer(
                new InetSocketAddress(address, settings.metricsPort()), this::report, books::attempts, metrics, light);
        api = new ApiServer(
                new InetSocketAddress(address, settings.apiPort()),
                tlsFiles.tls(),
                desk,
                closure::asked,
                this::report,
                () -> books.fates(settings.node()),
                DaemonThreads.pool("api", API_THREADS));
        bookkeeping = DaemonThreads.start("books", this::keepBooks);
        supervising = DaemonThreads.start("supervisor", this::supervise);
        LOG.info("agent of {} in {} answers on port {}", settings.node(), settings.namespace(), api.port());
    }

    /** A mail server without a listener for inspections is not asked; nothing is known of its rules. */
    private static Function<NodeOrders, RelayProbe.Finding> relayProbe(NodeFacts facts) {
        return facts.inspectionPort() > 0
                ? new RelayProbe(facts, RELAY_PROBE)::ask
                : orders -> new RelayProbe.Finding.Refused();
    }

    private Optional<String> tookItselfOut() {
        return relay.open().or(closure::why);
    }

    private void take(ReceivedOrders received) {
        closure.order(received.orders());
        admission.order(received.orders());
        supervisor.order(received);
    }

    private Optional<NodeReport> report() {
        return books.caughtUp()
                ? Optional.of(supervisor.report(
                        settings.node(), OpenSessions.count(settings.facts().smtpPort()), tookItselfOut()))
                : Optional.empty();
    }

    private String edgeState() {
        if (stopping) {
            return "drain";
        }
        boolean takesMail = tookItselfOut().isEmpty();
        return EdgeState.of(
                desk.current().filter(orders -> takesMail),
                supervisor.mtaStatus().phase());
    }

    private void supervise() {
        while (!stopping) {
            try {
                supervisor.await(STEP);
                supervisor.step();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("a step of the supervisor broke", e);
            }
        }
    }

    private void keepBooks() {
        LogRotation rotation = new LogRotation(settings.facts().logFile(), settings.largestLog(), KEPT_LOGS);
        Instant nextHousekeeping = Instant.now();
        while (!stopping) {
            try {
                books.read();
                books.scan(mta);
                books.list(mta);
                books.saveWhenDue();
                if (Instant.now().isAfter(nextHousekeeping)) {
                    nextHousekeeping = Instant.now().plus(HOUSEKEEPING);
                    tlsFiles.reloadWhenChanged();
                    if (books.caughtUp()) {
                        closure.look(books.extract().strata());
                    }
                    if (rotation.rotateWhenDue()) {
                        mta.reopenLog();
                    }
                }
                Thread.sleep(READ.toMillis());
            } catch (InterruptedException e) {
                return;
            } catch (IOException e) {
                LOG.warn("the books: {}", e.getMessage());
                if (!pause()) {
                    return;
                }
            } catch (RuntimeException e) {
                LOG.error("the books broke on a line", e);
            }
        }
    }

    private static boolean pause() {
        try {
            Thread.sleep(READ.toMillis());
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private static Set<String> ownAddresses() throws IOException {
        Set<String> addresses = new HashSet<>();
        for (NetworkInterface network : NetworkInterface.networkInterfaces().toList()) {
            network.inetAddresses().map(InetAddress::getHostAddress).forEach(addresses::add);
        }
        return addresses;
    }

    /** The port of the operator's API, for those who asked for any free one. */
    public int apiPort() {
        return api.port();
    }

    /** The port of metrics and health. */
    public int metricsPort() {
        return status.port();
    }

    /** The port of the agent-check. */
    public int agentCheckPort() {
        return agentCheck.port();
    }

    /** Waits until {@link #close} is called. */
    public void awaitStop() throws InterruptedException {
        stopRequested.await();
    }

    /** Takes no more mail, lets deliveries under way end, stops the mail server, writes the books. */
    @Override
    public void close() {
        if (stopping) {
            return;
        }
        stopping = true;
        admission.close();
        try {
            supervising.join();
            bookkeeping.join();
            supervisor.stop(settings.stopGrace());
            api.close();
            status.close();
            agentCheck.close();
            policy.close();
            books.read();
            books.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.warn("while stopping: {}", e.getMessage());
        } finally {
            stopRequested.countDown();
        }
    }
}
