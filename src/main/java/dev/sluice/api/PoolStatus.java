package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.sluice.api.Bounded.ListType;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.model.annotation.LabelSelector;
import io.fabric8.kubernetes.model.annotation.StatusReplicas;
import java.time.Instant;
import java.util.List;

/**
 * What a pool is. All that the planner remembers of a pool is here, so that one write changes it as a whole.
 *
 * @param observedGeneration the generation that this status speaks of
 * @param replicas nodes that exist and are not on their way out
 * @param selector the label selector of the pool's pods
 * @param conditions what {@link PoolCondition} lists
 * @param revisions which revisions are stable, on trial, rejected
 * @param trial what is on trial, or null
 * @param nodes the nodes
 * @param nextHops those that are down, or were until a moment ago
 * @param watch the gate's memory for the serving nodes, or null
 * @param lastNodeNumber the number of the youngest node; never used again
 * @param attained how many pods the pool has got to; fewer are made up for at any time
 * @param handledRetryNonce the last {@code retryNonce} that was acted on, or null
 * @param handledActions names of the last PoolActions that were acted on
 * @param shares the canary's share of the traffic, or null without a trial
 * @param summary what {@code kubectl get} shows, or null
 * @param facts what people were to hear of with the last decision that was worth telling
 */
@ApiData
public record PoolStatus(
        @JsonPropertyDescription("The generation of the spec that this status speaks of; -1 before the first.")
        Long observedGeneration,

        @StatusReplicas @JsonPropertyDescription("Nodes that exist and are not on their way out.")
        int replicas,

        @Bounded(length = 512)
        @LabelSelector
        @JsonPropertyDescription("The label selector of the pool's pods, for the scale subresource.")
        String selector,

        @Bounded(items = 16, list = ListType.MAP, keys = "type")
        @JsonPropertyDescription(
                "The state in the words of Kubernetes: Ready, Reconciling, Stalled, Available, Paused, RolledBack, MetricsReady, NextHopsReachable.")
        List<Condition> conditions,

        @JsonPropertyDescription("Which revisions are stable, on trial and rejected.")
        Revisions revisions,

        @JsonProperty("rollout")
        @JsonPropertyDescription("The rollout that is under way: what is on trial. Absent: nothing.")
        TrialStatus trial,

        @Bounded(items = PoolStatus.MOST_NODES, list = ListType.MAP, keys = "name")
        @JsonPropertyDescription("The nodes of the pool.")
        List<NodeEntry> nodes,

        @Bounded(items = 64, list = ListType.MAP, keys = "name")
        @JsonPropertyDescription(
                "Next hops that are down for every node, or were until a moment ago. What fails there is held against no node.")
        List<HopOutage> nextHops,

        @JsonPropertyDescription("What the gate remembers of the serving nodes.")
        WatchMemory watch,

        @JsonPropertyDescription("The number of the youngest node; a number is never used twice.")
        long lastNodeNumber,

        @Min(0) @JsonPropertyDescription(
                "How many pods the pool has got to, at most spec.replicas. Fewer are made up for even while the pool is paused or frozen.")
        int attained,

        @Bounded(length = 128) @JsonPropertyDescription("The last spec.rollout.retryNonce that was acted on.")
        String handledRetryNonce,

        @Bounded(items = 64, length = 253, list = ListType.SET)
        @JsonPropertyDescription("The names of the last PoolActions that were acted on.")
        List<String> handledActions,

        @JsonPropertyDescription("The canary's share of the traffic, asked for and measured.")
        Shares shares,

        @JsonPropertyDescription("What kubectl get shows.") Summary summary,

        @Bounded(items = PoolStatus.MOST_FACTS)
        @JsonPropertyDescription(
                "What people were to hear of with the last decision that was worth telling. An operator that starts tells what the one before it could not.")
        List<Fact> facts) {
    /** The most facts that are kept: more come of one decision only where a whole large pool drains. */
    public static final int MOST_FACTS = 64;

    /**
     * The most nodes that one pool lists: the largest pool, its successors on trial and some that drain. An entry has
     * about 300 bytes, an object of the API server at most 1.5 MB.
     */
    public static final int MOST_NODES = 1200;

    /** Of a pool that was never looked at. */
    public static final PoolStatus NEVER_OBSERVED =
            new PoolStatus(-1L, 0, null, null, null, null, null, null, null, 0, 0, null, null, null, null, null);

    /** What is not given becomes empty. */
    public PoolStatus {
        conditions = Absent.toEmpty(conditions);
        revisions = Absent.to(Revisions.NONE, revisions);
        nodes = Absent.toEmpty(nodes);
        nextHops = Absent.toEmpty(nextHops);
        handledActions = Absent.toEmpty(handledActions);
        facts = Absent.toEmpty(facts);
    }

    /** The same pool with other nodes, another trial (or null) and other revisions. */
    public PoolStatus with(Revisions otherRevisions, TrialStatus otherTrial, List<NodeEntry> otherNodes) {
        return new PoolStatus(
                observedGeneration,
                replicas,
                selector,
                conditions,
                otherRevisions,
                otherTrial,
                otherNodes,
                nextHops,
                watch,
                lastNodeNumber,
                attained,
                handledRetryNonce,
                handledActions,
                shares,
                summary,
                facts);
    }

    /**
     * A fact that people are to hear of once. It is written with the decision that made it, since an operator may die
     * between the two.
     *
     * @param reason the word of the Event
     * @param node the node that it concerns, or null for the pool
     * @param note what happened, in one line
     * @param time when it was decided
     */
    @ApiData
    public record Fact(
            @Required @Bounded(length = 128) @JsonPropertyDescription("The reason of the Event.")
            String reason,

            @Bounded(length = 253) @JsonPropertyDescription("The node that it concerns; absent: the pool.")
            String node,

            @Bounded(length = 1024) @JsonPropertyDescription("What happened, in one line.")
            String note,

            @Required @JsonPropertyDescription("When it was decided.")
            Instant time) {}

    /**
     * The revisions of a pool.
     *
     * @param stable the last one that was fully promoted, or null before the first
     * @param candidate the one on trial, or null
     * @param rejected those that are not tried again unasked
     */
    @ApiData
    public record Revisions(
            @Bounded(length = 80) @JsonPropertyDescription("The last revision that was fully promoted.")
            String stable,

            @Bounded(length = 80) @JsonPropertyDescription("The revision on trial.")
            String candidate,

            @Bounded(
                    items = 50,
                    list = ListType.MAP,
                    keys = {"revision", "purpose"})
            @JsonPropertyDescription("Attempts that failed and are not made again unasked, at most 50.")
            List<Rejection> rejected) {
        /** Before the first. */
        public static final Revisions NONE = new Revisions(null, null, null);

        /** What is not given becomes empty. */
        public Revisions {
            rejected = Absent.toEmpty(rejected);
        }
    }

    /**
     * An attempt that failed.
     *
     * @param revision the revision of the nodes that were on trial
     * @param purpose why they were
     * @param replicas the pool's {@code replicas} at that time
     * @param generation the pool's generation at that time
     * @param rejectedTime when
     * @param reason one CamelCase word
     * @param evidence the deciding evidence, in one line
     * @param step the step it failed at, 0 before the first, or null
     * @param weightPercent the share at that time, or null
     * @param rolloutName the PoolRollout that has the record
     */
    @ApiData
    public record Rejection(
            @Required @Bounded(length = 80) @JsonPropertyDescription("The revision of the nodes that were on trial.")
            String revision,

            @Required @JsonPropertyDescription("Why they were on trial.")
            Purpose purpose,

            @JsonPropertyDescription("spec.replicas at that time.")
            int replicas,

            @JsonPropertyDescription("metadata.generation at that time.")
            long generation,

            @JsonPropertyDescription("When the attempt failed.")
            Instant rejectedTime,

            @Bounded(length = 128) @JsonPropertyDescription("Why, in one CamelCase word.")
            String reason,

            @Bounded(length = 2048) @JsonPropertyDescription("The deciding evidence, in one line.")
            String evidence,

            @JsonPropertyDescription("The step at which it failed; 0 before the first.")
            Integer step,

            @JsonProperty("weight") @JsonPropertyDescription("The share of the traffic at that time, in percent.")
            Integer weightPercent,

            @Bounded(length = 253) @JsonPropertyDescription("The PoolRollout that has the record.")
            String rolloutName) {}

    /**
     * What is on trial.
     *
     * @param rolloutName the PoolRollout that has the record
     * @param purpose why
     * @param revision of the nodes on trial
     * @param step 0 before the first
     * @param weightPercent the share asked for
     * @param measuredSharePercent the share measured, as a decimal number, or null
     * @param startedTime when the trial began
     * @param stepStartedTime when the step began
     * @param deadlineTime when the trial is rolled back unless it moved on
     * @param nextDecisionTime before this nothing is decided, or null
     * @param pausedBecause why a person holds the trial, or null
     * @param phase how far it is
     */
    @ApiData
    public record TrialStatus(
            @Required @Bounded(length = 253) @JsonPropertyDescription("The PoolRollout that has the record.")
            String rolloutName,

            @Required @JsonPropertyDescription("Why nodes are on trial.")
            Purpose purpose,

            @Required @Bounded(length = 80) @JsonPropertyDescription("The revision of the nodes on trial.")
            String revision,

            @JsonPropertyDescription("The present step, counted from 1; 0 before the first.")
            int step,

            @JsonProperty("weight") @JsonPropertyDescription("The share of the traffic that is asked for, in percent.")
            int weightPercent,

            @JsonProperty("measuredShare")
            @Bounded(length = 16, pattern = "^[0-9]+(\\.[0-9]+)?$")
            @JsonPropertyDescription("The share of the accepted messages that was measured, in percent.")
            String measuredSharePercent,

            @JsonPropertyDescription("When the trial began.")
            Instant startedTime,

            @JsonPropertyDescription("When the present step began.")
            Instant stepStartedTime,

            @JsonPropertyDescription(
                    "When the trial is rolled back unless it has moved on. Pipelines that wait for Ready should wait longer.")
            Instant deadlineTime,

            @JsonPropertyDescription("Before this time nothing is decided.")
            Instant nextDecisionTime,

            @Bounded(length = 1024) @JsonPropertyDescription("Why a person holds the trial; absent while nobody does.")
            String pausedBecause,

            @Required @JsonPropertyDescription("How far the trial is.")
            TrialPhase phase) {}

    /**
     * One node of the pool.
     *
     * @param name of its MailNode
     * @param revision what it is made of
     * @param state where it is in its life
     * @param weight its weight at the edge, 0 to 256
     * @param since when it came into this state
     * @param handoverTo the peer that takes its queue, or null
     * @param preflightId names the run of its probes, or null
     * @param reason why it is in this state, or null
     * @param lastKnownAddress its address, kept when it does not answer any more, or null
     * @param everCarriedMail whether it ever had a weight above 0
     */
    @ApiData
    public record NodeEntry(
            @Required @Bounded(length = 253) @JsonPropertyDescription("The name of its MailNode.")
            String name,

            @Bounded(length = 80) @JsonPropertyDescription("The revision that it is made of.")
            String revision,

            @Required @JsonPropertyDescription("Where it is in its life.")
            NodeState state,

            @Min(0) @Max(256) @JsonPropertyDescription("Its weight at the edge, 0 to 256.")
            int weight,

            @JsonPropertyDescription("When it came into this state.")
            Instant since,

            @Bounded(length = 253) @JsonPropertyDescription("The node that takes its queue.")
            String handoverTo,

            @Bounded(length = 128) @JsonPropertyDescription("Names the run of its probes.")
            String preflightId,

            @Bounded(length = 1024) @JsonPropertyDescription("Why it is in this state.")
            String reason,

            @Bounded(length = 64) @JsonPropertyDescription("Its address, kept when it does not answer any more.")
            String lastKnownAddress,

            @JsonPropertyDescription("Whether it ever had a weight above 0.")
            boolean everCarriedMail) {}

    /**
     * A next hop that nobody gets through to, or to which nobody did a moment ago.
     *
     * @param name of the next hop
     * @param state whether it still is so
     * @param since since when it is in this state
     */
    @ApiData
    public record HopOutage(
            @Required @Bounded(length = 63) @JsonPropertyDescription("The name of the next hop.")
            String name,

            @Required @JsonPropertyDescription("Down, or back but not found by every node yet.")
            HopState state,

            @JsonPropertyDescription("Since when it is in this state.")
            Instant since) {}

    /**
     * What the gate remembers of the serving nodes.
     *
     * @param state JSON, at most 16 KiB
     * @param time when it was written
     */
    @ApiData
    public record WatchMemory(
            @Bounded(length = 16384) @JsonPropertyDescription("The memory, as JSON. Not for people.")
            String state,

            @JsonPropertyDescription("When it was written.") Instant time) {}

    /**
     * The canary's share of the traffic.
     *
     * @param askedPercent what the step asks for
     * @param measuredPercent its share of the accepted messages, as a decimal number, or null while not measured
     * @param measuredTime when that was measured, or null
     */
    @ApiData
    public record Shares(
            @JsonPropertyDescription("The share that the step asks for, in percent.")
            int askedPercent,

            @Bounded(length = 16, pattern = "^[0-9]+(\\.[0-9]+)?$")
            @JsonPropertyDescription("The share of the accepted messages that was measured, in percent.")
            String measuredPercent,

            @JsonPropertyDescription("When it was measured.")
            Instant measuredTime) {}

    /**
     * What {@code kubectl get} shows.
     *
     * @param step such as {@code 2/4}
     * @param weightPercent the canary's share, or null
     * @param nodesReady such as {@code 3/3}
     * @param verdict one word
     * @param message one line
     */
    @ApiData
    public record Summary(
            @Bounded(length = 16) @JsonPropertyDescription("The step and how many there are, such as 2/4.")
            String step,

            @JsonPropertyDescription("The canary's share of the traffic, in percent.")
            Integer weightPercent,

            @Bounded(length = 16) @JsonPropertyDescription("Nodes in service and nodes wanted, such as 3/3.")
            String nodesReady,

            @Bounded(length = 64) @JsonPropertyDescription("The last verdict, in one word.")
            String verdict,

            @Bounded(length = 1024) @JsonPropertyDescription("What happens and why, in one line.")
            String message) {}
}
