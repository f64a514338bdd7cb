package dev.sluice.gate;

import dev.sluice.gate.Evidence.StratumCount;
import dev.sluice.gate.GateMemory.NodeMemory;
import dev.sluice.gate.GateMemory.PathMemory;
import dev.sluice.gate.GateMemory.RecipientMemory;
import dev.sluice.gate.GateMemory.Regime;
import dev.sluice.gate.GateMemory.RollbackMemory;
import dev.sluice.gate.GateMemory.ScopeMemory;
import dev.sluice.gate.GateMemory.StratumMemory;
import dev.sluice.gate.GateMemory.StratumName;
import dev.sluice.gate.GateMemory.Window;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A gate's memory as text and back, without loss. */
final class MemoryText {
    private static final long VERSION = 1;

    private MemoryText() {}

    static String state(GateMemory memory) {
        PackedWriter out = new PackedWriter().number(VERSION);
        out.number(memory.began())
                .number(memory.stepBegan() - memory.began())
                .number(memory.judged() - memory.began())
                .number(memory.shownSince() - memory.began())
                .exact(memory.regime().canaryShare())
                .flag(memory.regime().compared());
        Map<String, Integer> hops = new LinkedHashMap<>();
        memory.strata().forEach(stratum -> hops.putIfAbsent(stratum.name().nextHop(), hops.size()));
        texts(out, List.copyOf(hops.keySet()));
        long now = memory.judged() - memory.began();
        all(out, memory.strata(), stratum -> {
            out.number(hops.get(stratum.name().nextHop()));
            out.text(withoutHop(stratum.name()));
            window(out, stratum.general(), now);
            window(out, stratum.cohort(), now);
            forecast(out, stratum.forecast());
            comparison(out, stratum.shown());
            comparison(out, stratum.step());
        });
        mass(out, memory.general(), now);
        mass(out, memory.path().mass(), now);
        memory.path().windows().forEach(window -> window(out, window, now));
        memory.path().shown().forEach(shown -> comparison(out, shown));
        logarithms(out, memory.recipients().logMass());
        comparison(out, memory.recipients().shown());
        logarithms(out, memory.bets());
        for (int each = 0; each < StratumCount.SENDER_CLASSES; each++) {
            out.number(memory.mix().excessParts(each)).number(memory.mix().varianceParts(each));
        }
        return out.packed();
    }

    static String counters(GateMemory memory) {
        PackedWriter out = new PackedWriter().number(VERSION);
        all(out, memory.spilled(), name -> out.text(name.nextHop()).text(name.stratum()));
        all(out, memory.last(), node -> {
            out.text(node.node()).text(node.epoch());
            out.number(node.taken() - memory.judged()).flag(node.refused());
            out.number(node.finished()).number(node.mature());
            vector(out, node.counters());
            vector(out, node.classes());
        });
        return out.packed();
    }

    /** @throws IllegalArgumentException when a text is damaged or of another version */
    static GateMemory read(String state, String counters) {
        PackedReader in = new PackedReader(state);
        version(in);
        long began = in.number();
        long stepBegan = began + in.number();
        long now = in.number();
        long shownSince = began + in.number();
        Regime regime = new Regime(in.exact(), in.flag());
        List<String> hops = list(in, in::text);
        List<StratumMemory> strata = list(in, () -> stratum(in, hops, now));
        RollbackMemory general = mass(in, now);
        RollbackMemory pathMass = mass(in, now);
        List<Window> windows = times(pathMass.scopes().size(), () -> window(in, now));
        List<Comparison> shown = times(pathMass.scopes().size(), () -> comparison(in));
        RecipientMemory recipients = new RecipientMemory(logarithms(in), comparison(in));
        List<Double> bets = logarithms(in);
        long[] excess = new long[StratumCount.SENDER_CLASSES];
        long[] variance = new long[StratumCount.SENDER_CLASSES];
        for (int each = 0; each < excess.length; each++) {
            excess[each] = in.number();
            variance[each] = in.number();
        }
        GateMemory memory = new GateMemory(
                began,
                stepBegan,
                began + now,
                shownSince,
                regime,
                strata,
                general,
                new PathMemory(pathMass, windows, shown),
                recipients,
                bets,
                MixShift.ofParts(excess, variance),
                List.of(),
                List.of());
        return counters == null || counters.isEmpty() ? memory : withCounters(memory, new PackedReader(counters));
    }

    private static GateMemory withCounters(GateMemory memory, PackedReader in) {
        version(in);
        List<StratumName> spilled = list(in, () -> new StratumName(in.text(), in.text()));
        List<NodeMemory> last = list(
                in,
                () -> new NodeMemory(
                        in.text(),
                        in.text(),
                        memory.judged() + in.number(),
                        in.flag(),
                        in.number(),
                        in.number(),
                        vector(in),
                        vector(in)));
        return new GateMemory(
                memory.began(),
                memory.stepBegan(),
                memory.judged(),
                memory.shownSince(),
                memory.regime(),
                memory.strata(),
                memory.general(),
                memory.path(),
                memory.recipients(),
                memory.bets(),
                memory.mix(),
                last,
                spilled);
    }

    private static void version(PackedReader in) {
        if (in.number() != VERSION) {
            throw new IllegalArgumentException("the gate's memory was written by another version");
        }
    }

    /** Strata are mostly named after their next hop, which is written once. */
    private static String withoutHop(StratumName name) {
        return name.stratum().startsWith(name.nextHop())
                ? "=" + name.stratum().substring(name.nextHop().length())
                : "!" + name.stratum();
    }

    private static StratumMemory stratum(PackedReader in, List<String> hops, long now) {
        String hop = hops.get(in.count());
        String rest = in.text();
        String stratum = (rest.startsWith("=") ? hop : "") + rest.substring(1);
        return new StratumMemory(
                new StratumName(hop, stratum),
                window(in, now),
                window(in, now),
                forecast(in),
                comparison(in),
                comparison(in));
    }

    private static void window(PackedWriter out, Window window, long now) {
        out.number(now - window.began()).number(window.doublings());
        comparison(out, window.counts());
        out.number(window.canaryAside()).number(window.baselineAside());
    }

    private static Window window(PackedReader in, long now) {
        return new Window(now - in.number(), in.count(), comparison(in), in.number(), in.number());
    }

    private static void comparison(PackedWriter out, Comparison counts) {
        out.number(counts.canaryFinished())
                .number(counts.canaryFailed())
                .number(counts.baselineFinished())
                .number(counts.baselineFailed());
    }

    private static Comparison comparison(PackedReader in) {
        return new Comparison(in.number(), in.number(), in.number(), in.number());
    }

    private static void forecast(PackedWriter out, Forecast forecast) {
        out.parts(forecast.longFinished(), Rounding.COUNT_PARTS)
                .parts(forecast.longFailed(), Rounding.COUNT_PARTS)
                .parts(forecast.shortFinished(), Rounding.COUNT_PARTS)
                .parts(forecast.shortFailed(), Rounding.COUNT_PARTS);
    }

    private static Forecast forecast(PackedReader in) {
        return new Forecast(
                in.parts(Rounding.COUNT_PARTS),
                in.parts(Rounding.COUNT_PARTS),
                in.parts(Rounding.COUNT_PARTS),
                in.parts(Rounding.COUNT_PARTS));
    }

    private static void mass(PackedWriter out, RollbackMemory mass, long now) {
        out.number(now - mass.released()).exact(mass.reserve());
        all(out, mass.scopes(), scope -> {
            out.text(scope.scope());
            logarithms(out, scope.logMass());
        });
    }

    private static RollbackMemory mass(PackedReader in, long now) {
        return new RollbackMemory(
                now - in.number(), in.exact(), list(in, () -> new ScopeMemory(in.text(), logarithms(in))));
    }

    private static void logarithms(PackedWriter out, List<Double> values) {
        all(out, values, value -> out.parts(value, Rounding.LOGARITHM_PARTS));
    }

    private static List<Double> logarithms(PackedReader in) {
        return list(in, () -> in.parts(Rounding.LOGARITHM_PARTS));
    }

    private static void vector(PackedWriter out, CounterVector vector) {
        out.number(vector.size());
        for (int place = 0; place < vector.size(); place++) {
            out.number(vector.at(place));
        }
    }

    private static CounterVector vector(PackedReader in) {
        long[] values = new long[in.count()];
        for (int place = 0; place < values.length; place++) {
            values[place] = in.number();
        }
        return new CounterVector(values);
    }

    private static void texts(PackedWriter out, List<String> texts) {
        all(out, texts, out::text);
    }

    private static <T> void all(PackedWriter out, List<T> values, Consumer<T> each) {
        out.number(values.size());
        values.forEach(each);
    }

    private static <T> List<T> list(PackedReader in, Supplier<T> each) {
        return times(in.count(), each);
    }

    private static <T> List<T> times(int count, Supplier<T> each) {
        List<T> values = new ArrayList<>();
        for (int place = 0; place < count; place++) {
            values.add(each.get());
        }
        return values;
    }
}
