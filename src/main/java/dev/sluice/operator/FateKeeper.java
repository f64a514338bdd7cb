package dev.sluice.operator;

import dev.sluice.api.MailNode;
import dev.sluice.api.MessageOutcome;
import dev.sluice.api.MessageReport;
import dev.sluice.api.MessageReportSpec;
import dev.sluice.api.MessageReportStatus;
import dev.sluice.api.MessageReportStatus.RecipientRecord;
import dev.sluice.api.NodeState;
import dev.sluice.api.Pool;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.PoolStatus.NodeEntry;
import dev.sluice.api.PoolStatus.Rejection;
import dev.sluice.api.PoolStatus.TrialStatus;
import dev.sluice.node.MessageFates;
import dev.sluice.node.MessageFates.MessageFate;
import dev.sluice.node.MessageFates.Outcome;
import dev.sluice.node.MessageFates.RecipientFate;
import dev.sluice.node.NodeAddress;
import dev.sluice.node.NodeCallFailure;
import dev.sluice.node.NodeOrders;
import dev.sluice.node.NodeReport;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down which messages a node had that was taken out, and what became of each. It sits on the way to the agents: a
 * report that shows that a quarantined node's books have moved is passed on only after what moved was written, so that a
 * node never goes before its messages are told of. What a peer took is followed until the peer has told its end.
 */
final class FateKeeper implements AgentGateway {
    private static final Logger LOG = LoggerFactory.getLogger(FateKeeper.class);
    private static final Duration BETWEEN_QUESTIONS_TO_PEERS = Duration.ofSeconds(10);
    private static final Duration FOLLOWED = Duration.ofHours(6);
    private static final int LONGEST_REPLY = 256;
    private static final int LONGEST_ADDRESS = 320;

    /** What is settled comes last: people look for the others. */
    private static final Comparator<RecipientRecord> TROUBLE_FIRST = Comparator.comparing(
                    (RecipientRecord each) -> each.outcome() == MessageOutcome.DELIVERED)
            .thenComparing(each -> each.outcome() == MessageOutcome.HANDED_OVER)
            .thenComparing(RecipientRecord::deferrals, Comparator.reverseOrder())
            .thenComparing(RecipientRecord::arrivedTime);

    private final AgentGateway agents;
    private final ClusterView view;
    private final Apply apply;
    private final StatusWriter statuses;
    private final InstantSource clock;
    private final Map<ObjectKey, NodeReport.Ledger> told = new ConcurrentHashMap<>();
    private final Map<ObjectKey, Followed> followed = new ConcurrentHashMap<>();
    private final Map<ObjectKey, Instant> peersAsked = new ConcurrentHashMap<>();
    private final Reports reports;
    private volatile boolean resumed;

    /** What tells a recipient of a message from all others of a node. */
    private record Name(String queueId, String recipient) {
        static Name of(RecipientRecord record) {
            return new Name(record.queueId(), record.recipient());
        }
    }

    /** A report of which a peer still holds a part. */
    private record Followed(MessageReportStatus status, Instant since) {}

    /** What an operator before this one has written. */
    interface Reports {
        /** All reports of the namespaces that the operator looks after. */
        List<MessageReport> all();
    }

    FateKeeper(
            AgentGateway agents,
            ClusterView view,
            Reports reports,
            Apply apply,
            StatusWriter statuses,
            InstantSource clock) {
        this.agents = agents;
        this.view = view;
        this.reports = reports;
        this.apply = apply;
        this.statuses = statuses;
        this.clock = clock;
    }

    @Override
    public NodeReport report(NodeAddress address) throws NodeCallFailure {
        NodeReport report = agents.report(address);
        ObjectKey key = new ObjectKey(address.namespace(), address.node());
        keepIfTakenOut(address, key, report);
        followIfAsked(address, key);
        return report;
    }

    /** A node that cannot tell now is asked again before its report counts; one that never can is let go. */
    private void keepIfTakenOut(NodeAddress address, ObjectKey key, NodeReport report) throws NodeCallFailure {
        Optional<Pool> pool = view.mailNode(key).flatMap(node -> view.pool(poolOf(node)));
        Optional<NodeEntry> entry = pool.flatMap(found -> entry(found, key)).filter(FateKeeper::wasTakenOut);
        if (entry.isEmpty() || report.ledger().equals(told.get(key))) {
            return;
        }
        try {
            resume();
            keep(address, key, pool.get(), entry.get());
            told.put(key, report.ledger());
            told.keySet().removeIf(known -> view.mailNode(known).isEmpty());
        } catch (NodeCallFailure.Refused e) {
            LOG.warn("{} does not tell of its messages, its agent may be older: {}", address.node(), e.getMessage());
            told.put(key, report.ledger());
        } catch (KubernetesClientException e) {
            LOG.warn("what became of the messages of {} cannot be written: {}", address.node(), e.getMessage());
        }
    }

    /** What an operator before this one followed is followed on, and what it had settled stays settled. */
    private synchronized void resume() {
        if (resumed) {
            return;
        }
        for (MessageReport report : reports.all()) {
            MessageReportStatus status = report.getStatus();
            if (status != null
                    && status.takenTime() != null
                    && status.recipients().stream().anyMatch(record -> record.handedTo() != null)) {
                followed.putIfAbsent(ObjectKey.of(report), new Followed(status, status.takenTime()));
            }
        }
        resumed = true;
    }

    /** The report of a peer that serves is evidence: nothing about others may keep it back. */
    private void followIfAsked(NodeAddress address, ObjectKey key) {
        try {
            resume();
            follow(address, key);
        } catch (NodeCallFailure | KubernetesClientException e) {
            LOG.debug("{} does not tell what became of what it took over", address.node(), e);
        }
    }

    @Override
    public void order(NodeAddress address, NodeOrders orders) throws NodeCallFailure {
        agents.order(address, orders);
    }

    @Override
    public MessageFates messages(NodeAddress address) throws NodeCallFailure {
        return agents.messages(address);
    }

    private static PoolKey poolOf(MailNode node) {
        return PoolKey.of(node.getMetadata().getNamespace(), node.getSpec().poolRef());
    }

    private static Optional<NodeEntry> entry(Pool pool, ObjectKey node) {
        return Observation.statusOf(pool).nodes().stream()
                .filter(entry -> entry.name().equals(node.name()))
                .findFirst();
    }

    private static boolean wasTakenOut(NodeEntry entry) {
        return entry.state() == NodeState.QUARANTINED && entry.everCarriedMail();
    }

    private void keep(NodeAddress address, ObjectKey key, Pool pool, NodeEntry entry) throws NodeCallFailure {
        MessageFates fates = agents.messages(address);
        Map<Name, RecipientRecord> known = Optional.ofNullable(followed.get(key)).map(Followed::status).stream()
                .flatMap(status -> status.recipients().stream())
                .filter(record -> record.handedTo() != null)
                .collect(Collectors.toMap(Name::of, Function.identity(), (one, other) -> other));
        List<RecipientRecord> all = fates.messages().stream()
                .flatMap(message -> message.recipients().stream().map(recipient -> row(message, recipient, entry)))
                .map(record -> record.outcome() == MessageOutcome.HANDED_OVER
                        ? known.getOrDefault(Name.of(record), record)
                        : record)
                .sorted(TROUBLE_FIRST)
                .toList();
        List<RecipientRecord> kept = all.subList(0, Math.min(all.size(), MessageReportStatus.MOST_RECIPIENTS));
        long messages = kept.stream().map(RecipientRecord::queueId).distinct().count();
        MessageReportStatus status = new MessageReportStatus(
                1L, clock.instant(), fates.omitted() + fates.messages().size() - messages, kept);
        apply.to(report(key, pool, entry));
        statuses.messages(key, status);
        if (kept.stream().anyMatch(FateKeeper::isWithAPeer)) {
            followed.put(key, new Followed(status, clock.instant()));
        }
    }

    private static RecipientRecord row(MessageFate message, RecipientFate recipient, NodeEntry entry) {
        boolean handedOver = recipient.outcome() == Outcome.HANDED_OVER;
        return new RecipientRecord(
                message.queueId(),
                message.arrivedTime(),
                bounded(message.sender(), LONGEST_ADDRESS),
                bounded(recipient.address(), LONGEST_ADDRESS),
                bounded(recipient.nextHop(), 63),
                MessageOutcome.valueOf(recipient.outcome().name()),
                recipient.deferrals(),
                recipient.time(),
                bounded(recipient.reply(), LONGEST_REPLY),
                handedOver ? entry.handoverTo() : null,
                handedOver ? bounded(recipient.peerQueueId(), 32) : null);
    }

    private static String bounded(String text, int longest) {
        return text == null || text.isEmpty() ? null : text.substring(0, Math.min(text.length(), longest));
    }

    private MessageReport report(ObjectKey key, Pool pool, NodeEntry entry) {
        Optional<String> rollout = rollout(Observation.statusOf(pool), entry);
        Optional<HasMetadata> record = rollout.flatMap(name -> view.rollout(new ObjectKey(key.namespace(), name)));
        HasMetadata owner = record.orElse(pool);
        MessageReport report = new MessageReport();
        report.setMetadata(new ObjectMetaBuilder()
                .withNamespace(key.namespace())
                .withName(key.name())
                .withLabels(Labels.ofNode(PoolKey.of(pool), key.name(), entry.revision()))
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withApiVersion(owner.getApiVersion())
                        .withKind(owner.getKind())
                        .withName(owner.getMetadata().getName())
                        .withUid(owner.getMetadata().getUid())
                        .build())
                .build());
        report.setSpec(new MessageReportSpec(
                PoolKey.of(pool).reference(), key.name(), entry.revision(), rollout.orElse(null)));
        report.setStatus(null);
        return report;
    }

    private static Optional<String> rollout(PoolStatus status, NodeEntry entry) {
        return Optional.ofNullable(status.trial())
                .filter(trial -> trial.revision().equals(entry.revision()))
                .map(TrialStatus::rolloutName)
                .or(() -> status.revisions().rejected().stream()
                        .filter(rejection -> rejection.revision().equals(entry.revision()))
                        .max(Comparator.comparing(Rejection::rejectedTime))
                        .map(Rejection::rolloutName));
    }

    private static boolean isWithAPeer(RecipientRecord record) {
        return record.outcome() == MessageOutcome.HANDED_OVER
                && record.handedTo() != null
                && record.peerQueueId() != null;
    }

    /** Asks a peer, now and then, what became of what it took from others. */
    private void follow(NodeAddress address, ObjectKey peer) throws NodeCallFailure {
        Instant now = clock.instant();
        followed.values().removeIf(each -> each.since().plus(FOLLOWED).isBefore(now));
        List<ObjectKey> waiting = followed.entrySet().stream()
                .filter(each -> each.getKey().namespace().equals(peer.namespace()))
                .filter(each -> each.getValue().status().recipients().stream()
                        .anyMatch(record ->
                                isWithAPeer(record) && record.handedTo().equals(peer.name())))
                .map(Map.Entry::getKey)
                .toList();
        Instant asked = peersAsked.getOrDefault(peer, Instant.EPOCH);
        if (waiting.isEmpty() || asked.plus(BETWEEN_QUESTIONS_TO_PEERS).isAfter(now)) {
            return;
        }
        peersAsked.put(peer, now);
        Map<String, MessageFate> there = agents.messages(address).messages().stream()
                .filter(MessageFate::byHandover)
                .collect(Collectors.toMap(MessageFate::queueId, Function.identity(), (one, other) -> other));
        for (ObjectKey node : waiting) {
            settle(node, peer, there);
        }
    }

    private void settle(ObjectKey node, ObjectKey peer, Map<String, MessageFate> there) {
        Followed before = followed.get(node);
        List<RecipientRecord> after = new ArrayList<>();
        for (RecipientRecord record : before.status().recipients()) {
            after.add(
                    isWithAPeer(record) && record.handedTo().equals(peer.name())
                            ? settled(record, Optional.ofNullable(there.get(record.peerQueueId())))
                            : record);
        }
        if (after.equals(before.status().recipients())) {
            return;
        }
        after.sort(TROUBLE_FIRST);
        MessageReportStatus status =
                new MessageReportStatus(1L, clock.instant(), before.status().omittedMessages(), after);
        statuses.messages(node, status);
        if (after.stream().anyMatch(FateKeeper::isWithAPeer)) {
            followed.put(node, new Followed(status, before.since()));
        } else {
            followed.remove(node);
        }
    }

    private static RecipientRecord settled(RecipientRecord record, Optional<MessageFate> onPeer) {
        Optional<RecipientFate> end = onPeer.flatMap(message -> message.recipients().stream()
                        .filter(recipient -> recipient.address().equals(record.recipient()))
                        .findFirst())
                .filter(recipient ->
                        recipient.outcome() != Outcome.QUEUED && recipient.outcome() != Outcome.HANDED_OVER);
        return end.map(found -> new RecipientRecord(
                        record.queueId(),
                        record.arrivedTime(),
                        record.sender(),
                        record.recipient(),
                        record.nextHop(),
                        MessageOutcome.valueOf(found.outcome().name()),
                        record.deferrals(),
                        found.time(),
                        Optional.ofNullable(bounded(found.reply(), LONGEST_REPLY))
                                .orElse(record.lastReply()),
                        record.handedTo(),
                        record.peerQueueId()))
                .orElse(record);
    }
}
