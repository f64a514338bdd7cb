package dev.sluice.operator;

import dev.sluice.api.MailNode;
import dev.sluice.api.NodeState;
import dev.sluice.api.Pool;
import dev.sluice.api.PoolStatus.NodeEntry;
import dev.sluice.api.SluiceNames;
import dev.sluice.node.NodeReport;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Gives a node its claim, its certificate and its Pod, and takes them away in the other order, when the pool says that
 * the node's mail is accounted for and not before.
 */
final class MailNodeReconciler implements Reconciler<MailNode>, Cleaner<MailNode> {
    private static final Duration LOOK_AGAIN = Duration.ofMinutes(5);
    private static final Duration LOOK_AGAIN_WHILE_LEAVING = Duration.ofSeconds(2);
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

    private final KubernetesClient client;
    private final ClusterView view;
    private final NodeAddresses addresses;
    private final AgentPoller agents;
    private final Certificates certificates;
    private final StatusWriter statuses;
    private final Apply apply;
    private final Refusals refusals;
    private final Consumer<PoolKey> wakePool;
    private final Triggers<MailNode> triggers;
    private final InstantSource clock;

    MailNodeReconciler(
            KubernetesClient client,
            ClusterView view,
            NodeAddresses addresses,
            AgentPoller agents,
            Certificates certificates,
            StatusWriter statuses,
            Apply apply,
            Refusals refusals,
            Consumer<PoolKey> wakePool,
            Triggers<MailNode> triggers,
            InstantSource clock) {
        this.client = client;
        this.view = view;
        this.addresses = addresses;
        this.agents = agents;
        this.certificates = certificates;
        this.statuses = statuses;
        this.apply = apply;
        this.refusals = refusals;
        this.wakePool = wakePool;
        this.triggers = triggers;
        this.clock = clock;
    }

    @Override
    public List<EventSource<?, MailNode>> prepareEventSources(EventSourceContext<MailNode> context) {
        return List.of(triggers);
    }

    @Override
    public UpdateControl<MailNode> reconcile(MailNode node, Context<MailNode> context) {
        Optional<NodeEntry> entry = entry(view.pool(poolOf(node)), node);
        boolean gone = entry.filter(known -> known.state() == NodeState.GONE).isPresent();
        if (node.getSpec().external() == null && !gone) {
            keepUp(node, entry);
        }
        writeStatus(node, entry, context);
        return UpdateControl.<MailNode>noUpdate()
                .rescheduleAfter(refusals.of(ObjectKey.of(node)).isPresent() ? Refusals.PAUSE : LOOK_AGAIN);
    }

    private static PoolKey poolOf(MailNode node) {
        return PoolKey.of(node.getMetadata().getNamespace(), node.getSpec().poolRef());
    }

    private static Optional<NodeEntry> entry(Optional<Pool> pool, MailNode node) {
        return pool.map(Observation::statusOf).stream()
                .flatMap(status -> status.nodes().stream())
                .filter(entry -> entry.name().equals(node.getMetadata().getName()))
                .findFirst();
    }

    /** The Pod needs claim and certificate first. One that is gone or has ended is made again on the same claim. */
    private void keepUp(MailNode node, Optional<NodeEntry> entry) {
        ObjectKey key = ObjectKey.of(node);
        certificates.ensureOfNode(poolOf(node), key.name(), node.getSpec().revision());
        Optional<Pod> pod = view.pod(key);
        String role = role(entry);
        if (pod.isEmpty()) {
            boolean wasRefused = refusals.of(key).isPresent();
            boolean taken = refusals.took(key, () -> {
                apply.to(NodeChildren.claim(node));
                apply.to(NodeChildren.pod(node, role));
            });
            boolean changed = taken == wasRefused;
            if (changed) {
                wakePool.accept(poolOf(node));
            }
        } else if (pod.get().getMetadata().getDeletionTimestamp() == null) {
            if (hasEnded(pod.get())) {
                apply.delete(pod.get());
            } else if (!role.equals(pod.get().getMetadata().getLabels().get(SluiceNames.ROLE_LABEL))) {
                relabel(pod.get(), role);
            }
        }
    }

    private static boolean hasEnded(Pod pod) {
        return pod.getStatus() != null
                && ENDED.contains(String.valueOf(pod.getStatus().getPhase()));
    }

    private void relabel(Pod pod, String role) {
        String patch = "{\"metadata\":{\"labels\":{\"%s\":\"%s\"}}}".formatted(SluiceNames.ROLE_LABEL, role);
        client.pods()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName())
                .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    }

    private static String role(Optional<NodeEntry> entry) {
        return switch (entry.map(NodeEntry::state).orElse(NodeState.PENDING)) {
            case SERVING -> "stable";
            case DRAINING, QUARANTINED, GONE -> "draining";
            case PENDING, STAGED, PREFLIGHT, CANARY, REJECTED -> "canary";
        };
    }

    private void writeStatus(MailNode node, Optional<NodeEntry> entry, Context<MailNode> context) {
        NodeStatuses.worthWriting(node, entry, addresses.of(node), agents.contact(ObjectKey.of(node)), clock.instant())
                .ifPresent(status -> statuses.node(node, status, context));
    }

    @Override
    public DeleteControl cleanup(MailNode node, Context<MailNode> context) {
        Optional<NodeEntry> entry = entry(freshPool(node), node);
        if (!mayGo(node, entry)) {
            if (node.getSpec().external() == null) {
                keepUp(node, entry);
            }
            writeStatus(node, entry, context);
            wakePool.accept(poolOf(node));
            return waitLonger();
        }
        if (node.getSpec().external() == null) {
            Optional<Pod> pod = view.pod(ObjectKey.of(node));
            if (pod.isPresent()) {
                if (pod.get().getMetadata().getDeletionTimestamp() == null) {
                    apply.delete(pod.get());
                }
                return waitLonger();
            }
            deleteChildren(ObjectKey.of(node));
        }
        return DeleteControl.defaultDelete();
    }

    private static DeleteControl waitLonger() {
        return DeleteControl.noFinalizerRemoval().rescheduleAfter(LOOK_AGAIN_WHILE_LEAVING.toMillis());
    }

    /** Asked of the server itself: what the view shows of the pool may be older than the node. */
    private Optional<Pool> freshPool(MailNode node) {
        PoolKey key = poolOf(node);
        return switch (key.kind()) {
            case FILTER_POOL ->
                Optional.ofNullable(client.resources(dev.sluice.api.FilterPool.class)
                        .inNamespace(key.namespace())
                        .withName(key.name())
                        .get());
            case TRANSPORT_POOL ->
                Optional.ofNullable(client.resources(dev.sluice.api.TransportPool.class)
                        .inNamespace(key.namespace())
                        .withName(key.name())
                        .get());
        };
    }

    /**
     * A pool knows of each node of its own; one that it does not know, or whose pool was taken away by force, goes only
     * when its agent says that it is empty, or when somebody accepted the loss in writing.
     */
    private boolean mayGo(MailNode node, Optional<NodeEntry> entry) {
        if (entry.isPresent()) {
            return entry.get().state() == NodeState.GONE;
        }
        NodeContact contact = agents.contact(ObjectKey.of(node));
        boolean empty = contact.problem().isEmpty()
                && contact.report()
                        .filter(report -> report.openSessions() == 0
                                && report.queue().total() == 0
                                && report.ledger().queued() == 0
                                && report.ledger().unaccounted() == 0)
                        .isPresent();
        boolean neverLived = node.getStatus() == null || node.getStatus().address() == null;
        return empty || (neverLived && contact.report().isEmpty()) || lossAccepted(node, contact);
    }

    private static boolean lossAccepted(MailNode node, NodeContact contact) {
        long left = contact.report()
                .map(NodeReport::queue)
                .map(NodeReport.QueueSummary::total)
                .orElse(0L);
        return Optional.ofNullable(node.getMetadata().getAnnotations())
                .map(annotations -> annotations.get(SluiceNames.ACCEPT_LOSS_ANNOTATION))
                .filter(text -> text.matches("[0-9]{1,18}"))
                .filter(text -> Long.parseLong(text) >= left)
                .isPresent();
    }

    private void deleteChildren(ObjectKey node) {
        client.persistentVolumeClaims()
                .inNamespace(node.namespace())
                .withName(NodeChildren.claimOf(node.name()))
                .delete();
        client.secrets()
                .inNamespace(node.namespace())
                .withName(Certificates.secretOf(node.name()))
                .delete();
        certificates.forget(node);
        refusals.forget(node);
    }
}
