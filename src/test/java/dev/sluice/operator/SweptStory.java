package dev.sluice.operator;

import dev.sluice.api.FilterPool;
import dev.sluice.api.NodeState;
import dev.sluice.api.PoolStatus;

/** The stories whose every step is swept, each from a moment at which its operator is at rest. */
enum SweptStory {
    /** From nothing to two nodes, and on to another revision. */
    ROLLOUT {
        @Override
        void prepare(CrashCell cell) {
            // It begins with the operator itself.
        }

        @Override
        void begin(CrashCell cell) {
            cell.startOperator();
            cell.apply(pool(2, "mail:1"));
        }

        @Override
        void carryOn(CrashCell cell) {
            cell.pool()
                    .filter(pool -> pool.getSpec().template().image().equals("mail:1") && rests(pool, 2))
                    .ifPresent(pool -> cell.apply(pool(2, "mail:2")));
        }

        @Override
        boolean over(CrashCell cell) {
            return cell.pool()
                    .filter(pool -> pool.getSpec().template().image().equals("mail:2") && rests(pool, 2))
                    .isPresent();
        }
    },
    /** One node more of the same revision. */
    SCALE_OUT {
        @Override
        void prepare(CrashCell cell) {
            serving(cell, 2);
        }

        @Override
        void begin(CrashCell cell) {
            cell.apply(pool(3, "mail:1"));
        }

        @Override
        boolean over(CrashCell cell) {
            return cell.pool().filter(pool -> rests(pool, 3)).isPresent();
        }
    },
    /** A revision that cannot hand its mail on. */
    ROLLBACK {
        @Override
        void prepare(CrashCell cell) {
            serving(cell, 2);
            cell.nodes().bringUp(agent -> agent.failsToDeliver(true));
        }

        @Override
        void begin(CrashCell cell) {
            cell.apply(pool(2, "mail:bad"));
        }

        @Override
        boolean over(CrashCell cell) {
            return cell.pool()
                    .map(Observation::statusOf)
                    .filter(status -> status.revisions().rejected().size() == 1)
                    .filter(status -> status.trial() == null
                            && Story.in(status, NodeState.SERVING).size() == 2
                            && status.nodes().size() == 2)
                    .isPresent();
        }
    },
    /** A node of three that turns bad while it serves. */
    EJECTION {
        @Override
        void prepare(CrashCell cell) {
            serving(cell, 3);
        }

        @Override
        void begin(CrashCell cell) {
            cell.nodes().get("edge-2").failsToDeliver(true);
        }

        @Override
        boolean over(CrashCell cell) {
            return cell.pool()
                    .filter(pool -> rests(pool, 3)
                            && Observation.statusOf(pool).nodes().stream()
                                    .noneMatch(node -> node.name().equals("edge-2")))
                    .isPresent();
        }
    },
    /** A pool that is deleted while mail waits on its nodes. */
    DELETION {
        @Override
        void prepare(CrashCell cell) {
            serving(cell, 2);
            cell.stopMail();
            cell.nodes().all().forEach(agent -> {
                agent.failsToDeliver(true);
                cell.await(agent.node() + " has mail that waits", () -> {
                    agent.receive(5);
                    return agent.queued() > 0;
                });
                agent.failsToDeliver(false);
            });
        }

        @Override
        void begin(CrashCell cell) {
            cell.pool().ifPresent(pool -> cell.client().resource(pool).delete());
        }

        @Override
        void carryOn(CrashCell cell) {
            cell.pool()
                    .map(Observation::statusOf)
                    .filter(status -> Story.in(status, NodeState.DRAINING).size() == 2)
                    .ifPresent(status -> cell.nodes().all().forEach(FakeAgent::deliverQueue));
        }

        @Override
        boolean over(CrashCell cell) {
            return cell.pool().isEmpty();
        }
    };

    /** Brings a cell to where the story begins. */
    abstract void prepare(CrashCell cell);

    /** What somebody does, or what happens; from here on steps are counted. */
    abstract void begin(CrashCell cell);

    /** What somebody does while it goes on; called again and again. */
    void carryOn(CrashCell cell) {
        // Nobody does anything.
    }

    /** Whether the story's end is near: what is left is to come to rest. */
    abstract boolean over(CrashCell cell);

    private static void serving(CrashCell cell, int nodes) {
        cell.startOperator();
        cell.apply(pool(nodes, "mail:1"));
        cell.await(
                "the pool serves",
                () -> cell.pool().filter(pool -> rests(pool, nodes)).isPresent());
        cell.mailFlows();
    }

    private static boolean rests(FilterPool pool, int nodes) {
        PoolStatus status = Observation.statusOf(pool);
        return pool.getMetadata().getGeneration().equals(status.observedGeneration())
                && "True".equals(Story.condition(status, "Ready", "-"))
                && status.trial() == null
                && status.nodes().size() == nodes
                && Story.in(status, NodeState.SERVING).size() == nodes;
    }

    private static String pool(int replicas, String image) {
        return """
                apiVersion: v1
                kind: Service
                metadata: {name: smtp}
                spec: {clusterIP: None, ports: [{port: 25}]}
                ---
                apiVersion: sluice.dev/v1alpha1
                kind: FilterPool
                metadata: {name: edge}
                spec:
                  replicas: %d
                  template: {image: "%s"}
                  acceptFrom: [192.0.2.10/32]
                  nextHops:
                    - {name: partner, addresses: [{host: 192.0.2.25}]}
                  traffic: {endpointSlice: {serviceName: smtp}}
                  rollout:
                    policy:
                      steps:
                        - {weightPercent: 30, leastMessages: 50, leastSeconds: 1, delta: "0.2"}
                        - {weightPercent: 60, leastMessages: 50, leastSeconds: 1, delta: "0.2"}
                      gate: {objectiveSeconds: 1}
                      preflight: {deadlineSeconds: 60}
                      bakeSeconds: 1
                """.formatted(replicas, image);
    }
}
