package dev.sluice.sim.fleet;

import dev.sluice.api.NodeState;
import dev.sluice.api.PoolRolloutStatus;
import dev.sluice.api.PoolRolloutStatus.StepRecord;
import dev.sluice.api.PoolStatus.NodeEntry;
import dev.sluice.api.PoolStatus.Revisions;
import dev.sluice.api.PoolStatus.TrialStatus;
import dev.sluice.plan.Effect;
import dev.sluice.plan.Plan;
import dev.sluice.plan.PlanMaker;
import dev.sluice.plan.Planner;
import dev.sluice.plan.PoolSnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Planners that are broken in one point each. */
public enum BrokenPlanner implements PlanMaker {
    /** Sends mail to every node that has an address. */
    TRUSTS_EVERYBODY {
        @Override
        public Plan plan(PoolSnapshot snapshot, Instant now) {
            Plan plan = Planner.plan(snapshot, now);
            List<Effect.Route.Server> all = plan.status().nodes().stream()
                    .filter(node -> node.lastKnownAddress() != null)
                    .map(node -> new Effect.Route.Server(node.name(), node.lastKnownAddress(), 25, 256))
                    .toList();
            return withEffects(plan, effect -> effect instanceof Effect.Route ? new Effect.Route(all) : effect);
        }
    },
    /** Gives a trial more mail from look to look, whatever the gate says. */
    GROWS_BY_ITSELF {
        @Override
        public Plan plan(PoolSnapshot snapshot, Instant now) {
            Plan plan = Planner.plan(snapshot, now);
            TrialStatus trial = plan.status().trial();
            return trial == null || trial.step() == 0
                    ? plan
                    : withStatus(
                            plan,
                            plan.status().revisions(),
                            heavier(trial),
                            plan.status().nodes());
        }
    },
    /** Takes silence for success: each step has passed when it was looked at once. */
    IS_EASILY_CONVINCED {
        @Override
        public Plan plan(PoolSnapshot snapshot, Instant now) {
            Plan plan = Planner.plan(snapshot, now);
            TrialStatus trial = snapshot.status().trial();
            return trial == null || trial.step() == 0
                    ? plan
                    : withEffects(
                            plan,
                            effect -> effect instanceof Effect.WriteRollout write ? passed(write, trial, now) : effect);
        }
    },
    /** Lets a node go as soon as it drains. */
    IS_IN_A_HURRY {
        @Override
        public Plan plan(PoolSnapshot snapshot, Instant now) {
            Plan plan = Planner.plan(snapshot, now);
            List<Effect> effects = new ArrayList<>(plan.effects());
            plan.status().nodes().stream()
                    .filter(node -> node.state() == NodeState.DRAINING || node.state() == NodeState.QUARANTINED)
                    .forEach(node -> effects.add(new Effect.ReleaseNode(node.name(), "in a hurry")));
            return new Plan(plan.status(), effects, plan.memories(), plan.nextLook());
        }
    },
    /** Takes out everybody at the first trouble. */
    PANICS {
        @Override
        public Plan plan(PoolSnapshot snapshot, Instant now) {
            Plan plan = Planner.plan(snapshot, now);
            boolean trouble = plan.status().nodes().stream().anyMatch(node -> node.state() == NodeState.QUARANTINED);
            return withStatus(
                    plan,
                    plan.status().revisions(),
                    plan.status().trial(),
                    plan.status().nodes().stream()
                            .map(node -> trouble && node.state() == NodeState.SERVING ? takenOut(node) : node)
                            .toList());
        }
    },
    /** Does not look what the rest of the path does. */
    IS_ALONE_IN_THE_WORLD {
        @Override
        public Plan plan(PoolSnapshot snapshot, Instant now) {
            return Planner.plan(alone(snapshot), now);
        }
    },
    /** Forgets what was rejected. */
    IS_FORGIVING {
        @Override
        public Plan plan(PoolSnapshot snapshot, Instant now) {
            Plan plan = Planner.plan(snapshot, now);
            Revisions known = plan.status().revisions();
            return withStatus(
                    plan,
                    new Revisions(known.stable(), known.candidate(), List.of()),
                    plan.status().trial(),
                    plan.status().nodes());
        }
    },
    /** Never lets anybody go. */
    CANNOT_LET_GO {
        @Override
        public Plan plan(PoolSnapshot snapshot, Instant now) {
            Plan plan = Planner.plan(snapshot, now);
            return new Plan(
                    plan.status(),
                    plan.effects().stream()
                            .filter(effect -> !(effect instanceof Effect.ReleaseNode))
                            .toList(),
                    plan.memories(),
                    plan.nextLook());
        }
    };

    private static Plan withEffects(Plan plan, UnaryOperator<Effect> change) {
        return new Plan(plan.status(), plan.effects().stream().map(change).toList(), plan.memories(), plan.nextLook());
    }

    private static Plan withStatus(Plan plan, Revisions revisions, TrialStatus trial, List<NodeEntry> nodes) {
        return new Plan(plan.status().with(revisions, trial, nodes), plan.effects(), plan.memories(), plan.nextLook());
    }

    private static TrialStatus heavier(TrialStatus trial) {
        return new TrialStatus(
                trial.rolloutName(),
                trial.purpose(),
                trial.revision(),
                trial.step() + 1,
                Math.min(100, trial.weightPercent() + 10),
                trial.measuredSharePercent(),
                trial.startedTime(),
                trial.stepStartedTime(),
                trial.deadlineTime(),
                trial.nextDecisionTime(),
                trial.pausedBecause(),
                trial.phase());
    }

    private static NodeEntry takenOut(NodeEntry node) {
        return new NodeEntry(
                node.name(),
                node.revision(),
                NodeState.QUARANTINED,
                0,
                node.since(),
                null,
                null,
                "panic",
                node.lastKnownAddress(),
                true);
    }

    private static Effect passed(Effect.WriteRollout write, TrialStatus trial, Instant now) {
        PoolRolloutStatus is = write.status();
        StepRecord step = new StepRecord(
                trial.step(),
                trial.weightPercent(),
                null,
                trial.stepStartedTime(),
                now,
                "Promote",
                "no error yet",
                0,
                0,
                0,
                0,
                0,
                0);
        return new Effect.WriteRollout(
                write.name(),
                write.spec(),
                new PoolRolloutStatus(
                        is.observedGeneration(),
                        is.result(),
                        is.startedTime(),
                        is.finishedTime(),
                        List.of(step),
                        is.decisions(),
                        is.gateMemory(),
                        is.gateMemoryTime(),
                        is.affected(),
                        is.reason(),
                        is.conditions()));
    }

    private static PoolSnapshot alone(PoolSnapshot snapshot) {
        return new PoolSnapshot(
                snapshot.pool(),
                snapshot.generation(),
                snapshot.deleting(),
                snapshot.spec(),
                snapshot.policy(),
                snapshot.desiredRevision(),
                snapshot.status(),
                snapshot.nodes(),
                snapshot.refusedNodes(),
                snapshot.hops(),
                snapshot.relaySources(),
                Optional.empty(),
                snapshot.starvingOnPath(),
                snapshot.trafficProblem(),
                snapshot.conflict(),
                snapshot.requests(),
                snapshot.rollout(),
                snapshot.memories());
    }
}
