package dev.sluice.operator;

import dev.sluice.node.NodeAddress;
import dev.sluice.node.NodeCallFailure;
import dev.sluice.node.NodeJson;
import dev.sluice.node.NodeOrders;
import dev.sluice.node.NodeReport;
import dev.sluice.node.NodeReport.OrdersPhase;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Talks with the agents on threads of its own: asks each of them regularly, keeps what it said, and gives it the orders
 * that are wanted until its report says that they are in force. A reconciler only reads what is kept here and says what
 * is wanted.
 */
final class AgentPoller implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AgentPoller.class);
    private static final Duration SILENCE_IS_NEWS_AFTER = Duration.ofSeconds(5);
    private static final Duration BETWEEN_SAME_ORDERS = Duration.ofSeconds(2);

    private final AgentGateway gateway;
    private final Supplier<List<NodeAddress>> nodes;
    private final Supplier<Long> leaderEpoch;
    private final BooleanSupplier mayAct;
    private final Consumer<ObjectKey> news;
    private final InstantSource clock;
    private final Duration interval;
    private final ExecutorService calls;
    private final ScheduledExecutorService clockwork =
            Executors.newSingleThreadScheduledExecutor(daemon("agent-clock"));
    private final Map<ObjectKey, Conversation> conversations = new ConcurrentHashMap<>();
    private final AtomicBoolean replaced = new AtomicBoolean();
    private volatile Future<?> rounds = CompletableFuture.completedFuture(null);

    /**
     * A poller that does nothing until it is started.
     *
     * @param nodes whom to ask; called once an interval
     * @param leaderEpoch the fencing number of this operator
     * @param mayAct whether orders may be given now
     * @param news told of a node whose report says something new
     * @param interval between two questions to the same agent
     * @param concurrency how many calls are under way at once at most
     */
    AgentPoller(
            AgentGateway gateway,
            Supplier<List<NodeAddress>> nodes,
            Supplier<Long> leaderEpoch,
            BooleanSupplier mayAct,
            Consumer<ObjectKey> news,
            InstantSource clock,
            Duration interval,
            int concurrency) {
        this.gateway = gateway;
        this.nodes = nodes;
        this.leaderEpoch = leaderEpoch;
        this.mayAct = mayAct;
        this.news = news;
        this.clock = clock;
        this.interval = interval;
        this.calls = Executors.newFixedThreadPool(concurrency, daemon("agent-call"));
    }

    private static java.util.concurrent.ThreadFactory daemon(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    void start() {
        rounds = clockwork.scheduleWithFixedDelay(this::askAll, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        rounds.cancel(false);
        clockwork.shutdownNow();
        calls.shutdownNow();
    }

    /** What is known of a node's agent. */
    NodeContact contact(ObjectKey node) {
        Conversation conversation = conversations.get(node);
        return conversation == null ? NodeContact.NONE : conversation.contact.get();
    }

    /** From now on these orders are to be in force; the leader's epoch is added here. */
    void want(NodeAddress address, NodeOrders orders) {
        Conversation conversation = conversation(address);
        Wanted wanted = new Wanted(orders, NodeJson.digest(orders));
        Wanted before = conversation.wanted.getAndSet(wanted);
        if (before == null || !before.digest.equals(wanted.digest)) {
            submit(conversation, address, () -> giveOrders(conversation, address));
        }
    }

    /** Whether another operator has taken over, so that this one gives no more orders. */
    boolean replaced() {
        return replaced.get();
    }

    private Conversation conversation(NodeAddress address) {
        return conversations.computeIfAbsent(
                new ObjectKey(address.namespace(), address.node()), key -> new Conversation());
    }

    private void askAll() {
        try {
            List<NodeAddress> all = nodes.get();
            Set<ObjectKey> known = all.stream()
                    .map(address -> new ObjectKey(address.namespace(), address.node()))
                    .collect(Collectors.toSet());
            conversations.keySet().retainAll(known);
            for (NodeAddress address : all) {
                Conversation conversation = conversation(address);
                if (conversation.asking.compareAndSet(false, true)) {
                    submit(conversation, address, () -> ask(conversation, address));
                }
            }
        } catch (RuntimeException e) {
            LOG.warn("agents could not be asked", e);
        }
    }

    private void submit(Conversation conversation, NodeAddress address, Runnable call) {
        try {
            calls.execute(() -> {
                try {
                    call.run();
                } catch (RuntimeException e) {
                    LOG.warn("the talk with the agent of {} failed", address.node(), e);
                }
            });
        } catch (RejectedExecutionException e) {
            conversation.asking.set(false);
            LOG.debug("shutting down, {} is not called", address.node());
        }
    }

    private void ask(Conversation conversation, NodeAddress address) {
        try {
            NodeReport report = gateway.report(address);
            heard(conversation, address, before -> before.answered(report, clock.instant()));
            giveOrders(conversation, address);
        } catch (NodeCallFailure e) {
            heard(conversation, address, before -> before.failed(e.getMessage()));
        } catch (RuntimeException e) {
            heard(conversation, address, before -> before.failed("it could not be asked: " + e.getMessage()));
            throw e;
        } finally {
            conversation.asking.set(false);
        }
    }

    private void heard(
            Conversation conversation, NodeAddress address, java.util.function.UnaryOperator<NodeContact> change) {
        NodeContact before = conversation.contact.get();
        NodeContact after = change.apply(before);
        conversation.contact.set(after);
        Instant now = clock.instant();
        boolean stillSilent = after.problem().isPresent()
                && conversation.toldTime.plus(SILENCE_IS_NEWS_AFTER).isBefore(now);
        if (after.saysAnythingNew(before) || stillSilent) {
            conversation.toldTime = now;
            news.accept(new ObjectKey(address.namespace(), address.node()));
        }
    }

    /**
     * Calls the agent only when its last report shows other orders than the wanted ones, that they failed, or that it does
     * not know yet who leads: what it does not know it cannot hold against a leader of before.
     */
    private void giveOrders(Conversation conversation, NodeAddress address) {
        Wanted wanted = conversation.wanted.get();
        if (wanted == null || replaced.get() || !mayAct.getAsBoolean() || inForce(conversation, wanted)) {
            return;
        }
        synchronized (conversation.ordering) {
            Instant now = clock.instant();
            if (wanted.digest.equals(conversation.givenDigest)
                    && conversation.givenTime.plus(BETWEEN_SAME_ORDERS).isAfter(now)) {
                return;
            }
            conversation.givenDigest = wanted.digest;
            conversation.givenTime = now;
            try {
                gateway.order(address, wanted.orders.withLeaderEpoch(leaderEpoch.get()));
            } catch (NodeCallFailure.Refused e) {
                refused(conversation, address, e);
            } catch (NodeCallFailure e) {
                heard(conversation, address, before -> before.failed(e.getMessage()));
            }
        }
    }

    private boolean inForce(Conversation conversation, Wanted wanted) {
        return conversation
                .contact
                .get()
                .report()
                .map(NodeReport::orders)
                .filter(orders -> orders.digest().equals(wanted.digest))
                .filter(orders -> orders.leaderEpoch() >= leaderEpoch.get())
                .filter(orders -> orders.phase() == OrdersPhase.APPLIED || orders.phase() == OrdersPhase.APPLYING)
                .isPresent();
    }

    private void refused(Conversation conversation, NodeAddress address, NodeCallFailure.Refused refusal) {
        Optional<Long> known = conversation
                .contact
                .get()
                .report()
                .map(report -> report.orders().leaderEpoch());
        boolean newerLeader = refusal.status() == HttpURLConnection.HTTP_CONFLICT
                && known.filter(epoch -> epoch > leaderEpoch.get()).isPresent();
        if (newerLeader) {
            replaced.set(true);
            LOG.error(
                    "another operator has taken over (epoch {} on {}, own epoch {}): no more orders are given",
                    known.get(),
                    address.node(),
                    leaderEpoch.get());
        }
        heard(conversation, address, before -> before.failed(refusal.getMessage()));
    }

    /** Those of the nodes that are asked, by whether the last call succeeded. */
    Map<Boolean, Long> reachable(Collection<ObjectKey> nodes) {
        Map<Boolean, Long> counts = new HashMap<>(Map.of(true, 0L, false, 0L));
        nodes.stream()
                .map(conversations::get)
                .filter(Objects::nonNull)
                .forEach(conversation ->
                        counts.merge(conversation.contact.get().problem().isEmpty(), 1L, Long::sum));
        return counts;
    }

    private record Wanted(NodeOrders orders, String digest) {}

    private static final class Conversation {
        private final AtomicReference<NodeContact> contact = new AtomicReference<>(NodeContact.NONE);
        private final AtomicReference<Wanted> wanted = new AtomicReference<>();
        private final AtomicBoolean asking = new AtomicBoolean();
        private final Object ordering = new Object();
        private volatile Instant toldTime = Instant.EPOCH;
        private String givenDigest = "";
        private Instant givenTime = Instant.EPOCH;
    }
}
