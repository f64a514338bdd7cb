package dev.sluice.sim.fleet;

import dev.sluice.api.AfterTimeout;
import dev.sluice.api.Drain;
import dev.sluice.api.DrainPolicy;
import dev.sluice.api.FilterPoolSpec;
import dev.sluice.api.NextHop;
import dev.sluice.api.NodeTemplate;
import dev.sluice.api.PoolSpec;
import dev.sluice.api.RelayAccess;
import dev.sluice.api.Rollout;
import dev.sluice.api.RolloutPolicySpec;
import dev.sluice.api.RolloutPolicySpec.Ejection;
import dev.sluice.api.RolloutPolicySpec.GateSettings;
import dev.sluice.api.RolloutPolicySpec.Preflight;
import dev.sluice.api.RolloutPolicySpec.Step;
import dev.sluice.api.Traffic;
import dev.sluice.api.TransportPoolSpec;
import java.util.List;
import java.util.Map;

/** What people declare in the worlds of virtual time: a filter pool {@code mx} that hands its mail to the transport {@code out}. */
public final class FleetDeclarations {
    /** The next hops of the transport pool. */
    public static final List<String> RELAYS = List.of("relay-a", "relay-b");

    private static final RolloutPolicySpec POLICY = new RolloutPolicySpec(
            List.of(new Step(10, 30, 5, "0.20"), new Step(25, 40, 5, "0.20"), new Step(50, 60, 5, "0.20")),
            new GateSettings("0.01", "0.05", "0.01", "1.25", 5, 86400, 10, "0.05"),
            new Preflight("<>", "postmaster", 5, 20),
            0,
            600,
            List.of(),
            new Ejection(1, 1));
    private static final Drain DRAIN = new Drain(DrainPolicy.HAND_OVER, 60, AfterTimeout.BLOCK);

    private FleetDeclarations() {}

    /** Three steps of some seconds each. */
    public static RolloutPolicySpec policy() {
        return POLICY;
    }

    /** What every node is made of. */
    public static NodeTemplate template() {
        return new NodeTemplate(
                "registry.example/mta:1", null, null, Map.of(), null, null, null, null, null, null, null, null);
    }

    /** The filter pool. */
    public static PoolSpec filter(int replicas, int minAvailable, Rollout rollout) {
        return new FilterPoolSpec(
                replicas,
                minAvailable,
                template(),
                List.of("10.20.0.5/32"),
                List.of(new NextHop("out", new NextHop.TransportPoolReference("out"), null, List.of())),
                new Traffic(null, new Traffic.EndpointSliceRouter("mx")),
                DRAIN,
                rollout,
                List.of());
    }

    /** The transport pool. */
    public static PoolSpec transport(int replicas, int minAvailable, Rollout rollout) {
        return new TransportPoolSpec(
                replicas,
                minAvailable,
                template(),
                new RelayAccess(List.of("mx"), List.of(), 0, 0),
                RELAYS.stream()
                        .map(hop ->
                                new NextHop(hop, null, List.of(new NextHop.SmtpAddress("10.20.200.1", 25)), List.of()))
                        .toList(),
                null,
                DRAIN,
                rollout,
                List.of());
    }
}
