package dev.sluice.cli.kubectl;

import dev.sluice.api.MailNode;
import dev.sluice.api.MailNodeStatus;
import dev.sluice.api.MailNodeStatus.Outcomes;
import dev.sluice.api.Pool;
import dev.sluice.api.PoolRollout;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.PoolStatus.NodeEntry;
import dev.sluice.api.PoolStatus.Rejection;
import dev.sluice.api.PoolStatus.TrialStatus;
import dev.sluice.api.RolloutPolicySpec;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A pool and what belongs to it, as the API had them at one moment.
 *
 * @param pool the pool
 * @param nodes its nodes
 * @param rollouts the records of its attempts, the newest first
 * @param policy the rollout policy in force, empty when a reference does not resolve
 */
record PoolView(Pool pool, List<MailNode> nodes, List<PoolRollout> rollouts, Optional<RolloutPolicySpec> policy) {
    PoolView {
        nodes = List.copyOf(nodes);
        rollouts = List.copyOf(rollouts);
    }

    String name() {
        return pool.getMetadata().getName();
    }

    /** Such as {@code fp/edge-in}. */
    String reference() {
        return PoolName.of(pool.kind(), name());
    }

    PoolStatus status() {
        return Optional.ofNullable(pool.getStatus()).orElse(PoolStatus.NEVER_OBSERVED);
    }

    /** Whether the status speaks of the declaration as it is now. */
    boolean observed() {
        Long seen = status().observedGeneration();
        return seen != null && seen.equals(pool.getMetadata().getGeneration());
    }

    Optional<Condition> condition(String type) {
        return status().conditions().stream()
                .filter(condition -> type.equals(condition.getType()))
                .findFirst();
    }

    boolean is(String type, String value) {
        return condition(type)
                .filter(condition -> value.equals(condition.getStatus()))
                .isPresent();
    }

    Optional<TrialStatus> trial() {
        return Optional.ofNullable(status().trial());
    }

    Optional<String> stable() {
        return Optional.ofNullable(status().revisions().stable());
    }

    /** The last rejection, the one that people ask about. */
    Optional<Rejection> lastRejection() {
        return status().revisions().rejected().stream().max(Comparator.comparing(Rejection::rejectedTime));
    }

    /** The record of an attempt. */
    Optional<PoolRollout> rollout(String rolloutName) {
        return rollouts.stream()
                .filter(rollout -> rollout.getMetadata().getName().equals(rolloutName))
                .findFirst();
    }

    /** The newest record of a revision. */
    Optional<PoolRollout> rolloutOf(String revision) {
        return rollouts.stream()
                .filter(rollout -> revision.equals(rollout.getSpec().revision()))
                .findFirst();
    }

    Optional<MailNodeStatus> nodeStatus(String node) {
        return nodes.stream()
                .filter(each -> each.getMetadata().getName().equals(node))
                .findFirst()
                .map(MailNode::getStatus);
    }

    /** The pool's entry for a node. */
    Optional<NodeEntry> entry(String node) {
        return status().nodes().stream()
                .filter(entry -> entry.name().equals(node))
                .findFirst();
    }

    private static final Outcomes NO_MAIL = new Outcomes(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** What became of the mail of all nodes together, by recipient. */
    Outcomes outcomes() {
        Outcomes sum = NO_MAIL;
        for (MailNode node : nodes) {
            Outcomes one = Optional.ofNullable(node.getStatus())
                    .map(MailNodeStatus::counts)
                    .orElse(NO_MAIL);
            sum = new Outcomes(
                    sum.accepted() + one.accepted(),
                    sum.delivered() + one.delivered(),
                    sum.deferred() + one.deferred(),
                    sum.bounced() + one.bounced(),
                    sum.expired() + one.expired(),
                    sum.handedOver() + one.handedOver(),
                    sum.queued() + one.queued(),
                    sum.unaccounted() + one.unaccounted(),
                    sum.deliveredLate() + one.deliveredLate(),
                    sum.messages() + one.messages(),
                    sum.units() + one.units(),
                    sum.unitsFailed() + one.unitsFailed());
        }
        return sum;
    }
}
