package dev.sluice.operator;

import dev.sluice.api.NextHop;
import dev.sluice.api.Pool;
import dev.sluice.api.PoolKind;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which pools of a namespace lie on one path of mail: those that mail of a pool comes from, and those that it goes to, near
 * or far. Pools of one path are never on trial together, since a failure could not be told to be the one's or the other's
 * (invariant I6).
 */
final class MailPaths {
    private final Map<PoolKey, Set<PoolKey>> downstream = new HashMap<>();
    private final Map<PoolKey, Set<PoolKey>> upstream = new HashMap<>();

    MailPaths(Collection<? extends Pool> pools) {
        for (Pool pool : pools) {
            PoolKey key = PoolKey.of(pool);
            for (NextHop hop : pool.getSpec().nextHops()) {
                if (hop.transportPoolRef() != null) {
                    link(
                            key,
                            new PoolKey(
                                    key.namespace(),
                                    PoolKind.TRANSPORT_POOL,
                                    hop.transportPoolRef().name()));
                }
            }
            pool.getSpec()
                    .relayRules()
                    .ifPresent(rules -> rules.fromPools()
                            .forEach(from -> link(new PoolKey(key.namespace(), PoolKind.FILTER_POOL, from), key)));
        }
    }

    private void link(PoolKey from, PoolKey to) {
        downstream.computeIfAbsent(from, key -> new LinkedHashSet<>()).add(to);
        upstream.computeIfAbsent(to, key -> new LinkedHashSet<>()).add(from);
    }

    /** Every other pool of the paths that lead through this one. */
    Set<PoolKey> with(PoolKey pool) {
        Set<PoolKey> result = new HashSet<>(reach(pool, downstream));
        result.addAll(reach(pool, upstream));
        result.remove(pool);
        return result;
    }

    /** The pools that this one is linked to at once, in either direction. */
    Set<PoolKey> besides(PoolKey pool) {
        return java.util.stream.Stream.of(downstream, upstream)
                .flatMap(links -> links.getOrDefault(pool, Set.of()).stream())
                .collect(Collectors.toSet());
    }

    private static Set<PoolKey> reach(PoolKey start, Map<PoolKey, Set<PoolKey>> links) {
        Set<PoolKey> seen = new LinkedHashSet<>();
        Deque<PoolKey> open = new ArrayDeque<>(links.getOrDefault(start, Set.of()));
        while (!open.isEmpty()) {
            PoolKey next = open.poll();
            if (seen.add(next)) {
                open.addAll(links.getOrDefault(next, Set.of()));
            }
        }
        return seen;
    }
}
