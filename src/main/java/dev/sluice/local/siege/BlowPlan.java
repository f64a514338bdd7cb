package dev.sluice.local.siege;

import dev.sluice.api.NodeState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Which blows fall, and in which state of a node each of them: every pair of the two before any pair comes again, and among
 * any ten blows each kind once. Pure: the same seed gives the same plan.
 *
 * @param blows in their order
 */
record BlowPlan(List<Planned> blows) {
    /** The states in which a node may hold mail or is about to. */
    static final List<NodeState> STATES = List.of(
            NodeState.PENDING,
            NodeState.STAGED,
            NodeState.PREFLIGHT,
            NodeState.CANARY,
            NodeState.SERVING,
            NodeState.DRAINING);

    /**
     * One blow.
     *
     * @param kind what is broken
     * @param state the state in which some node is to be when it falls; a blow at a node hits that one
     * @param choice chooses among several such nodes
     */
    record Planned(Blow kind, NodeState state, long choice) {}

    static BlowPlan of(int count, long seed) {
        Random random = new Random(seed);
        List<Planned> blows = new ArrayList<>();
        List<NodeState> offsets = new ArrayList<>(STATES);
        while (blows.size() < count) {
            // A Latin square: in round r, kind k meets state k + r.
            Collections.shuffle(offsets, random);
            for (int round = 0; round < STATES.size() && blows.size() < count; round++) {
                List<Planned> one = new ArrayList<>();
                for (int index = 0; index < Blow.all().size(); index++) {
                    one.add(new Planned(
                            Blow.all().get(index),
                            offsets.get((index + round) % STATES.size()),
                            random.nextInt(Integer.MAX_VALUE)));
                }
                Collections.shuffle(one, random);
                blows.addAll(one);
            }
        }
        return new BlowPlan(List.copyOf(blows.subList(0, count)));
    }
}
