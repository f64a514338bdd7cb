package dev.sluice.sim;

import dev.sluice.gate.Gate;
import dev.sluice.gate.GateMemory;
import dev.sluice.gate.Judgement;
import dev.sluice.gate.Verdict;
import dev.sluice.sim.Found.Ending;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/** One run of a scenario, from a seed: judged by the gate, or by a rule that the gate is compared with. */
final class Run {
    private static final int HOURS = 24 * 7;

    private final Scenario scenario;
    private final MailFlow flow;
    private boolean ill;
    private long before;

    Run(Scenario scenario, long seed) {
        UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
        this.scenario = scenario;
        WeightPlan weights =
                scenario.share() > 0 ? new WeightPlan.Constant(scenario.share()) : WeightPlan.Hourly.of(random, HOURS);
        this.flow = new MailFlow(scenario.world(), weights, 1, scenario.tick(), random);
    }

    /** What the gate finds. */
    Found judgedByGate() {
        boolean bySender = scenario.bySender();
        GateMemory memory = Gate.judge(Gate.begin(MailFlow.START), scenario.parameters(), flow.evidence(bySender))
                .memory();
        while (advance()) {
            Judgement judgement = Gate.judge(memory, scenario.parameters(), flow.evidence(bySender));
            memory = judgement.memory();
            if (judgement.verdict() instanceof Verdict.RollBack) {
                return rolledBack();
            }
            if (judgement.verdict() instanceof Verdict.Promote && ill) {
                return found(Ending.PROMOTED);
            }
        }
        return found(Ending.NEITHER);
    }

    /** What another rule finds, which sees the messages of each minute. */
    Found judgedBy(Rival rival) {
        double minuteEnds = 60;
        while (advance()) {
            if (flow.seconds() >= minuteEnds) {
                minuteEnds += 60;
                if (rival.condemns(flow.minute().take())) {
                    return rolledBack();
                }
            }
        }
        return found(Ending.NEITHER);
    }

    /** One tick more; false when the time is over. */
    private boolean advance() {
        double began = scenario.goodFor().toSeconds();
        if (!ill && flow.seconds() >= began) {
            ill = true;
            before = flow.toCanaries();
            flow.ails(0, scenario.ailment());
        }
        if (flow.seconds() >= began + scenario.lasts().toSeconds()) {
            return false;
        }
        flow.advance();
        return true;
    }

    private Found rolledBack() {
        return found(ill ? Ending.ROLLED_BACK : Ending.FALSE_ALARM);
    }

    private Found found(Ending ending) {
        return new Found(
                ending,
                flow.toCanaries() - before,
                flow.seconds() - scenario.goodFor().toSeconds());
    }
}
