package dev.sluice.sim;

import dev.sluice.gate.*;
import java.time.Duration;
import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

final class Scratch {
    static GateParameters par(double alpha, double beta, double delta, double tol, boolean promote) {
        return new GateParameters(
                alpha, beta, delta, tol, promote ? 100 : Long.MAX_VALUE / 2, 60, 86_400, 60, 3600, 0.05);
    }

    record Out(String v, long messages, double seconds) {}

    static Out run(
            World w,
            WeightPlan wp,
            Duration tick,
            double goodHours,
            Ailment a,
            GateParameters p,
            double hours,
            long seed,
            boolean by,
            int look) {
        UniformRandomProvider r = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
        MailFlow flow = new MailFlow(w, wp == null ? WeightPlan.Hourly.of(r, 24) : wp, 1, tick, r);
        GateMemory m =
                Gate.judge(Gate.begin(MailFlow.START), p, flow.evidence(by)).memory();
        while (flow.seconds() < goodHours * 3600) {
            for (int i = 0; i < look; i++) flow.advance();
            Judgement j = Gate.judge(m, p, flow.evidence(by));
            m = j.memory();
            if (j.verdict() instanceof Verdict.RollBack) return new Out("early", 0, flow.seconds());
        }
        flow.ails(0, a);
        long before = flow.toCanaries();
        double t0 = flow.seconds();
        while (flow.seconds() < hours * 3600) {
            for (int i = 0; i < look; i++) flow.advance();
            Judgement j = Gate.judge(m, p, flow.evidence(by));
            m = j.memory();
            if (j.verdict() instanceof Verdict.RollBack)
                return new Out("RB", flow.toCanaries() - before, flow.seconds() - t0);
            if (j.verdict() instanceof Verdict.Promote)
                return new Out("P", flow.toCanaries() - before, flow.seconds() - t0);
        }
        return new Out("-", flow.toCanaries() - before, flow.seconds() - t0);
    }

    static void cell(String name, int n, java.util.function.LongFunction<Out> f) {
        long t = System.nanoTime();
        Out[] o = new Out[n];
        for (int i = 0; i < n; i++) o[i] = f.apply(1000 + i);
        String v = Arrays.toString(Arrays.stream(o)
                .collect(java.util.stream.Collectors.groupingBy(Out::v, java.util.stream.Collectors.counting()))
                .entrySet()
                .toArray());
        Out[] hit = Arrays.stream(o)
                .filter(x -> x.v().equals("RB") || x.v().equals("P"))
                .toArray(Out[]::new);
        long[] ms = Arrays.stream(hit).mapToLong(Out::messages).sorted().toArray();
        double[] ss = Arrays.stream(hit).mapToDouble(Out::seconds).sorted().toArray();
        System.out.printf(
                "%-40s %s med %s / %s s p95 %s   [%.1f s]%n",
                name,
                v,
                ms.length == 0 ? "" : ms[ms.length / 2],
                ms.length == 0 ? "" : ss[ss.length / 2],
                ms.length == 0 ? "" : ms[(int) (ms.length * .95)],
                (System.nanoTime() - t) / 1e9);
    }

    public static void main(String[] a) {
        int n = Integer.parseInt(a[0]);
        String what = a[1];
        WeightPlan five = new WeightPlan.Constant(.05), q = new WeightPlan.Constant(.25);
        Duration s1 = Duration.ofSeconds(1), s5 = Duration.ofSeconds(5);
        GateParameters p = par(.01, .05, .05, 1.25, false);
        World c = World.clean(), real = World.real();
        if (what.contains("d")) {
            cell("total path", n, s -> run(c, five, s1, 0, new Ailment.Failures(1, -1, true), p, 24, s, false, 1));
            cell("hop path", n, s -> run(c, five, s1, 0, new Ailment.Failures(1, 2, true), p, 24, s, false, 1));
            cell("total", n, s -> run(c, five, s1, 0, new Ailment.Failures(1, -1, false), p, 24, s, false, 1));
            cell("hop", n, s -> run(c, five, s1, 0, new Ailment.Failures(1, 2, false), p, 24, s, false, 1));
            cell("+5", n, s -> run(c, five, s1, 0, new Ailment.Failures(.05, -1, false), p, 24, s, false, 1));
            cell("+1", n, s -> run(c, five, s5, 0, new Ailment.Failures(.01, -1, false), p, 24, s, false, 1));
            cell("slow", n, s -> run(c, five, s1, 0, new Ailment.Delays(.2), p, 24, s, false, 1));
            cell("black hole", n, s -> run(c, five, s1, 0, new Ailment.Silence(), p, 24, s, false, 1));
            cell(
                    "low traffic",
                    n,
                    s -> run(
                            World.flat().withMessagesPerMinute(1),
                            new WeightPlan.Constant(.2),
                            Duration.ofSeconds(30),
                            0,
                            new Ailment.Failures(1, -1, false),
                            p,
                            24,
                            s,
                            false,
                            1));
        }
        if (what.contains("8")) {
            cell("8h total", n, s -> run(c, five, s5, 8, new Ailment.Failures(1, -1, false), p, 24, s, false, 1));
            cell("8h hop", n, s -> run(c, five, s5, 8, new Ailment.Failures(1, 2, false), p, 24, s, false, 1));
            cell("8h +5", n, s -> run(c, five, s5, 8, new Ailment.Failures(.05, -1, false), p, 24, s, false, 1));
        }
        if (what.contains("f")) {
            cell("iid", n, s -> run(World.flat(), five, s5, 0, new Ailment.None(), p, 24, s, false, 1));
            cell(
                    "outages",
                    n,
                    s -> run(World.clean().withOutages(6), five, s5, 0, new Ailment.None(), p, 24, s, false, 1));
            cell("real", n, s -> run(real, five, s5, 0, new Ailment.None(), p, 24, s, false, 1));
            cell(
                    "real 1%",
                    n, s -> run(real, new WeightPlan.Constant(.01), s5, 0, new Ailment.None(), p, 24, s, false, 1));
            cell("hourly", n, s -> run(real, null, s5, 0, new Ailment.None(), p, 24, s, false, 1));
            cell(
                    "real mix",
                    n,
                    s -> run(real.withDestinationLeaning(.5), five, s5, 0, new Ailment.None(), p, 24, s, false, 1));
        }
        if (what.contains("p")) {
            GateParameters pp = par(1e-9, .05, .01, 1000, true);
            World bulk = World.clean().withBulk(.3, 1);
            cell("healthy clean", n, s -> run(c, q, s5, 0, new Ailment.None(), pp, 24, s, true, 1));
            cell("healthy real", n, s -> run(real, q, s5, 0, new Ailment.None(), pp, 24, s, true, 1));
            cell(
                    "healthy mix",
                    n,
                    s -> run(real.withSenderLeaning(.5), q, s5, 0, new Ailment.None(), pp, 24, s, true, 1));
            cell("delta clean", n, s -> run(c, q, s5, 0, new Ailment.Failures(.01, -1, false), pp, 24, s, true, 1));
            cell(
                    "delta bulk",
                    n,
                    s -> run(c.withBulk(.3, 3), q, s5, 0, new Ailment.Failures(.01, -1, false), pp, 24, s, true, 1));
            cell("delta real", n, s -> run(real, q, s5, 0, new Ailment.Failures(.01, -1, false), pp, 24, s, true, 1));
            cell(
                    "delta real mix",
                    n,
                    s -> run(
                            real.withSenderLeaning(.5),
                            q,
                            s5,
                            0,
                            new Ailment.Failures(.01, -1, false),
                            pp,
                            24,
                            s,
                            true,
                            1));
            cell(
                    "delta bulk mix",
                    n,
                    s -> run(
                            c.withBulk(.3, 3).withSenderLeaning(.5),
                            q,
                            s5,
                            0,
                            new Ailment.Failures(.01, -1, false),
                            pp,
                            24,
                            s,
                            true,
                            1));
        }
    }
}
