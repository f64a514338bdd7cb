package dev.sluice.local;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the packet filter of each pod equal to what the NetworkPolicies say; writes only what changed. */
final class PolicyEnforcer {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyEnforcer.class);

    private final Network network;
    private final Map<String, String> written = new ConcurrentHashMap<>();

    PolicyEnforcer(Network network) {
        this.network = network;
    }

    synchronized void enforce(Collection<PodWorker> workers, Collection<NetworkPolicy> policies, Collection<Pod> pods) {
        written.keySet()
                .removeIf(
                        uid -> workers.stream().noneMatch(worker -> worker.uid().equals(uid)));
        for (PodWorker worker : workers) {
            Optional<NetworkNamespace> namespace = worker.network();
            if (namespace.isEmpty()) {
                continue;
            }
            String table = NetworkPolicyRules.table(worker.pod(), policies, pods, network.hostAddress());
            if (table.equals(written.get(worker.uid()))) {
                continue;
            }
            try {
                namespace.get().nft(table);
                written.put(worker.uid(), table);
            } catch (LocalRuntimeException e) {
                // A pod that went meanwhile needs none; for one that is still there the next change tries again.
                if (worker.network().isPresent()) {
                    LOG.warn("network policy of pod {}: {}", worker.name(), e.getMessage());
                }
            }
        }
    }
}
