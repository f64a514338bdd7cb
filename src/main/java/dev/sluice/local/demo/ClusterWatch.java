package dev.sluice.local.demo;

import dev.sluice.api.FilterPool;
import dev.sluice.api.PoolStatus.NodeEntry;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Puts what Sluice decides about the filter nodes into the timeline, as anybody sees it who watches the pool. */
final class ClusterWatch implements AutoCloseable {
    private final SharedIndexInformer<FilterPool> pools;
    private final Timeline timeline;
    private final Map<String, String> lastOfNode = new HashMap<>();
    private String lastVerdict = "";

    ClusterWatch(KubernetesClient client, String namespace, Timeline timeline) {
        this.timeline = timeline;
        this.pools = client.resources(FilterPool.class).inNamespace(namespace).runnableInformer(0);
        pools.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(FilterPool pool) {
                show(pool);
            }

            @Override
            public void onUpdate(FilterPool before, FilterPool pool) {
                show(pool);
            }

            @Override
            public void onDelete(FilterPool pool, boolean unknown) {
                // Nothing is left to show.
            }
        });
    }

    ClusterWatch start() {
        pools.run();
        return this;
    }

    private synchronized void show(FilterPool pool) {
        if (pool.getStatus() == null) {
            return;
        }
        for (NodeEntry node : pool.getStatus().nodes()) {
            String reason = Objects.requireNonNullElse(node.reason(), "");
            String state = node.state().name();
            String known = lastOfNode.put(node.name(), state);
            if (!state.equals(known)) {
                timeline.tell("MailNode/" + node.name(), title(state), reason);
            }
        }
        if (pool.getStatus().summary() != null) {
            String verdict =
                    Objects.requireNonNullElse(pool.getStatus().summary().verdict(), "");
            String step = Objects.requireNonNullElse(pool.getStatus().summary().step(), "-");
            String now = verdict + " " + step;
            if (!now.equals(lastVerdict) && !verdict.isEmpty() && !verdict.equals("Preparing")) {
                timeline.tell(
                        "FilterPool/" + pool.getMetadata().getName(),
                        verdict,
                        Objects.requireNonNullElse(pool.getStatus().summary().message(), ""));
            }
            lastVerdict = now;
        }
    }

    private static String title(String state) {
        return state.charAt(0) + state.substring(1).toLowerCase(java.util.Locale.ROOT);
    }

    @Override
    public void close() {
        pools.close();
    }
}
