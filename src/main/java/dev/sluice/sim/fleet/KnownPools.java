package dev.sluice.sim.fleet;

import dev.sluice.api.PoolStatus;
import dev.sluice.operator.PoolKey;
import dev.sluice.sim.fleet.FleetPool.View;
import java.util.HashMap;
import java.util.Map;

/**
 * What a process of the operator knows of the pools. What it wrote itself it knows at once, and older events never hide
 * it, as in the framework's cache.
 */
final class KnownPools {
    private final Map<PoolKey, View> views = new HashMap<>();
    private final Map<PoolKey, View> own = new HashMap<>();

    View of(FleetPool pool) {
        return views.get(pool.key);
    }

    void listed(FleetPool pool, View view) {
        views.put(pool.key, view);
    }

    /** An event; whether it told anything. What is older than what is known is passed over. */
    boolean hears(PoolKey pool, View view) {
        View known = views.get(pool);
        if (view.version() <= known.version()) {
            return false;
        }
        View written = own.get(pool);
        boolean older = written != null && view.version() < written.version();
        views.put(pool, older ? view.with(written.status(), view.version()) : view);
        return true;
    }

    /** The operator has written this status, which made that version. */
    void wrote(FleetPool pool, PoolStatus status) {
        View known = views.get(pool.key);
        own.put(pool.key, known.with(status, pool.version));
        views.put(pool.key, known.with(status, known.version()));
    }

    void forget(FleetPool pool) {
        own.remove(pool.key);
    }
}
