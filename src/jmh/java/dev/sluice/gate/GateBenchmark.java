package dev.sluice.gate;

import dev.sluice.gate.Evidence.NodeCounters;
import dev.sluice.gate.Evidence.StratumCount;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** How long a judgement takes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class GateBenchmark {
    private static final int LOOKS = 256;
    private static final Instant START = Instant.parse("2022-12-01T05:30:00Z");
    private static final GateParameters FIGURES =
            new GateParameters(0.01, 0.05, 0.01, 1.25, 1_000_000, 60, 86_400, 60, 60, 0.05);

    /** How many strata a rollout has. */
    @Param({"5", "20"})
    public int strata;

    private final List<Evidence> looks = new ArrayList<>();
    private GateMemory begun;

    /** An hour and a quarter of looks at one canary and one baseline, all counters given. */
    @Setup
    public void prepare() {
        Random random = new Random(1);
        long[][][] counters = new long[2][strata][2];
        for (int look = 0; look < LOOKS; look++) {
            Instant now = START.plusSeconds(5L * look);
            List<NodeCounters> nodes = new ArrayList<>();
            for (int arm = 0; arm < 2; arm++) {
                List<StratumCount> counts = new ArrayList<>();
                for (int place = 0; place < strata; place++) {
                    int units = random.nextInt(arm == 0 ? 2 : 20);
                    int failed = units > 0 && random.nextInt(20) == 0 ? 1 : 0;
                    counters[arm][place][0] += units - failed;
                    counters[arm][place][1] += failed;
                    long good = counters[arm][place][0];
                    long bad = counters[arm][place][1];
                    List<Long> classes = new ArrayList<>(Collections.nCopies(StratumCount.SENDER_CLASSES, 0L));
                    classes.set(place % StratumCount.SENDER_CLASSES, good + bad);
                    counts.add(new StratumCount(
                            "hop-" + place % 5 + "/band-" + place, "hop-" + place % 5, good, bad, 0, 0, good, bad, 0, classes));
                }
                nodes.add(new NodeCounters(arm == 0 ? "new" : "old", "1", now, counts));
            }
            looks.add(new Evidence(now, 0.05, List.of(nodes.get(0)), List.of(nodes.get(1))));
        }
        begun = Gate.begin(START);
    }

    /** One look: counters, windows, all tests, verdict and explanation. 10,000 rollouts take 10,000 times as long. */
    @Benchmark
    @OperationsPerInvocation(LOOKS)
    public GateMemory judgement() {
        GateMemory memory = begun;
        for (Evidence look : looks) {
            memory = Gate.judge(memory, FIGURES, look).memory();
        }
        return memory;
    }
}
