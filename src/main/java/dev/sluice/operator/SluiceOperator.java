package dev.sluice.operator;

import dev.sluice.api.MessageReport;
import dev.sluice.api.SluiceNames;
import dev.sluice.notify.NotifierSettings;
import dev.sluice.operator.OperatorSettings.Election;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operator as a whole: made, started, stopped. Wiring and nothing else. */
public final class SluiceOperator implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SluiceOperator.class);
    private static final int RECONCILE_THREADS = 8;
    private static final Duration LEASE = Duration.ofSeconds(15);
    private static final Duration RENEW = Duration.ofSeconds(10);
    /** The elector waits up to 2.2 times as long: a lease that was given back is to be taken within seconds. */
    private static final Duration RETRY = Duration.ofSeconds(1);

    private static final Duration BEFORE_THE_END = Duration.ofSeconds(2);
    private static final Duration LOOK_AGAIN_ANYWAY = Duration.ofMinutes(5);
    private static final Duration LAST_RECONCILES = Duration.ofSeconds(20);

    private final KubernetesClient client;
    private final OperatorSettings settings;
    private final InstantSource clock;
    private final ClusterView view;
    private final Wakes wakes;
    private final LeaderEpoch epoch;
    private final AgentPoller agents;
    private final TrafficKeeper traffic;
    private final OperatorMetrics metrics = new OperatorMetrics();
    private final Announcer announcer;
    private final Operator operator;
    private final ScheduledExecutorService clockwork = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "operator-clock");
        thread.setDaemon(true);
        return thread;
    });
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final LeaseGuard guard;
    private Runnable whenReplaced = () -> LOG.error("the lease is lost; this operator writes no more");
    private Optional<ManagementServer> management = Optional.empty();
    private Future<?> figures = CompletableFuture.completedFuture(null);

    /**
     * Makes an operator; it does nothing until it is started.
     *
     * @param client not closed by the operator
     */
    public SluiceOperator(KubernetesClient client, OperatorSettings settings, InstantSource clock) {
        this(client, LeaseGuard.NONE, settings, clock, Optional.empty());
    }

    /**
     * Makes an operator that shares its leadership's guard with its client.
     *
     * @param client not closed by the operator; has the guard among its interceptors
     */
    public SluiceOperator(KubernetesClient client, LeaseGuard guard, OperatorSettings settings, InstantSource clock) {
        this(client, guard, settings, clock, Optional.empty());
    }

    /** With another way to the agents than mutual TLS; for tests. */
    SluiceOperator(
            KubernetesClient client, OperatorSettings settings, InstantSource clock, Optional<AgentGateway> gateway) {
        this(client, LeaseGuard.NONE, settings, clock, gateway);
    }

    /** With another way to the agents than mutual TLS; for tests. */
    SluiceOperator(
            KubernetesClient client,
            LeaseGuard guard,
            OperatorSettings settings,
            InstantSource clock,
            Optional<AgentGateway> gateway) {
        this.client = client;
        this.guard = guard;
        this.settings = settings;
        this.clock = clock;
        view = new ClusterView(client, settings.namespaces());
        wakes = new Wakes(view);
        epoch = new LeaderEpoch(client, new ObjectKey(settings.leaseNamespace(), settings.leaseName()));
        Apply apply = new Apply(client);
        StatusWriter statuses = new StatusWriter(client);
        Certificates certificates = new Certificates(client, clock);
        NodeAddresses addresses = new NodeAddresses(view, clock);
        agents = new AgentPoller(
                new FateKeeper(
                        gateway.orElseGet(() -> new MutualTlsGateway(certificates, settings.agentLimit())),
                        view,
                        this::messageReports,
                        apply,
                        statuses,
                        clock),
                addresses::toAsk,
                epoch::current,
                guard::mayAct,
                wakes::node,
                clock,
                settings.pollInterval(),
                settings.agentCalls());
        traffic = new TrafficKeeper(
                view, apply, guard::mayAct, wakes::pool, settings.edgeInterval(), settings.edgeLimit());
        RelayGuard relay = new RelayGuard(view, apply);
        RolloutRecords records = new RolloutRecords(client, view, statuses, clock);
        GateMemoryStore memories = new GateMemoryStore();
        Refusals refusals = new Refusals(clock);
        Observation observation = new Observation(
                view, addresses, new NextHops(view, addresses), agents, traffic, records, memories, refusals, clock);
        EventRecorder events = new EventRecorder(client, clock, settings.identity());
        announcer = new Announcer(client, view, events, metrics, NotifierSettings.usual(settings.reach()), clock);
        Effects effects = new Effects(
                view,
                records,
                statuses,
                traffic,
                relay,
                agents,
                new NodeObjects(view, apply, refusals),
                new FactTeller(view, events, announcer, clock),
                announcer,
                clock);
        PoolReconciler.Engine engine = new PoolReconciler.Engine(
                client, view, observation, memories, statuses, effects, traffic, relay, clock);
        operator = new Operator(this::configure);
        operator.register(
                new PoolReconciler.OfFilterPools(engine, wakes.filterPools()),
                configuration("filterpool", SluiceNames.FINALIZER));
        operator.register(
                new PoolReconciler.OfTransportPools(engine, wakes.transportPools()),
                configuration("transportpool", SluiceNames.FINALIZER));
        operator.register(
                new MailNodeReconciler(
                        client,
                        view,
                        addresses,
                        agents,
                        certificates,
                        statuses,
                        apply,
                        refusals,
                        wakes::pool,
                        wakes.mailNodes(),
                        clock),
                configuration("mailnode", SluiceNames.FINALIZER));
        operator.register(
                new PoolRolloutReconciler(view, apply, settings.keptRollouts()),
                configuration("poolrollout", SluiceNames.FINALIZER));
        operator.register(
                new PoolActionReconciler(view, statuses, apply, wakes::pool, wakes.actions(), clock),
                configuration("poolaction", SluiceNames.FINALIZER));
        operator.register(
                new RolloutPolicyReconciler(statuses, clock), configuration("rolloutpolicy", SluiceNames.FINALIZER));
    }

    /** Weighs the requests of an operator of these settings: no write is sent in the last seconds of a lease. */
    public static LeaseGuard guard(OperatorSettings settings) {
        return new LeaseGuard(settings.leaseName(), LEASE.minus(BEFORE_THE_END));
    }

    /** What is done when another operator has taken over, or may have: the process is to end, without an orderly stop. */
    public void whenReplaced(Runnable action) {
        whenReplaced = action;
    }

    private void configure(ConfigurationServiceOverrider configuration) {
        configuration
                .withKubernetesClient(client)
                .withCloseClientOnStop(false)
                .withConcurrentReconciliationThreads(RECONCILE_THREADS)
                .withConcurrentWorkflowExecutorThreads(1)
                .withReconciliationTerminationTimeout(LAST_RECONCILES)
                .withMetrics(metrics);
        if (settings.election() == Election.LEADER) {
            configuration.withLeaderElectionConfiguration(
                    LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(settings.leaseName())
                            .withLeaseNamespace(settings.leaseNamespace())
                            .withIdentity(settings.identity())
                            .withLeaseDuration(LEASE)
                            .withRenewDeadline(RENEW)
                            .withRetryPeriod(RETRY)
                            .withExitOnStopLeading(false)
                            .withLeaderCallbacks(new LeaderCallbacks(this::lead, this::stepBack, holder -> {}))
                            .build());
        }
    }

    private <P extends HasMetadata> Consumer<ControllerConfigurationOverrider<P>> configuration(
            String name, String finalizer) {
        return configuration -> {
            configuration
                    .withName(name)
                    .withFinalizer(finalizer)
                    .withFieldManager(Apply.FIELD_MANAGER)
                    .withReconciliationMaxInterval(LOOK_AGAIN_ANYWAY)
                    .withRetry(GenericRetry.every10second10TimesRetry());
            if (settings.namespaces().isEmpty()) {
                configuration.watchingAllNamespaces();
            } else {
                configuration.settingNamespaces(Set.copyOf(settings.namespaces()));
            }
        };
    }

    /** Starts to work; with an election, as soon as it is won. */
    public void start() {
        management = settings.managementPort()
                .map(port -> new ManagementServer(port, metrics.registry(), this::illness, this::unreadiness));
        ServerReach.await(client, settings.namespaces());
        view.start();
        wakes.listen();
        figures = clockwork.scheduleWithFixedDelay(this::takeFigures, 1, 5, TimeUnit.SECONDS);
        if (settings.election() == Election.NONE) {
            epoch.take(settings.identity());
            work();
        }
        operator.start();
        started.set(true);
    }

    private List<MessageReport> messageReports() {
        if (settings.namespaces().isEmpty()) {
            return client.resources(MessageReport.class).inAnyNamespace().list().getItems();
        }
        return settings.namespaces().stream()
                .flatMap(namespace ->
                        client.resources(MessageReport.class).inNamespace(namespace).list().getItems().stream())
                .toList();
    }

    /** Shows what somebody else counts, such as the client's requests, beside the operator's own metrics. */
    public void measure(MeterBinder other) {
        metrics.add(other);
    }

    private void takeFigures() {
        metrics.pools(view.pools(), this::reachable, clock.instant());
    }

    private Map<Boolean, Long> reachable(PoolKey pool) {
        return agents.reachable(view.mailNodes(pool).stream().map(ObjectKey::of).toList());
    }

    private void lead() {
        guard.leads();
        epoch.won();
        work();
    }

    private void stepBack() {
        metrics.leads(false);
        agents.close();
        traffic.close();
        if (!closing.get()) {
            whenReplaced.run();
        }
    }

    private void work() {
        metrics.leads(true);
        agents.start();
        traffic.start();
    }

    /** The port of health and metrics, empty when there is none. */
    public Optional<Integer> managementPort() {
        return management.map(ManagementServer::port);
    }

    private Optional<String> illness() {
        return agents.replaced()
                ? Optional.of("another operator has taken over; a restart takes part anew")
                : Optional.empty();
    }

    private Optional<String> unreadiness() {
        return Stream.of(
                        illness(),
                        started.get() ? Optional.<String>empty() : Optional.of("starting"),
                        view.synced() ? Optional.<String>empty() : Optional.of("the caches are being filled"))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** Lets running reconciles end, gives the lease back and stops. */
    @Override
    public void close() {
        closing.set(true);
        operator.stop();
        agents.close();
        traffic.close();
        announcer.close();
        if (settings.election() == Election.LEADER) {
            epoch.giveBack(settings.identity());
        }
        figures.cancel(false);
        clockwork.shutdownNow();
        management.ifPresent(ManagementServer::close);
        view.close();
    }
}
