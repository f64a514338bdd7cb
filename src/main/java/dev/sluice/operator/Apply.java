package dev.sluice.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;

/** Writes an object of ours by server-side apply, always as the same field manager. */
final class Apply {
    static final String FIELD_MANAGER = "sluice-operator";

    private final KubernetesClient client;

    Apply(KubernetesClient client) {
        this.client = client;
    }

    <T extends HasMetadata> T to(T desired) {
        return client.resource(desired)
                .fieldManager(FIELD_MANAGER)
                .forceConflicts()
                .serverSideApply();
    }

    /** Deletes, if it is there. */
    void delete(HasMetadata object) {
        client.resource(object).delete();
    }
}
