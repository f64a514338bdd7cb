package dev.sluice.operator;

import dev.sluice.api.SluiceNames;
import dev.sluice.node.MutualTls;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Stands for the kubelet: gives each Pod of a node an address and runs a {@link FakeAgent}. Stands for the collector of Pods
 * too: a deletion whose caller dies amid the request can leave a Pod marked, with no grace left.
 */
final class FakeNodes implements AutoCloseable {
    /** Two runs on one machine must not take each other's addresses. */
    private static final AtomicInteger NEXT_ADDRESS =
            new AtomicInteger(1 + (int) (ProcessHandle.current().pid() % 200) * 250);

    private final KubernetesClient client;
    private final Map<String, FakeAgent> agents = new ConcurrentHashMap<>();
    private final List<FakeAgent> ever = new CopyOnWriteArrayList<>();
    private final SharedIndexInformer<Pod> pods;
    private volatile Consumer<FakeAgent> upbringing = agent -> {};

    FakeNodes(KubernetesClient client) {
        this.client = client;
        this.pods = client.pods().withLabel(SluiceNames.NODE_LABEL).inform(new ResourceEventHandler<>() {
            @Override
            public void onAdd(Pod pod) {
                start(pod);
            }

            @Override
            public void onUpdate(Pod before, Pod after) {
                start(after);
            }

            @Override
            public void onDelete(Pod pod, boolean finalStateUnknown) {
                Optional.ofNullable(agents.remove(pod.getMetadata().getName())).ifPresent(FakeAgent::close);
            }
        });
    }

    /** The cluster takes no loopback addresses for endpoints, and a test has no others that it could listen on. */
    static String onLoopback(String address) {
        return "127" + address.substring(address.indexOf('.'));
    }

    /** What is done to each agent before anybody talks with it. */
    void bringUp(Consumer<FakeAgent> each) {
        upbringing = each;
    }

    Collection<FakeAgent> all() {
        return agents.values();
    }

    /** Those that are there and those that went. */
    List<FakeAgent> ever() {
        return ever;
    }

    FakeAgent get(String node) {
        return Optional.ofNullable(agents.get(node))
                .orElseThrow(() -> new AssertionError(node + " has no agent; there are " + agents.keySet()));
    }

    private void start(Pod pod) {
        String name = pod.getMetadata().getName();
        if (pod.getMetadata().getDeletionTimestamp() != null) {
            client.resource(pod).withGracePeriod(0).delete();
            return;
        }
        if (agents.containsKey(name)) {
            return;
        }
        int number = NEXT_ADDRESS.getAndIncrement();
        String address = "10.77.%d.%d".formatted(number / 250, 1 + number % 250);
        FakeAgent agent = new FakeAgent(name, onLoopback(address), identity(pod));
        upbringing.accept(agent);
        agents.put(name, agent);
        ever.add(agent);
        client.resource(new PodBuilder(pod)
                        .withNewStatus()
                        .withPhase("Running")
                        .withPodIP(address)
                        .endStatus()
                        .build())
                .patchStatus();
    }

    private MutualTls identity(Pod pod) {
        Secret secret = client.secrets()
                .withName(pod.getSpec().getVolumes().stream()
                        .filter(volume -> volume.getSecret() != null)
                        .findFirst()
                        .orElseThrow()
                        .getSecret()
                        .getSecretName())
                .require();
        try {
            return new MutualTls(text(secret, "tls.crt"), text(secret, "tls.key"), text(secret, "ca.crt"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the Secret of a node is not usable", e);
        }
    }

    private static String text(Secret secret, String part) {
        return new String(Base64.getDecoder().decode(secret.getData().get(part)), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        pods.stop();
        agents.values().forEach(FakeAgent::close);
    }
}
