package dev.sluice.sim.fleet;

import dev.sluice.api.Initial;
import dev.sluice.api.PoolKind;
import dev.sluice.api.PoolRolloutStatus;
import dev.sluice.api.PoolSpec;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.Rollout;
import dev.sluice.operator.PoolKey;
import dev.sluice.plan.Plan;
import dev.sluice.plan.PoolSnapshot;
import dev.sluice.plan.Request;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One pool as it really is: its objects on the server, its nodes, its edge. */
final class FleetPool implements Truth {
    /** A node's object as a watch shows it. */
    record NodeView(String revision, boolean deleting, String address) {}

    /** The pool's objects as they were at one version. */
    record View(
            long version,
            boolean exists,
            int uid,
            long generation,
            PoolSpec spec,
            String revision,
            boolean deleting,
            PoolStatus status,
            Map<String, NodeView> nodes) {
        View with(PoolStatus newer, long at) {
            return new View(at, exists, uid, generation, spec, revision, deleting, newer, nodes);
        }
    }

    /** A request and when it was answered. */
    record Asked(Request request, Optional<Instant> answered) {}

    final PoolKey key;
    final List<String> hops;
    final Map<String, MailNodeModel> nodes = new TreeMap<>();
    final Map<String, PoolRolloutStatus> records = new TreeMap<>();
    final Edge edge = new Edge();
    final Map<String, Asked> asked = new LinkedHashMap<>();
    List<PlanCheck> checks = Invariants.all();
    List<String> admitted = List.of();
    PoolStatus status = PoolStatus.NEVER_OBSERVED;
    int replicas = 3;
    int minAvailable = 1;
    String revision = "v1-0";
    boolean paused;
    String retryNonce;
    boolean deleting;
    boolean exists = true;
    /** Tells a pool from its successor of the same name. */
    int uid = 1;

    long generation = 1;
    long version;
    private final InstantSource time;
    private Instant plannedAt;

    FleetPool(PoolKey key, List<String> hops, InstantSource time) {
        this.key = key;
        this.hops = hops;
        this.time = time;
    }

    boolean isFilter() {
        return key.kind() == PoolKind.FILTER_POOL;
    }

    String words() {
        return key.words();
    }

    /** Holds a plan, which the operator made when its clock said so, against the invariants. */
    void holds(PoolSnapshot before, Plan plan, Instant operatorsTime) {
        plannedAt = operatorsTime;
        checks.forEach(check -> check.check(this, before, plan));
    }

    @Override
    public Map<String, MailNodeModel> nodes() {
        return nodes;
    }

    @Override
    public Instant now() {
        return plannedAt;
    }

    /** The pool's finalizer lets go: nothing of it is left. */
    void isGone() {
        exists = false;
        status = PoolStatus.NEVER_OBSERVED;
        edge.becomes(Map.of());
        admitted = List.of();
        asked.clear();
    }

    /** A person declares it anew, under the old name. */
    void isDeclaredAgain() {
        exists = true;
        uid++;
        deleting = false;
        paused = false;
        checks = Invariants.all();
    }

    PoolSpec spec() {
        Rollout rollout = new Rollout(null, null, paused, null, retryNonce, Initial.IMMEDIATE);
        return isFilter()
                ? FleetDeclarations.filter(replicas, minAvailable, rollout)
                : FleetDeclarations.transport(replicas, minAvailable, rollout);
    }

    /** The objects as the server has them now. */
    View view() {
        Map<String, NodeView> seen = new TreeMap<>();
        nodes.forEach((name, node) -> seen.put(
                name, new NodeView(node.revision, node.deleting, node.up(time.instant()) ? node.address : "")));
        return new View(version, exists, uid, generation, spec(), revision, deleting, status, seen);
    }

    long queued() {
        return nodes.values().stream().mapToLong(MailNodeModel::queued).sum();
    }
}
