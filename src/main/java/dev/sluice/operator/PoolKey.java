package dev.sluice.operator;

import dev.sluice.api.Pool;
import dev.sluice.api.PoolKind;
import dev.sluice.api.PoolReference;

/**
 * A pool among all namespaces.
 *
 * @param namespace where it is
 * @param kind which of the two kinds
 * @param name what it is called
 */
public record PoolKey(String namespace, PoolKind kind, String name) {
    public static PoolKey of(Pool pool) {
        return new PoolKey(
                pool.getMetadata().getNamespace(),
                pool.kind(),
                pool.getMetadata().getName());
    }

    public static PoolKey of(String namespace, PoolReference reference) {
        return new PoolKey(namespace, reference.kind(), reference.name());
    }

    public PoolReference reference() {
        return new PoolReference(kind, name);
    }

    /** Such as {@code FilterPool edge}. */
    public String words() {
        return (kind == PoolKind.FILTER_POOL ? "FilterPool " : "TransportPool ") + name;
    }
}
