package dev.sluice.api;

import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespaced;

/** A filter pool or a transport pool. */
// Jackson asks interfaces before superclasses: without this, the deserializer of HasMetadata would win over the one
// that
// CustomResource names, and a pool would be read as a generic resource.
@JsonDeserialize(using = JsonDeserializer.None.class)
public sealed interface Pool extends HasMetadata, Namespaced permits FilterPool, TransportPool {
    /** What it is to be. */
    PoolSpec getSpec();

    /** What it is, as last decided; null before the first decision on an object made in memory. */
    PoolStatus getStatus();

    /** Which of the two kinds it is. */
    PoolKind kind();
}
