package dev.sluice.testkit.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.NodeState;
import dev.sluice.api.Verb;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random faults and edits: the invariants hold after every plan, and after the last fault everything comes to rest.
 * {@code -Dsluice.walks=300} walks more.
 */
class RandomWalkTest {
    private static final int WALKS = Integer.getInteger("sluice.walks", 100);
    private static final int SECONDS = 200;

    @Test
    void theInvariantsHoldWhateverHappensAndTheWorldComesToRest() {
        for (long seed = 0; seed < WALKS; seed++) {
            walk(seed);
        }
    }

    static void walk(long seed) {
        Random random = new Random(seed);
        PoolWorld world = new PoolWorld(seed);
        try {
            for (int second = 0; second < SECONDS; second++) {
                if (random.nextInt(8) == 0) {
                    happens(world, random);
                }
                world.tick();
            }
            world.repaired();
            world.declaration.paused = false;
            world.declaration.maxStep = null;
            world.declaration.policyMissing = false;
            world.asks("go-on", Verb.RESUME, null);
            world.runs(5).until("at rest", 3000, RandomWalkTest::isAtRest);
            world.runs(60);
            int writes = world.statusWrites;
            world.runs(60);
            assertThat(world.statusWrites).as("I8: writes at rest").isEqualTo(writes);
            assertThat(world.lost).isZero();
        } catch (AssertionError | RuntimeException failure) {
            throw new AssertionError("seed " + seed + ": " + failure.getMessage() + "\n" + world.describe(), failure);
        }
    }

    private static boolean isAtRest(PoolWorld world) {
        boolean served = world.in(NodeState.SERVING).size() == world.declaration.replicas;
        boolean rejected = world.condition("Stalled").endsWith("RevisionRejected");
        return world.isQuiet() && world.status.nextHops().isEmpty() && (served || rejected);
    }

    private static void happens(PoolWorld world, Random random) {
        List<String> names = List.copyOf(world.nodes.keySet());
        Optional<String> one =
                names.isEmpty() ? Optional.empty() : Optional.of(names.get(random.nextInt(names.size())));
        String hop = world.declaration.hops.get(random.nextInt(2));
        switch (random.nextInt(20)) {
            case 0, 1 -> world.declares(it -> it.replicas = random.nextInt(6));
            case 2, 3 -> world.declares(it -> it.revision = "v1-" + random.nextInt(4));
            case 4 -> one.ifPresent(name -> world.delivery(name, hop, "454 4.7.1 Relay access denied"));
            case 5 -> world.delivery("*", hop, "connection refused");
            case 6 -> world.probes("*", hop, "554 5.7.1 no");
            case 7 -> one.ifPresent(name -> world.nodes.get(name).reachable = false);
            case 8 -> one.ifPresent(name -> world.nodes.get(name).mtaFailure = Optional.of("fatal: bad parameter"));
            case 9, 10, 11 -> world.repaired();
            case 12 -> one.ifPresent(world::deletesNode);
            case 13 -> world.crashes(List.of(Crash.values()).get(random.nextInt(5)), random.nextInt(5));
            case 14 -> world.effectLoss = 0.3;
            case 15 -> world.staleness = java.time.Duration.ofSeconds(2);
            case 16 -> one.ifPresent(world::moves);
            case 17 ->
                world.declares(it -> {
                    it.paused = random.nextInt(3) == 0;
                    it.maxStep = random.nextInt(3) == 0 ? Integer.valueOf(random.nextInt(3)) : null;
                    it.minAvailable = Math.min(it.replicas, random.nextInt(3));
                });
            case 18 ->
                world.asks(
                        "ask-" + world.now.getEpochSecond(),
                        List.of(Verb.values()).get(random.nextInt(5)),
                        world.declaration.revision);
            default -> world.declares(it -> it.retryNonce = "nonce-" + random.nextInt(100));
        }
        world.declaration.minAvailable = Math.min(world.declaration.minAvailable, world.declaration.replicas);
    }
}
