package dev.sluice.sim;

import dev.sluice.gate.Batch;
import dev.sluice.gate.Evidence;
import dev.sluice.gate.GateParameters;
import java.time.Duration;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/** One run of a batch of five new nodes, of which one or all are ill. */
final class BatchRun {
    static final int NODES = 5;
    private static final double SHARE = 0.25;
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final double LASTS = 6 * 3600;

    /** What was done first. */
    enum Ending {
        /** The bad node was taken out, and no other. */
        RIGHT_NODE,
        /** A node that is not bad was taken out, or a bad one although all are bad. */
        WRONG_NODE,
        /** The revision was condemned. */
        REVISION,
        /** Nothing happened. */
        NOTHING
    }

    private BatchRun() {}

    static Ending play(GateParameters parameters, Ailment ailment, boolean allIll, long seed) {
        UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
        MailFlow flow = new MailFlow(World.clean(), new WeightPlan.Constant(SHARE), NODES, TICK, random);
        int bad = random.nextInt(NODES);
        for (int node = 0; node < NODES; node++) {
            if (allIll || node == bad) {
                flow.ails(node, ailment);
            }
        }
        String badNode = "canary-" + (bad + 1);
        Batch.Memory memory = Batch.judge(Batch.begin(MailFlow.START), parameters, flow.evidence(false))
                .memory();
        while (flow.seconds() < LASTS) {
            flow.advance();
            Evidence evidence = flow.evidence(false);
            Batch.Result result = Batch.judge(memory, parameters, evidence);
            memory = result.memory();
            if (result.finding() instanceof Batch.Finding.BadRevision) {
                return Ending.REVISION;
            }
            if (result.finding() instanceof Batch.Finding.BadNodes found) {
                return !allIll
                                && found.nodes().size() == 1
                                && found.nodes().get(0).equals(badNode)
                        ? Ending.RIGHT_NODE
                        : Ending.WRONG_NODE;
            }
        }
        return Ending.NOTHING;
    }
}
