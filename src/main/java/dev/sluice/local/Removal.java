package dev.sluice.local;

import dev.sluice.api.FilterPool;
import dev.sluice.api.MailNode;
import dev.sluice.api.PoolAction;
import dev.sluice.api.PoolRollout;
import dev.sluice.api.TransportPool;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.List;

/**
 * Takes a namespace's pools and nodes off the API server without draining anything: for a platform whose machines end
 * now. An operator that goes on has nothing left there to look after.
 */
final class Removal {
    /** Pools first: one that is still there would replace the nodes that go. */
    private static final List<Class<? extends HasMetadata>> KINDS = List.of(
            FilterPool.class,
            TransportPool.class,
            PoolAction.class,
            PoolRollout.class,
            MailNode.class,
            Pod.class,
            PersistentVolumeClaim.class);

    private Removal() {}

    static void ofEverything(KubernetesClient client, String namespace) {
        KINDS.forEach(kind -> ofAll(kind, client, namespace));
    }

    private static <T extends HasMetadata> void ofAll(Class<T> kind, KubernetesClient client, String namespace) {
        for (T object : client.resources(kind).inNamespace(namespace).list().getItems()) {
            client.resource(object).withGracePeriod(0).delete();
            try {
                client.resource(object)
                        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");
            } catch (KubernetesClientException e) {
                if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                    throw e;
                }
            }
        }
    }
}
