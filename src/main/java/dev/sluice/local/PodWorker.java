package dev.sluice.local;

import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The life of one pod on this machine, in a thread of its own: looks at what is wanted and what is, and acts. */
final class PodWorker {
    private static final Logger LOG = LoggerFactory.getLogger(PodWorker.class);
    private static final Duration TICK = Duration.ofMillis(100);
    private static final long DEFAULT_GRACE_SECONDS = 30;

    private final KubernetesClient client;
    private final Network machines;
    private final Path kubeletDirectory;
    private final Path podDirectory;
    private final KubeletObjects objects;
    private final PodVolumes volumes;
    private final Consumer<PodWorker> onReal;
    private final Consumer<PodWorker> onGone;
    private final String name;
    private final String uid;
    private final Instant created = Instant.now();
    private final List<ContainerLife> containers = new ArrayList<>();
    private final Thread thread;

    private volatile Pod pod;
    private volatile boolean deletedFromServer;
    private volatile boolean abandoned;
    private volatile NetworkNamespace network;
    private final WakeUp wakeUp = new WakeUp();
    private Instant killAt;

    PodWorker(
            Pod pod,
            KubernetesClient client,
            Network machines,
            Path kubeletDirectory,
            KubeletObjects objects,
            Consumer<PodWorker> onReal,
            Consumer<PodWorker> onGone) {
        this.pod = pod;
        this.client = client;
        this.machines = machines;
        this.kubeletDirectory = kubeletDirectory;
        this.objects = objects;
        this.onReal = onReal;
        this.onGone = onGone;
        this.name = pod.getMetadata().getName();
        this.uid = pod.getMetadata().getUid();
        this.podDirectory = kubeletDirectory.resolve("pods").resolve(name + "-" + uid);
        this.volumes = new PodVolumes(objects, podDirectory);
        this.thread = new Thread(this::run, "pod-" + name);
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    String name() {
        return name;
    }

    String uid() {
        return uid;
    }

    Pod pod() {
        return pod;
    }

    Optional<NetworkNamespace> network() {
        return Optional.ofNullable(network);
    }

    /** What the API server has under this name now: nothing, this pod, or another one. */
    void changed(Optional<Pod> current) {
        if (current.isPresent() && current.get().getMetadata().getUid().equals(uid)) {
            pod = current.get();
        } else {
            deletedFromServer = true;
        }
        wake();
    }

    void wake() {
        wakeUp.call();
    }

    /** Kills all processes, as if they had crashed. */
    void kill() {
        synchronized (containers) {
            containers.forEach(ContainerLife::kill);
        }
    }

    /** Ends everything at once and says nothing to the API server. */
    void abandon() {
        abandoned = true;
        wake();
        try {
            thread.join(Duration.ofSeconds(10).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!step()) {
                wakeUp.await(TICK);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            remove();
            onGone.accept(this);
        }
    }

    /** One look at everything; true when there is nothing left to do. */
    private boolean step() throws InterruptedException {
        if (abandoned || deletedFromServer) {
            return true;
        }
        try {
            if (pod.getMetadata().getDeletionTimestamp() != null) {
                return terminate();
            }
            bind();
            if (network == null) {
                createNetwork();
            }
            volumes.prepare(pod);
            Instant now = Instant.now();
            synchronized (containers) {
                containers.forEach(life -> life.step(pod, now));
            }
            return report("");
        } catch (PodVolumes.NotReadyException e) {
            reportQuietly(e.getMessage());
        } catch (KubernetesClientException e) {
            // A conflict or a server that is away for a moment: the next look tries again.
            LOG.debug("pod {}", name, e);
        } catch (IOException | LocalRuntimeException e) {
            LOG.warn("pod {}: {}", name, e.getMessage());
            reportQuietly(e.getMessage());
        }
        return false;
    }

    private void bind() {
        if (pod.getSpec().getNodeName() != null && !pod.getSpec().getNodeName().isEmpty()) {
            return;
        }
        String namespace = pod.getMetadata().getNamespace();
        client.raw(
                "/api/v1/namespaces/" + namespace + "/pods/" + name + "/binding",
                "POST",
                new BindingBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(namespace)
                        .endMetadata()
                        .withNewTarget()
                        .withApiVersion("v1")
                        .withKind("Node")
                        .withName(Kubelet.NODE_NAME)
                        .endTarget()
                        .build());
        pod = client.pods().inNamespace(namespace).withName(name).get();
    }

    private void createNetwork() throws IOException {
        String namespaceName = "pod-" + name;
        machines.discard(namespaceName);
        String known = pod.getStatus() == null ? null : pod.getStatus().getPodIP();
        String address = known == null || known.isEmpty() ? machines.allocateNodeAddress() : known;
        machines.reserveNodeAddress(address);
        network = machines.attach(namespaceName, address);
        Files.createDirectories(podDirectory);
        Files.createDirectories(kubeletDirectory.resolve("logs"));
        synchronized (containers) {
            for (Container container : pod.getSpec().getContainers()) {
                containers.add(new ContainerLife(
                        container.getName(),
                        network,
                        podDirectory,
                        kubeletDirectory.resolve("logs").resolve(name + "_" + container.getName() + ".log"),
                        volumes,
                        objects,
                        PodStatuses.restartsSoFar(pod, container.getName())));
            }
        }
        // The packet filter is in place before the first process listens.
        onReal.accept(this);
    }

    private boolean terminate() throws InterruptedException {
        Instant now = Instant.now();
        if (killAt == null) {
            Long grace = pod.getMetadata().getDeletionGracePeriodSeconds();
            killAt = now.plusSeconds(grace == null ? DEFAULT_GRACE_SECONDS : grace);
            synchronized (containers) {
                containers.forEach(ContainerLife::terminate);
            }
            reportQuietly("");
        }
        boolean running;
        synchronized (containers) {
            if (!now.isBefore(killAt)) {
                containers.forEach(ContainerLife::kill);
            }
            running = containers.stream().anyMatch(ContainerLife::isRunning);
        }
        if (running) {
            return false;
        }
        reportQuietly("");
        client.pods()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(name)
                .withGracePeriod(0)
                .delete();
        return true;
    }

    private void reportQuietly(String waitingFor) {
        try {
            report(waitingFor);
        } catch (KubernetesClientException e) {
            LOG.debug("status of pod {}", name, e);
        }
    }

    private boolean report(String waitingFor) {
        PodStatus wanted;
        synchronized (containers) {
            wanted = PodStatuses.of(
                    pod,
                    containers,
                    network == null ? "" : network.address(),
                    machines.hostAddress(),
                    created,
                    waitingFor);
        }
        if (!wanted.equals(pod.getStatus())) {
            Map<String, Object> patch = Map.of(
                    "metadata", Map.of("resourceVersion", pod.getMetadata().getResourceVersion()), "status", wanted);
            pod = client.pods()
                    .inNamespace(pod.getMetadata().getNamespace())
                    .withName(name)
                    .subresource("status")
                    .patch(PatchContext.of(PatchType.JSON_MERGE), Serialization.asJson(patch));
        }
        return "Succeeded".equals(wanted.getPhase()) || "Failed".equals(wanted.getPhase());
    }

    private void remove() {
        synchronized (containers) {
            containers.forEach(ContainerLife::killAndAwait);
        }
        NetworkNamespace mine = network;
        network = null;
        if (mine != null) {
            mine.close();
            machines.releaseNodeAddress(mine.address());
        }
        try {
            FileTrees.delete(podDirectory);
        } catch (IOException e) {
            LOG.warn("cannot remove {}: {}", podDirectory, e.getMessage());
        }
    }
}
