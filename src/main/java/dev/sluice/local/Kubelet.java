package dev.sluice.local;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What a cluster's nodes and controllers do for the pods of one namespace, on this machine: makes each pod that carries
 * {@code app.kubernetes.io/managed-by=sluice} real in a network namespace of its own, reports its status, ends it with
 * its grace, binds its volume claims, enforces NetworkPolicies and collects what lost its owner.
 *
 * <p>Pods that an earlier kubelet of the same network left running are ended and started anew, on the same volumes.
 */
public final class Kubelet implements AutoCloseable {
    /** The name of the one node. */
    public static final String NODE_NAME = "sluice-local";

    private static final String MANAGED_BY = "app.kubernetes.io/managed-by";

    private final KubernetesClient client;
    private final Network network;
    private final String namespace;
    private final Path directory;
    private final SharedIndexInformer<Pod> pods;
    private final SharedIndexInformer<PersistentVolumeClaim> claims;
    private final SharedIndexInformer<Secret> secrets;
    private final SharedIndexInformer<ConfigMap> configMaps;
    private final SharedIndexInformer<NetworkPolicy> policies;
    private final Map<String, PodWorker> workers = new ConcurrentHashMap<>();
    private final VolumeClaims volumeClaims;
    private final PolicyEnforcer enforcer;
    private final OwnerCollector collector;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Kubelet(KubernetesClient client, Network network, String namespace, VolumeKind volumes) {
        this.client = client;
        this.network = network;
        this.namespace = namespace;
        this.directory = network.stateDirectory().resolve("kubelet").resolve(namespace);
        this.volumeClaims = new VolumeClaims(client, directory.resolve("claims"), volumes);
        this.enforcer = new PolicyEnforcer(network);
        this.collector = new OwnerCollector(client, namespace);
        this.pods = client.pods().inNamespace(namespace).runnableInformer(0);
        this.claims = client.persistentVolumeClaims().inNamespace(namespace).runnableInformer(0);
        this.secrets = client.secrets().inNamespace(namespace).runnableInformer(0);
        this.configMaps = client.configMaps().inNamespace(namespace).runnableInformer(0);
        this.policies =
                client.network().v1().networkPolicies().inNamespace(namespace).runnableInformer(0);
    }

    /**
     * Starts one.
     *
     * @param client a client that is this kubelet's own; closed with it
     * @param network where the pods get their addresses
     * @param namespace whose pods are made real
     */
    public static Kubelet start(KubernetesClient client, Network network, String namespace) {
        return start(client, network, namespace, VolumeKind.DIRECTORIES);
    }

    /** The same with a choice of what volumes are. */
    public static Kubelet start(KubernetesClient client, Network network, String namespace, VolumeKind volumes) {
        Kubelet kubelet = new Kubelet(client, network, namespace, volumes);
        try {
            kubelet.start();
        } catch (RuntimeException e) {
            kubelet.close();
            throw e;
        }
        return kubelet;
    }

    private void start() {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new LocalRuntimeException("cannot make " + directory + ": " + e.getMessage(), e);
        }
        policies.addEventHandler(onChange(policy -> enforcePolicies()));
        secrets.addEventHandler(onChange(secret -> wakeAll()));
        configMaps.addEventHandler(onChange(configMap -> wakeAll()));
        claims.addEventHandler(onChange(this::claimChanged));
        pods.addEventHandler(onChange(this::podChanged));
        List<SharedIndexInformer<?>> inOrder = List.of(policies, secrets, configMaps, claims, pods);
        inOrder.forEach(SharedIndexInformer::run);
        collector.start();
    }

    /** The network namespace of a pod that is real now, for faults. */
    public Optional<NetworkNamespace> namespaceOf(String podName) {
        return Optional.ofNullable(workers.get(podName)).flatMap(PodWorker::network);
    }

    /** What a container wrote, for a person. */
    public Path logFile(String podName, String container) {
        return directory.resolve("logs").resolve(podName + "_" + container + ".log");
    }

    /** Kills the processes of a pod without a word, as a machine's failure would; it is started again like a crash. */
    public void kill(String podName) {
        Optional.ofNullable(workers.get(podName)).ifPresent(PodWorker::kill);
    }

    /** Where the claimed volume of a pod is on this machine, for faults; empty when there is none. */
    public Optional<Path> volumeOf(String podName) {
        return Optional.ofNullable(pods.getStore().getByKey(namespace + "/" + podName)).stream()
                .flatMap(pod -> pod.getSpec().getVolumes().stream())
                .filter(volume -> volume.getPersistentVolumeClaim() != null)
                .map(volume -> volume.getPersistentVolumeClaim().getClaimName())
                .flatMap(claim -> Optional.ofNullable(claims.getStore().getByKey(namespace + "/" + claim)).stream())
                .map(volumeClaims::directory)
                .filter(Files::isDirectory)
                .findFirst();
    }

    private void podChanged(Pod pod) {
        if (closed.get()) {
            return;
        }
        String name = pod.getMetadata().getName();
        Optional<Pod> current = Optional.ofNullable(pods.getStore().getByKey(namespace + "/" + name));
        workers.computeIfPresent(name, (key, worker) -> {
            worker.changed(current);
            return worker;
        });
        current.filter(Kubelet::isManaged)
                .filter(present -> !isFinished(present))
                .ifPresent(present -> workers.computeIfAbsent(name, key -> {
                    PodWorker worker = new PodWorker(
                            present, client, network, directory, new Objects(), this::podIsReal, this::podIsGone);
                    worker.start();
                    return worker;
                }));
        enforcePolicies();
        claims.getStore().list().forEach(this::claimChanged);
        collector.wake();
    }

    private void podIsReal(PodWorker worker) {
        enforcePolicies();
    }

    private void podIsGone(PodWorker worker) {
        workers.remove(worker.name(), worker);
        if (closed.get()) {
            return;
        }
        // A pod of the same name may have come while the old one went.
        Optional.ofNullable(pods.getStore().getByKey(namespace + "/" + worker.name()))
                .ifPresent(next -> {
                    if (!next.getMetadata().getUid().equals(worker.uid())) {
                        podChanged(next);
                    }
                });
        claims.getStore().list().forEach(this::claimChanged);
    }

    private void claimChanged(PersistentVolumeClaim claim) {
        if (closed.get()) {
            return;
        }
        String name = claim.getMetadata().getName();
        boolean present = claims.getStore().getByKey(namespace + "/" + name) != null;
        boolean used = pods.getStore().list().stream()
                .filter(pod -> pod.getSpec().getVolumes() != null)
                .flatMap(pod -> pod.getSpec().getVolumes().stream())
                .anyMatch(volume -> volume.getPersistentVolumeClaim() != null
                        && volume.getPersistentVolumeClaim().getClaimName().equals(name));
        volumeClaims.reconcile(claim, present, used);
        wakeAll();
        collector.wake();
    }

    private void wakeAll() {
        workers.values().forEach(PodWorker::wake);
    }

    private void enforcePolicies() {
        if (!closed.get()) {
            enforcer.enforce(
                    List.copyOf(workers.values()),
                    policies.getStore().list(),
                    pods.getStore().list());
        }
    }

    private static boolean isManaged(Pod pod) {
        Map<String, String> labels = pod.getMetadata().getLabels();
        return labels != null && "sluice".equals(labels.get(MANAGED_BY));
    }

    private static boolean isFinished(Pod pod) {
        String phase =
                pod.getStatus() == null ? "" : String.valueOf(pod.getStatus().getPhase());
        return (phase.equals("Succeeded") || phase.equals("Failed"))
                && pod.getMetadata().getDeletionTimestamp() == null;
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        collector.close();
        List.of(pods, claims, secrets, configMaps, policies).forEach(SharedIndexInformer::close);
        new ArrayList<>(workers.values()).forEach(PodWorker::abandon);
        volumeClaims.close();
        client.close();
    }

    private static <T extends HasMetadata> ResourceEventHandler<T> onChange(java.util.function.Consumer<T> action) {
        return new ResourceEventHandler<>() {
            @Override
            public void onAdd(T added) {
                action.accept(added);
            }

            @Override
            public void onUpdate(T before, T after) {
                action.accept(after);
            }

            @Override
            public void onDelete(T deleted, boolean finalStateUnknown) {
                action.accept(deleted);
            }
        };
    }

    private final class Objects implements KubeletObjects {
        @Override
        public Optional<PersistentVolumeClaim> claim(String name) {
            return Optional.ofNullable(claims.getStore().getByKey(namespace + "/" + name))
                    .filter(claim -> claim.getMetadata().getDeletionTimestamp() == null);
        }

        @Override
        public Optional<Secret> secret(String name) {
            return Optional.ofNullable(secrets.getStore().getByKey(namespace + "/" + name));
        }

        @Override
        public Optional<ConfigMap> configMap(String name) {
            return Optional.ofNullable(configMaps.getStore().getByKey(namespace + "/" + name));
        }

        @Override
        public Path claimDirectory(PersistentVolumeClaim claim) {
            return volumeClaims.directory(claim);
        }

        @Override
        public String hostAddress() {
            return network.hostAddress();
        }
    }
}
