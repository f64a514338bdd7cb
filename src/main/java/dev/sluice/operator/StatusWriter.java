package dev.sluice.operator;

import dev.sluice.api.FilterPool;
import dev.sluice.api.MailNode;
import dev.sluice.api.MailNodeStatus;
import dev.sluice.api.MessageReport;
import dev.sluice.api.MessageReportStatus;
import dev.sluice.api.Pool;
import dev.sluice.api.PoolAction;
import dev.sluice.api.PoolActionStatus;
import dev.sluice.api.PoolRollout;
import dev.sluice.api.PoolRolloutStatus;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.RolloutPolicy;
import dev.sluice.api.RolloutPolicyStatus;
import dev.sluice.api.TransportPool;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.PrimaryUpdateAndCacheUtils;

/**
 * The only place that writes a status, always by server-side apply of an object that holds nothing else. What a
 * reconciler writes about its own object goes through the framework's cache, so that its next run never decides on an
 * older status than the one written.
 */
final class StatusWriter {
    private static final PatchContext APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(Apply.FIELD_MANAGER)
            .withForce(true)
            .build();

    private final KubernetesClient client;

    StatusWriter(KubernetesClient client) {
        this.client = client;
    }

    <P extends HasMetadata & Pool> void pool(P pool, PoolStatus status, Context<P> context) {
        own(pool, fresh(pool, status), context);
    }

    @SuppressWarnings("unchecked")
    private static <P extends HasMetadata & Pool> P fresh(P pool, PoolStatus status) {
        if (pool instanceof FilterPool) {
            return (P) named(new FilterPool(), ObjectKey.of(pool), status);
        }
        return (P) named(new TransportPool(), ObjectKey.of(pool), status);
    }

    void node(MailNode node, MailNodeStatus status, Context<MailNode> context) {
        own(node, named(new MailNode(), ObjectKey.of(node), status), context);
    }

    void policy(RolloutPolicy policy, RolloutPolicyStatus status, Context<RolloutPolicy> context) {
        own(policy, named(new RolloutPolicy(), ObjectKey.of(policy), status), context);
    }

    /** The record of a rollout, written by the pool's reconciler. */
    void rollout(ObjectKey rollout, PoolRolloutStatus status) {
        other(named(new PoolRollout(), rollout, status));
    }

    /** The answer to a request. */
    void action(ObjectKey action, PoolActionStatus status) {
        other(named(new PoolAction(), action, status));
    }

    /** What became of the messages of a node that was taken out. */
    void messages(ObjectKey report, MessageReportStatus status) {
        other(named(new MessageReport(), report, status));
    }

    private static <S, T extends CustomResource<?, S>> T named(T object, ObjectKey key, S status) {
        object.setMetadata(new ObjectMetaBuilder()
                .withNamespace(key.namespace())
                .withName(key.name())
                .build());
        object.setSpec(null);
        object.setStatus(status);
        return object;
    }

    private static <P extends HasMetadata> void own(P primary, P fresh, Context<P> context) {
        PrimaryUpdateAndCacheUtils.ssaPatchStatusAndCacheResource(primary, fresh, context);
    }

    private void other(HasMetadata fresh) {
        client.resource(fresh).subresource("status").patch(APPLY);
    }
}
