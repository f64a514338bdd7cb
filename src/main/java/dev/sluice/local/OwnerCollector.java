package dev.sluice.local;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes what has owners of which none is left, as kube-controller-manager does; for the kinds that pools use. */
final class OwnerCollector implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OwnerCollector.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final String FOREGROUND = "foregroundDeletion";

    /** Owners and owned alike. */
    private static final List<ResourceDefinitionContext> KINDS = List.of(
            kind("sluice.dev", "v1alpha1", "FilterPool", "filterpools"),
            kind("sluice.dev", "v1alpha1", "TransportPool", "transportpools"),
            kind("sluice.dev", "v1alpha1", "PoolRollout", "poolrollouts"),
            kind("sluice.dev", "v1alpha1", "PoolAction", "poolactions"),
            kind("sluice.dev", "v1alpha1", "MessageReport", "messagereports"),
            kind("sluice.dev", "v1alpha1", "MailNode", "mailnodes"),
            kind("", "v1", "Pod", "pods"),
            kind("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims"),
            kind("", "v1", "Secret", "secrets"),
            kind("", "v1", "ConfigMap", "configmaps"),
            kind("", "v1", "Service", "services"),
            kind("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies"),
            kind("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices"));

    private final KubernetesClient client;
    private final String namespace;
    private final Thread thread;
    private final WakeUp wakeUp = new WakeUp();
    private volatile boolean closed;

    OwnerCollector(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
        this.thread = new Thread(this::run, "owner-collector");
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void wake() {
        wakeUp.call();
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private void run() {
        try {
            while (!closed) {
                wakeUp.await(PERIOD);
                collect();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One look over everything: a few lists a second, on a server that has nothing else to do. */
    private void collect() {
        try {
            List<Found> found = new ArrayList<>();
            for (ResourceDefinitionContext kind : KINDS) {
                for (GenericKubernetesResource object : list(kind)) {
                    found.add(new Found(kind, object));
                }
            }
            Set<String> live = new HashSet<>();
            found.forEach(one -> live.add(one.object().getMetadata().getUid()));
            found.stream()
                    .filter(one -> mayBeOrphan(one.object(), live))
                    // The lists are of different moments: an owner may have come after its kind was listed.
                    .filter(one -> one.object().getMetadata().getOwnerReferences().stream()
                            .noneMatch(this::exists))
                    .forEach(this::delete);
            found.stream()
                    .filter(one -> one.object().getMetadata().getDeletionTimestamp() != null
                            && one.object().getMetadata().getFinalizers().contains(FOREGROUND))
                    .forEach(owner -> deleteInForeground(owner, found));
        } catch (KubernetesClientException | RejectedExecutionException e) {
            // A client that is closed meanwhile rejects what it is asked.
            LOG.debug("collecting objects without an owner", e);
        }
    }

    private List<GenericKubernetesResource> list(ResourceDefinitionContext kind) {
        try {
            return client.genericKubernetesResources(kind)
                    .inNamespace(namespace)
                    .list()
                    .getItems();
        } catch (KubernetesClientException e) {
            if (e.getCode() == 404) {
                // The kind is not installed here.
                return List.of();
            }
            throw e;
        }
    }

    private static boolean mayBeOrphan(HasMetadata object, Set<String> live) {
        List<OwnerReference> owners = object.getMetadata().getOwnerReferences();
        return !owners.isEmpty()
                && object.getMetadata().getDeletionTimestamp() == null
                // An owner of a kind that is not watched here is not known to be gone.
                && owners.stream().allMatch(owner -> isKnown(owner) && !live.contains(owner.getUid()));
    }

    private boolean exists(OwnerReference owner) {
        ResourceDefinitionContext kind = KINDS.stream()
                .filter(candidate -> isOf(candidate, owner))
                .findFirst()
                .orElseThrow();
        GenericKubernetesResource object = client.genericKubernetesResources(kind)
                .inNamespace(namespace)
                .withName(owner.getName())
                .get();
        return object != null && object.getMetadata().getUid().equals(owner.getUid());
    }

    private static boolean isOf(ResourceDefinitionContext kind, OwnerReference owner) {
        return kind.getKind().equals(owner.getKind())
                && owner.getApiVersion()
                        .equals(kind.getGroup().isEmpty() ? "v1" : kind.getGroup() + "/" + kind.getVersion());
    }

    private static boolean isKnown(OwnerReference owner) {
        return KINDS.stream().anyMatch(kind -> isOf(kind, owner));
    }

    private void deleteInForeground(Found owner, List<Found> found) {
        String uid = owner.object().getMetadata().getUid();
        List<Found> dependents = found.stream()
                .filter(one -> one.object().getMetadata().getOwnerReferences().stream()
                        .anyMatch(reference -> reference.getUid().equals(uid)))
                .toList();
        dependents.stream()
                .filter(one -> one.object().getMetadata().getDeletionTimestamp() == null)
                .forEach(this::delete);
        if (dependents.isEmpty()) {
            List<String> rest = owner.object().getMetadata().getFinalizers().stream()
                    .filter(finalizer -> !finalizer.equals(FOREGROUND))
                    .toList();
            client.genericKubernetesResources(owner.kind())
                    .inNamespace(namespace)
                    .withName(owner.object().getMetadata().getName())
                    .patch(
                            PatchContext.of(PatchType.JSON_MERGE),
                            Serialization.asJson(Map.of(
                                    "metadata",
                                    Map.of(
                                            "resourceVersion",
                                            owner.object().getMetadata().getResourceVersion(),
                                            "finalizers",
                                            rest))));
        }
    }

    private void delete(Found one) {
        LOG.debug(
                "{} {} lost its owner",
                one.kind().getKind(),
                one.object().getMetadata().getName());
        client.genericKubernetesResources(one.kind())
                .inNamespace(namespace)
                .withName(one.object().getMetadata().getName())
                .delete();
    }

    private record Found(ResourceDefinitionContext kind, GenericKubernetesResource object) {}

    private static ResourceDefinitionContext kind(String group, String version, String kind, String plural) {
        return new ResourceDefinitionContext.Builder()
                .withGroup(group)
                .withVersion(version)
                .withKind(kind)
                .withPlural(plural)
                .withNamespaced(true)
                .build();
    }
}
