package dev.sluice.testkit.pool;

import dev.sluice.api.FilterPool;
import dev.sluice.api.FilterPoolSpec;
import dev.sluice.api.NodeState;
import dev.sluice.api.PoolKind;
import dev.sluice.api.RolloutPolicySpec.FreezeWindow;
import dev.sluice.api.TransportPool;
import dev.sluice.api.TransportPoolSpec;
import dev.sluice.api.Verb;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Pools as the planner leaves them in every state that a tool may meet, each with what tools are to conclude: the truth
 * table of {@code docs/status.md}. Nobody writes a status by hand here; each is where a story ends.
 */
public final class RecordedStates {
    private static final String REFUSED = "454 4.7.1 Relay access denied";

    private RecordedStates() {}

    /**
     * A pool in one state, and how it is to be judged.
     *
     * @param name of the state, fit for a file
     * @param pool the whole object
     * @param kstatus what kstatus concludes: {@code Current}, {@code InProgress}, {@code Failed} or {@code Terminating}
     * @param argo what the Argo CD script concludes: {@code Healthy}, {@code Progressing}, {@code Degraded} or
     *     {@code Suspended}
     * @param ready whether {@code kubectl wait --for=condition=Ready} returns
     */
    public record State(String name, HasMetadata pool, String kstatus, String argo, boolean ready) {}

    /** Every state of a pool of that kind. */
    public static List<State> of(PoolKind kind) {
        List<State> states = new ArrayList<>();
        Recorder recorder = new Recorder(kind, states);
        atRest(recorder);
        onTrial(recorder);
        held(recorder);
        failed(recorder);
        withoutMail(recorder);
        wronglyDeclared(recorder);
        leaving(recorder);
        return states;
    }

    private static void atRest(Recorder recorder) {
        recorder.record("not-seen-yet", world -> world, "InProgress", "Progressing");
        recorder.record("installing", world -> world.runs(4), "InProgress", "Progressing");
        recorder.ready("steady", RecordedStates::serving);
        recorder.ready(
                "steady-of-nobody",
                world -> serving(world).declares(it -> it.replicas = 0).runs(1).until("empty", 60, PoolWorld::isQuiet));
        recorder.ready(
                "steady-with-one-hop-down",
                world -> serving(world)
                        .delivery("*", "relay-a", REFUSED)
                        .until(
                                "seen",
                                30,
                                it -> it.condition("NextHopsReachable").startsWith("False")));
        recorder.ready("steady-with-a-silent-node", world -> {
            serving(world).nodes.get("filter-2").reachable = false;
            return world.until("seen", 60, it -> it.condition("MetricsReady").equals("False/Unreachable"));
        });
        recorder.ready("steady-with-a-slow-node", world -> {
            serving(world).staleness = java.time.Duration.ofSeconds(2);
            return world.until("seen", 3000, it -> it.condition("MetricsReady").equals("False/Stale"));
        });
        recorder.ready(
                "promoted",
                world -> candidate(world)
                        .until(
                                "promoted",
                                900,
                                it -> "v1-two".equals(it.status.revisions().stable())));
        recorder.ready(
                "promoted-after-a-rollback",
                world -> rolledBack(world)
                        .repaired()
                        .declares(it -> it.revision = "v1-three")
                        .until(
                                "promoted",
                                900,
                                it -> "v1-three".equals(it.status.revisions().stable())));
        recorder.ready(
                "back-to-stable-while-nodes-drain",
                world -> rollingBack(world)
                        .declares(it -> it.revision = "v1-one")
                        .runs(1));
        recorder.record(
                "newer-generation-not-seen",
                world -> serving(world).declares(it -> it.replicas = 5),
                "InProgress",
                "Progressing");
    }

    private static void onTrial(Recorder recorder) {
        recorder.record(
                "preflight",
                world -> serving(world)
                        .declares(it -> it.revision = "v1-two")
                        .until(
                                "preflight",
                                60,
                                it -> !it.in(NodeState.PREFLIGHT).isEmpty()),
                "InProgress",
                "Progressing");
        recorder.record("canary-running", RecordedStates::candidate, "InProgress", "Progressing");
        recorder.record(
                "awaiting-evidence",
                world -> slow(world)
                        .until("due", 120, it -> it.condition("Reconciling").endsWith("AwaitingEvidence")),
                "InProgress",
                "Progressing");
        recorder.record(
                "bake",
                world -> candidate(world)
                        .declares(it -> it.bakeSeconds = 200)
                        .until(
                                "bakes",
                                900,
                                it -> "Baking".equals(it.status.summary().verdict())),
                "InProgress",
                "Progressing");
        recorder.record("scaling", world -> growing(world).runs(5), "InProgress", "Progressing");
        recorder.record("rolling-back", RecordedStates::rollingBack, "InProgress", "Progressing");
        recorder.record(
                "edge-not-as-asked",
                world -> {
                    serving(world).trafficProblem = Optional.of("the edge 192.0.2.10:9999 does not answer");
                    return world.declares(it -> it.revision = "v1-two").runs(20);
                },
                "InProgress",
                "Progressing");
    }

    private static void held(Recorder recorder) {
        recorder.record(
                "paused-by-a-person",
                world -> candidate(world).asks("lunch", Verb.PAUSE, "v1-two").runs(2),
                "InProgress",
                "Suspended");
        recorder.record(
                "paused-for-approval",
                world -> candidate(world).declares(it -> it.maxStep = 1).runs(2),
                "InProgress",
                "Suspended");
        recorder.record(
                "paused-before-it-begins",
                world -> serving(world)
                        .declares(it -> {
                            it.paused = true;
                            it.revision = "v1-two";
                        })
                        .runs(2),
                "InProgress",
                "Suspended");
        recorder.record(
                "frozen",
                world -> serving(world)
                        .declares(it -> {
                            it.freezes = List.of(new FreezeWindow(List.of(), "09:00", "10:00", "UTC"));
                            it.revision = "v1-two";
                        })
                        .runs(2),
                "InProgress",
                "Suspended");
        recorder.record(
                "path-busy",
                world -> {
                    serving(world).trialOnPath = Optional.of("TransportPool outbound");
                    return world.declares(it -> it.revision = "v1-two").runs(2);
                },
                "InProgress",
                "Suspended");
    }

    private static void failed(Recorder recorder) {
        recorder.record("rolled-back", RecordedStates::rolledBack, "Failed", "Degraded");
        recorder.record(
                "refused-before-any-mail",
                world -> serving(world)
                        .probes("*", "relay-b", REFUSED)
                        .declares(it -> it.revision = "v1-two")
                        .until("refused", 120, it -> it.condition("Stalled").startsWith("True")),
                "Failed",
                "Degraded");
        recorder.record(
                "growth-refused",
                world -> serving(world)
                        .probes("*", "relay-b", REFUSED)
                        .declares(it -> it.replicas = 5)
                        .until("refused", 120, it -> it.condition("Stalled").startsWith("True")),
                "Failed",
                "Degraded");
        recorder.record(
                "install-refused",
                world -> world.probes("*", "*", REFUSED)
                        .until("refused", 120, it -> it.condition("Stalled").startsWith("True")),
                "Failed",
                "Degraded");
        recorder.record(
                "aborted",
                world -> candidate(world)
                        .asks("stop", Verb.ABORT, "v1-two")
                        .until("aborted", 120, it -> it.condition("Stalled").startsWith("True")),
                "Failed",
                "Degraded");
        recorder.record(
                "node-crashed",
                world -> {
                    candidate(world).nodes.get("filter-4").mtaFailure = Optional.of("fatal: bad parameter");
                    world.until("found", 60, it -> it.wasTold("RolloutRolledBack"));
                    return world.repaired()
                            .until("ended", 200, it -> it.condition("Stalled").startsWith("True"));
                },
                "Failed",
                "Degraded");
        recorder.record(
                "no-nodes-left",
                world -> {
                    candidate(world)
                            .declares(it -> it.policyMissing = true)
                            .runs(1)
                            .deletesNode("filter-4");
                    world.until("left", 60, it -> it.wasTold("RolloutRolledBack"));
                    return world.declares(it -> it.policyMissing = false)
                            .until("ended", 200, it -> it.condition("Stalled").startsWith("True"));
                },
                "Failed",
                "Degraded");
        recorder.record(
                "deadline-exceeded",
                world -> {
                    candidate(world).messagesPerSecond = 0;
                    return world.declares(it -> it.deadlineSeconds = 60)
                            .until("late", 1500, it -> it.condition("Stalled").startsWith("True"));
                },
                "Failed",
                "Degraded");
        recorder.record(
                "metrics-unavailable",
                world -> {
                    serving(world).declares(it -> it.deadlineSeconds = 60);
                    candidate(world).nodes.get("filter-4").reachable = false;
                    world.until("late", 300, it -> it.wasTold("RolloutRolledBack"));
                    return world.repaired()
                            .until("ended", 200, it -> it.condition("Stalled").startsWith("True"));
                },
                "Failed",
                "Degraded");
    }

    private static void withoutMail(Recorder recorder) {
        recorder.record("no-node-delivers", RecordedStates::cutOff, "InProgress", "Degraded");
        recorder.record(
                "no-node-delivers-during-a-trial",
                world -> candidate(world)
                        .delivery("*", "*", REFUSED)
                        .until("seen", 60, it -> it.condition("Available").startsWith("False")),
                "InProgress",
                "Degraded");
        recorder.record(
                "no-node-accepts",
                world -> {
                    serving(world).nodes.values().forEach(node -> node.upAt = world.now.plusSeconds(600));
                    return world.until(
                            "seen", 30, it -> it.condition("Available").startsWith("False"));
                },
                "InProgress",
                "Degraded");
        recorder.record(
                "too-few-nodes-accept",
                world -> {
                    serving(world).declares(it -> it.minAvailable = 3);
                    world.nodes.get("filter-1").upAt = world.now.plusSeconds(600);
                    return world.until(
                            "seen", 30, it -> it.condition("Available").startsWith("False"));
                },
                "InProgress",
                "Degraded");
    }

    private static void wronglyDeclared(Recorder recorder) {
        recorder.record(
                "dependency-missing",
                world -> {
                    serving(world).hopProblem = Optional.of(
                            "TransportPool west does not exist in this namespace: create it or change spec.nextHops[relay-a].transportPoolRef");
                    return world.declares(it -> it.replicas = 5).runs(2);
                },
                "InProgress",
                "Progressing");
        recorder.record(
                "invalid",
                world -> {
                    world.conflict = Optional.of("TransportPool filter");
                    return world.runs(2);
                },
                "Failed",
                "Degraded");
    }

    private static void leaving(Recorder recorder) {
        recorder.record(
                "being-deleted",
                world -> {
                    serving(world).deleting = true;
                    return world.runs(1);
                },
                "Terminating",
                "Progressing");
        recorder.record(
                "drain-blocked",
                world -> {
                    serving(world).delivery("*", "relay-a", REFUSED).runs(20).deleting = true;
                    return world.until(
                            "late", 300, it -> it.condition("Stalled").startsWith("True"));
                },
                "Terminating",
                "Degraded");
    }

    // ---- how worlds get there

    private static PoolWorld serving(PoolWorld world) {
        return world.until("all three serve", 60, it -> it.serves(3)).runs(60);
    }

    private static PoolWorld candidate(PoolWorld world) {
        return serving(world)
                .declares(it -> it.revision = "v1-two")
                .until(
                        "canary",
                        60,
                        it -> it.status.trial() != null && it.status.trial().step() == 1);
    }

    private static PoolWorld slow(PoolWorld world) {
        serving(world).messagesPerSecond = 3;
        return candidate(world);
    }

    private static PoolWorld growing(PoolWorld world) {
        return serving(world).declares(it -> it.replicas = 5);
    }

    private static PoolWorld rollingBack(PoolWorld world) {
        return candidate(world)
                .delivery("filter-4", "relay-b", REFUSED)
                .until("rolls back", 120, it -> it.wasTold("RolloutRolledBack"));
    }

    private static PoolWorld rolledBack(PoolWorld world) {
        return rollingBack(world)
                .until("rolled back", 200, it -> it.condition("Stalled").startsWith("True"));
    }

    private static PoolWorld cutOff(PoolWorld world) {
        return serving(world)
                .delivery("*", "*", REFUSED)
                .until("seen", 60, it -> it.condition("Available").startsWith("False"));
    }

    /** Makes the object that the API server would have. */
    private record Recorder(PoolKind kind, List<State> states) {
        void ready(String name, UnaryOperator<PoolWorld> story) {
            add(name, story, "Current", "Healthy", true);
        }

        void record(String name, UnaryOperator<PoolWorld> story, String kstatus, String argo) {
            add(name, story, kstatus, argo, false);
        }

        private void add(String name, UnaryOperator<PoolWorld> story, String kstatus, String argo, boolean ready) {
            PoolWorld world = story.apply(new PoolWorld(4).of(kind));
            states.add(new State(name, object(world), kstatus, argo, ready));
        }

        private HasMetadata object(PoolWorld world) {
            if (kind == PoolKind.FILTER_POOL) {
                FilterPool pool = new FilterPool();
                pool.setMetadata(metadata(world));
                pool.setSpec((FilterPoolSpec) world.spec());
                pool.setStatus(world.status);
                return pool;
            }
            TransportPool pool = new TransportPool();
            pool.setMetadata(metadata(world));
            pool.setSpec((TransportPoolSpec) world.spec());
            pool.setStatus(world.status);
            return pool;
        }

        private static ObjectMeta metadata(PoolWorld world) {
            return new ObjectMetaBuilder()
                    .withNamespace("mail")
                    .withName("filter")
                    .withUid("8f0c2f6e-6d1b-4c1e-9a55-0d6f3c1f7a11")
                    .withResourceVersion("48151")
                    .withCreationTimestamp("2026-11-02T09:00:00Z")
                    .withGeneration(world.declaration.generation)
                    .withDeletionTimestamp(world.deleting ? "2026-11-02T09:10:00Z" : null)
                    .build();
        }
    }
}
