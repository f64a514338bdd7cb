package dev.sluice.local.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * What this machine's processors have done since it started, in ticks. A virtual machine whose host gives its processors to
 * others measures the others, so the demo says how much that was.
 *
 * @param all every tick
 * @param stolen those that the host gave to others although there was work (proc(5), {@code /proc/stat}, {@code steal})
 */
record ProcessorTime(long all, long stolen) {
    private static final Path STATISTICS = Path.of("/proc/stat");
    /** user, nice, system, idle, iowait, irq, softirq, steal; what follows is counted in user and nice already. */
    private static final int COLUMNS = 8;

    /** Until now; empty where the system does not tell. */
    static Optional<ProcessorTime> now() {
        try {
            return of(Files.readString(STATISTICS));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static Optional<ProcessorTime> of(String statistics) {
        String[] words = statistics.lines().findFirst().orElse("").trim().split("\\s+");
        if (words.length <= COLUMNS || !words[0].equals("cpu")) {
            return Optional.empty();
        }
        long[] ticks =
                Arrays.stream(words, 1, COLUMNS + 1).mapToLong(Long::parseLong).toArray();
        return Optional.of(new ProcessorTime(Arrays.stream(ticks).sum(), ticks[COLUMNS - 1]));
    }

    /** The share that was stolen since then, in percent, 0 to 100. */
    long stolenPercentSince(ProcessorTime earlier) {
        long passed = all - earlier.all;
        return passed <= 0 ? 0 : Math.round(100.0 * (stolen - earlier.stolen) / passed);
    }
}
