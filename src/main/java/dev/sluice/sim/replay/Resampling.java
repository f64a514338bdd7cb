package dev.sluice.sim.replay;

import dev.sluice.sim.replay.Trial.Until;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The same day over and over, dealt anew. All mail of one sender in one stratum within five minutes stays together, so
 * that bulk senders stay bulk senders.
 *
 * <p>By mistake: if the canary is like the others, it is chance alone that says whose mail a block became. So each block
 * goes to the canary with the chance that the recorded share of its stratum and quarter of an hour gives.
 *
 * <p>Found again: the canary's blocks are drawn anew, with replacement, from those of the same stratum and hour (block
 * bootstrap; Künsch 1989); the baseline stays as it was.
 */
final class Resampling {
    private static final long SHARE_MILLIS = Duration.ofMinutes(15).toMillis();
    private static final long BOOTSTRAP_MILLIS = Duration.ofHours(1).toMillis();
    /** With fewer blocks in a quarter of an hour its share says nothing; then that of the whole stratum is taken. */
    private static final int LEAST_BLOCKS = 30;

    /**
     * What came of it.
     *
     * @param mistakes trials of an exchangeable canary in which a node was taken out
     * @param found trials with redrawn canary mail in which a node was taken out
     * @param medianUnits units on the canary until then, the median; 0 when nothing was taken out
     * @param medianSeconds seconds until then, the median; 0 when nothing was taken out
     */
    record Result(Proportion mistakes, Proportion found, long medianUnits, double medianSeconds) {}

    private record Cell(int stratum, long period) {}

    private final Timeline timeline;
    private final TrialPolicy policy;
    private final List<List<Integer>> outcomesOfBlock = new ArrayList<>();
    private final double[] chances;

    Resampling(Timeline timeline, TrialPolicy policy) {
        this.timeline = timeline;
        this.policy = policy;
        for (int block = 0; block < timeline.blocks; block++) {
            outcomesOfBlock.add(new ArrayList<>(1));
        }
        for (int outcome = 0; outcome < timeline.block.length; outcome++) {
            outcomesOfBlock.get(timeline.block[outcome]).add(outcome);
        }
        this.chances = chances();
    }

    /** Deals the day {@code times} times for each of both questions; the same seed gives the same answer. */
    Result run(int times, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Course> exchangeable = courses(times, random, this::exchanged);
        Map<Cell, List<Integer>> cells = canaryBlocks();
        List<Course> found = courses(times, random, draw -> redrawn(cells, draw));
        return new Result(
                new Proportion(exchangeable.size(), times),
                new Proportion(found.size(), times),
                Math.round(median(found.stream()
                        .mapToDouble(course -> course.removals().get(0).units())
                        .toArray())),
                median(found.stream()
                        .mapToDouble(course -> course.removals().get(0).look() * timeline.lookMillis / 1000.0)
                        .toArray()));
    }

    /** The trials in which something was taken out. Each has randomness of its own, so that their order does not matter. */
    private List<Course> courses(int times, SplittableRandom random, Function<SplittableRandom, Allotment> dealt) {
        List<SplittableRandom> draws =
                Stream.generate(random::split).limit(times).toList();
        return draws.parallelStream()
                .map(draw -> Trial.run(timeline, dealt.apply(draw), policy, Until.FIRST_REMOVAL))
                .filter(Course::acted)
                .toList();
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        int middle = values.length / 2;
        if (values.length == 0) {
            return 0;
        }
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    private boolean onCanary(int outcome) {
        return timeline.node[outcome] < timeline.canaryNodes;
    }

    /** With which chance each block belongs to the canary. */
    private double[] chances() {
        Map<Cell, long[]> quarters = new HashMap<>();
        Map<Integer, long[]> whole = new HashMap<>();
        for (int block = 0; block < timeline.blocks; block++) {
            long[] quarter = quarters.computeIfAbsent(cell(block, SHARE_MILLIS), unused -> new long[3]);
            quarter[2]++;
            for (int outcome : outcomesOfBlock.get(block)) {
                int arm = onCanary(outcome) ? 0 : 1;
                quarter[arm]++;
                whole.computeIfAbsent(timeline.blockStratum[block], unused -> new long[2])[arm]++;
            }
        }
        double[] result = new double[timeline.blocks];
        for (int block = 0; block < timeline.blocks; block++) {
            long[] counts = quarters.get(cell(block, SHARE_MILLIS));
            if (counts[2] < LEAST_BLOCKS) {
                counts = whole.get(timeline.blockStratum[block]);
            }
            result[block] = (double) counts[0] / (counts[0] + counts[1]);
        }
        return result;
    }

    private Cell cell(int block, long length) {
        return new Cell(timeline.blockStratum[block], timeline.blockMillis[block] / length);
    }

    /** The day with the canary's label dealt anew. */
    Allotment exchanged(SplittableRandom random) {
        int[] node = new int[timeline.node.length];
        int[] once = new int[node.length];
        Arrays.fill(once, 1);
        for (int block = 0; block < timeline.blocks; block++) {
            boolean canary = random.nextDouble() < chances[block];
            int begin = canary ? 0 : timeline.canaryNodes;
            int end = canary ? timeline.canaryNodes : timeline.nodes.size();
            long salt = random.nextLong();
            for (int outcome : outcomesOfBlock.get(block)) {
                // All recipients of a message are on one node.
                long seed = salt ^ timeline.laneHash[outcome];
                node[outcome] = nodeAt(begin, end, new SplittableRandom(seed).nextDouble());
            }
        }
        return new Allotment(node, once);
    }

    /** One of the nodes from {@code begin} to before {@code end}: the one at {@code part} of their mail, 0 to 1. */
    private int nodeAt(int begin, int end, double part) {
        double sum = 0;
        for (int node = begin; node < end; node++) {
            sum += timeline.share[node];
        }
        double left = part * sum;
        for (int node = begin; node < end - 1; node++) {
            left -= timeline.share[node];
            if (left < 0) {
                return node;
            }
        }
        return end - 1;
    }

    private Map<Cell, List<Integer>> canaryBlocks() {
        Map<Cell, List<Integer>> cells = new LinkedHashMap<>();
        for (int block = 0; block < timeline.blocks; block++) {
            if (outcomesOfBlock.get(block).stream().anyMatch(this::onCanary)) {
                cells.computeIfAbsent(cell(block, BOOTSTRAP_MILLIS), unused -> new ArrayList<>())
                        .add(block);
            }
        }
        return cells;
    }

    private Allotment redrawn(Map<Cell, List<Integer>> cells, SplittableRandom random) {
        int[] times = new int[timeline.node.length];
        for (int outcome = 0; outcome < times.length; outcome++) {
            times[outcome] = onCanary(outcome) ? 0 : 1;
        }
        for (List<Integer> blocks : cells.values()) {
            for (int draw = 0; draw < blocks.size(); draw++) {
                for (int outcome : outcomesOfBlock.get(blocks.get(random.nextInt(blocks.size())))) {
                    times[outcome] += onCanary(outcome) ? 1 : 0;
                }
            }
        }
        return new Allotment(timeline.node, times);
    }
}
