package dev.sluice.cli.kubectl;

import dev.sluice.api.Pool;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.PoolStatus.Summary;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Many pools, a line each, in the columns of {@code kubectl get}. */
final class PoolTable {
    /** Which columns. */
    enum Width {
        NARROW,
        WIDE
    }

    /** Of which namespaces. */
    enum Space {
        ONE,
        ALL
    }

    private PoolTable() {}

    static List<String> of(List<Pool> pools, Width width, Space space, Instant now) {
        List<String> heads = new java.util.ArrayList<>(
                List.of("POOL", "READY", "REVISION", "CANDIDATE", "STEP", "WEIGHT", "NODES", "VERDICT", "AGE"));
        if (width == Width.WIDE) {
            heads.addAll(8, List.of("AVAILABLE", "MESSAGE"));
        }
        if (space == Space.ALL) {
            heads.add(0, "NAMESPACE");
        }
        Table table = new Table(heads.toArray(String[]::new));
        for (Pool pool : pools) {
            PoolStatus status = Optional.ofNullable(pool.getStatus()).orElse(PoolStatus.NEVER_OBSERVED);
            List<Object> cells = new java.util.ArrayList<>();
            if (space == Space.ALL) {
                cells.add(pool.getMetadata().getNamespace());
            }
            cells.add(PoolName.of(pool.kind(), pool.getMetadata().getName()));
            cells.add(condition(status, "Ready"));
            cells.add(Text.orDash(status.revisions().stable()));
            cells.add(Text.orDash(status.revisions().candidate()));
            cells.add(summary(status, Summary::step));
            cells.add(summary(status, Summary::weightPercent));
            cells.add(summary(status, Summary::nodesReady));
            cells.add(summary(status, Summary::verdict));
            if (width == Width.WIDE) {
                cells.add(condition(status, "Available"));
                cells.add(summary(status, Summary::message));
            }
            cells.add(Text.age(pool.getMetadata().getCreationTimestamp(), now));
            table.row(cells.toArray());
        }
        return table.lines();
    }

    private static String condition(PoolStatus status, String type) {
        return status.conditions().stream()
                .filter(condition -> type.equals(condition.getType()))
                .map(Condition::getStatus)
                .findFirst()
                .orElse("-");
    }

    private static String summary(PoolStatus status, Function<Summary, Object> part) {
        return Text.orDash(Optional.ofNullable(status.summary()).map(part).orElse(null));
    }
}
