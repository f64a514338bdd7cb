package dev.sluice.operator;

import dev.sluice.api.FilterPool;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for an API server that is away when an operator starts. An operator that ended each time would be started again
 * ever later, and would not be there when the server comes back.
 */
final class ServerReach {
    private static final Logger LOG = LoggerFactory.getLogger(ServerReach.class);

    private ServerReach() {}

    /**
     * Returns when the server answers; the client's own repetitions are the pauses.
     *
     * @param namespaces those that the operator looks after; empty for all
     * @throws KubernetesClientException when the server answers that it will not
     */
    static void await(KubernetesClient client, List<String> namespaces) {
        boolean reached = false;
        while (!reached) {
            try {
                ask(client, namespaces);
                reached = true;
            } catch (KubernetesClientException e) {
                boolean answered = e.getCode() > 0;
                if (answered) {
                    throw e;
                }
                LOG.warn("the API server cannot be reached and is waited for: {}", e.getMessage());
            }
        }
    }

    private static void ask(KubernetesClient client, List<String> namespaces) {
        ListOptions one = new ListOptionsBuilder().withLimit(1L).build();
        if (namespaces.isEmpty()) {
            client.resources(FilterPool.class).inAnyNamespace().list(one);
        } else {
            client.resources(FilterPool.class).inNamespace(namespaces.get(0)).list(one);
        }
    }
}
