package dev.sluice.api;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespaced;

/** A filter pool or a transport pool. */
public sealed interface Pool extends HasMetadata, Namespaced permits FilterPool, TransportPool {
    /** What it is to be. */
    PoolSpec getSpec();

    /** What it is, as last decided; null before the first decision on an object made in memory. */
    PoolStatus getStatus();

    /** Which of the two kinds it is. */
    PoolKind kind();
}
