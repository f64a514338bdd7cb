package dev.sluice.testkit.pool;

import dev.sluice.api.AfterTimeout;
import dev.sluice.api.Drain;
import dev.sluice.api.DrainPolicy;
import dev.sluice.api.FilterPoolSpec;
import dev.sluice.api.Initial;
import dev.sluice.api.NextHop;
import dev.sluice.api.NodeTemplate;
import dev.sluice.api.RelayAccess;
import dev.sluice.api.Rollout;
import dev.sluice.api.RolloutPolicySpec;
import dev.sluice.api.RolloutPolicySpec.Ejection;
import dev.sluice.api.RolloutPolicySpec.FreezeWindow;
import dev.sluice.api.RolloutPolicySpec.GateSettings;
import dev.sluice.api.RolloutPolicySpec.Preflight;
import dev.sluice.api.RolloutPolicySpec.Step;
import dev.sluice.api.Traffic;
import dev.sluice.api.TransportPoolSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a pool declares, as a person edits it. Each change makes a new generation. */
public final class Declaration {
    private static final List<Step> STEPS =
            List.of(new Step(10, 30, 5, "0.20"), new Step(25, 40, 5, "0.20"), new Step(50, 60, 5, "0.20"));

    final List<String> hops = List.of("relay-a", "relay-b");
    List<Step> steps = STEPS;
    int replicas = 3;
    int minAvailable;
    long generation = 1;
    String revision = "v1-one";
    String image = "registry.example/filter:1";
    boolean paused;
    Integer maxStep;
    String retryNonce;
    Initial initial = Initial.IMMEDIATE;
    int bakeSeconds;
    int deadlineSeconds = 600;
    int preflightSeconds = 20;
    int maxEjected = 1;
    int drainSeconds = 60;
    DrainPolicy drainPolicy = DrainPolicy.HAND_OVER;
    AfterTimeout afterTimeout = AfterTimeout.BLOCK;
    List<FreezeWindow> freezes = List.of();
    boolean policyMissing;

    NodeTemplate template() {
        return new NodeTemplate(image, null, null, Map.of(), null, null, null, null, null, null, null, null);
    }

    FilterPoolSpec spec() {
        return new FilterPoolSpec(
                replicas,
                minAvailable,
                template(),
                List.of("10.20.0.5/32"),
                hops.stream()
                        .map(hop ->
                                new NextHop(hop, null, List.of(new NextHop.SmtpAddress("10.20.200.1", 25)), List.of()))
                        .toList(),
                new Traffic(null, new Traffic.EndpointSliceRouter("filter")),
                new Drain(drainPolicy, drainSeconds, afterTimeout),
                rollout(),
                List.of());
    }

    /** The same, as a tier that relays outward. */
    TransportPoolSpec transportSpec() {
        return new TransportPoolSpec(
                replicas,
                minAvailable,
                template(),
                RelayAccess.NOBODY,
                spec().nextHops(),
                null,
                new Drain(drainPolicy, drainSeconds, afterTimeout),
                rollout(),
                List.of());
    }

    private Rollout rollout() {
        return new Rollout(
                policyMissing ? new Rollout.PolicyReference("careful") : null,
                null,
                paused,
                maxStep,
                retryNonce,
                initial);
    }

    Optional<RolloutPolicySpec> policy() {
        return policyMissing
                ? Optional.empty()
                : Optional.of(new RolloutPolicySpec(
                        steps,
                        new GateSettings("0.01", "0.05", "0.01", "1.25", 5, 86400, 10, "0.05"),
                        new Preflight("<>", "postmaster", 5, preflightSeconds),
                        bakeSeconds,
                        deadlineSeconds,
                        freezes,
                        new Ejection(maxEjected, 1)));
    }
}
