package dev.sluice.operator;

import dev.sluice.api.PoolKind;
import dev.sluice.api.SluiceNames;
import java.util.LinkedHashMap;
import java.util.Map;

/** The labels on everything that Sluice makes. */
final class Labels {
    static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    static final String MANAGER = "sluice";
    /** Selects what Sluice made. */
    static final Map<String, String> MANAGED = Map.of(MANAGED_BY, MANAGER);

    private static final int LONGEST = 63;

    private Labels() {}

    /** Of an object that belongs to a pool as a whole. */
    static Map<String, String> ofPool(PoolKey pool) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("app.kubernetes.io/name", "postfix");
        labels.put("app.kubernetes.io/instance", shortened(pool.name()));
        labels.put(
                "app.kubernetes.io/component", pool.kind() == PoolKind.FILTER_POOL ? "mail-filter" : "mail-transport");
        labels.put("app.kubernetes.io/part-of", "sluice");
        labels.put(MANAGED_BY, MANAGER);
        labels.put(SluiceNames.POOL_LABEL, shortened(pool.name()));
        labels.put(SluiceNames.POOL_KIND_LABEL, kind(pool.kind()));
        return labels;
    }

    /** Of an object that belongs to one node. */
    static Map<String, String> ofNode(PoolKey pool, String node, String revision) {
        Map<String, String> labels = ofPool(pool);
        labels.put("app.kubernetes.io/version", shortened(revision));
        labels.put(SluiceNames.REVISION_LABEL, shortened(revision));
        labels.put(SluiceNames.NODE_LABEL, shortened(node));
        return labels;
    }

    /** What tells the Pods of one pool from all others. */
    static Map<String, String> selectorOf(PoolKey pool) {
        Map<String, String> selector = new LinkedHashMap<>();
        selector.put(SluiceNames.POOL_LABEL, shortened(pool.name()));
        selector.put(SluiceNames.POOL_KIND_LABEL, kind(pool.kind()));
        return selector;
    }

    private static String kind(PoolKind kind) {
        return kind == PoolKind.FILTER_POOL ? "FilterPool" : "TransportPool";
    }

    /** A label's value has 63 characters at most and ends in a letter or digit. */
    private static String shortened(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST).replaceAll("[^A-Za-z0-9]+$", "");
    }
}
