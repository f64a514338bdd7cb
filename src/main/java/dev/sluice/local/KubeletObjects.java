package dev.sluice.local;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.file.Path;
import java.util.Optional;

/** What a pod may refer to, as the API server had it last. */
interface KubeletObjects {
    Optional<PersistentVolumeClaim> claim(String name);

    Optional<Secret> secret(String name);

    Optional<ConfigMap> configMap(String name);

    /** Where a claim's files are, whichever pod uses it. */
    Path claimDirectory(PersistentVolumeClaim claim);

    /** The address of this machine on the pods' network. */
    String hostAddress();
}
