package dev.sluice.sim.fleet;

import dev.sluice.api.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * One seed: a fleet is installed, people edit and things fail for a while, everything is repaired, and it has to come to
 * rest and then be quiet. Every tenth seed is a twin: the same story with and without deaths of the operator.
 */
public final class FleetStory {
    private static final int INSTALL_SECONDS = 60;
    private static final int FAULT_SECONDS = 160;
    private static final int BETWEEN_MISHAPS = 6;
    private static final int MOST_SECONDS_TO_REST = 2500;
    private static final int MOST_PASSES_TO_REST = 2500;
    private static final int MOST_RETRIES = 3;
    /** Whose path is cut off hands over what it can; a clock that stepped makes it wait for that. */
    private static final int DRAIN_SECONDS = 600;

    /** So long the last attempts at a next hop tell of it. */
    private static final int SETTLING_SECONDS = 120;

    private static final int QUIET_SECONDS = 150;
    private static final int BETWEEN_MEMORIES = 30;
    private static final int SLOWEST_PACE = 3;
    private static final int QUIET_PACE = 10;
    private static final int TWIN = 10;
    private static final int LIVES_OF_A_TWIN = 3;

    private final long seed;
    private final FleetBreaks breaks;
    private final boolean tells;
    private FleetWorld world;

    private FleetStory(long seed, FleetBreaks breaks, boolean tells) {
        this.seed = seed;
        this.breaks = breaks;
        this.tells = tells;
        this.world = new FleetWorld(seed, breaks, tells);
    }

    /** Plays a seed. The same seed ends in the same way. */
    public static FleetEnd play(long seed, FleetBreaks breaks) {
        FleetStory story = new FleetStory(seed, breaks, false);
        return story.end(story.play());
    }

    /** The story of a seed, a line for each thing that happened. */
    public static List<String> explain(long seed, FleetBreaks breaks) {
        FleetStory story = new FleetStory(seed, breaks, true);
        Optional<FleetFailure> failure = story.play();
        List<String> lines = new ArrayList<>(story.world.diary.lines());
        lines.add(failure.map(it -> "BROKEN at second " + it.step() + ": " + it.what())
                .orElse("all invariants hold; the end is at second " + story.world.time.seconds()));
        lines.addAll(story.world.describe().lines().toList());
        return lines;
    }

    private FleetEnd end(Optional<FleetFailure> failure) {
        return new FleetEnd(failure, world.time.seconds(), world.passes, world.diary.faults());
    }

    private Optional<FleetFailure> play() {
        try {
            if (Math.floorMod(seed, TWIN) == 0) {
                twins();
            } else {
                faults();
            }
            return Optional.empty();
        } catch (BrokenInvariant broken) {
            return Optional.of(failure(broken.invariant(), broken.getMessage()));
        } catch (RuntimeException error) {
            return Optional.of(failure("crash", error.toString()));
        }
    }

    private FleetFailure failure(String invariant, String what) {
        return new FleetFailure(seed, invariant, world.time.seconds(), what);
    }

    // ---- the same story twice

    private void twins() {
        String calm = outcome(List.of());
        Random random = new Random(seed);
        String shaken = outcome(IntStream.range(0, 1 + random.nextInt(LIVES_OF_A_TWIN))
                .map(each -> random.nextInt(30))
                .boxed()
                .toList());
        BrokenInvariant.unless(
                calm.equals(shaken), "I9", "without a crash the end is %s, with one it is %s", calm, shaken);
    }

    private String outcome(List<Integer> deaths) {
        Random random = new Random(seed);
        world = new FleetWorld(seed, breaks, tells);
        runs(INSTALL_SECONDS);
        FleetPool pool = random.nextBoolean() ? world.filter : world.transport;
        if (random.nextBoolean()) {
            world.nextHops.badRevision("v1-1");
        }
        pool.revision = "v1-1";
        world.isDeclared(pool, "declares v1-1");
        runs(random.nextInt(30));
        world.calls.diesIn(deaths);
        comesToRest();
        isQuiet();
        return "%s %s rejected %s nodes %d"
                .formatted(
                        pool.words(),
                        pool.status.revisions().stable(),
                        pool.status.revisions().rejected().stream()
                                .map(it -> it.revision())
                                .distinct()
                                .toList(),
                        pool.nodes.size());
    }

    // ---- one story of mishaps

    private void faults() {
        Random random = new Random(seed);
        world.pace = 1 + random.nextInt(SLOWEST_PACE);
        runs(random.nextInt(INSTALL_SECONDS));
        List<Mishap> mishaps = List.of(Mishap.values());
        for (int second = 0; second < FAULT_SECONDS; second++) {
            if (random.nextInt(BETWEEN_MISHAPS) == 0) {
                mishaps.get(random.nextInt(mishaps.size())).strikes(Scene.drawn(world, random));
            }
            world.passes();
        }
        world.repaired();
        for (FleetPool pool : world.pools()) {
            pool.paused = false;
            world.isDeclared(pool, "is not paused");
            world.asks(pool, Verb.RESUME, null);
        }
        comesToRest();
        triesAgain();
        isQuiet();
    }

    /**
     * What was rejected is tried again when a person asks for it, and now that all is well it has to serve; what was given
     * up because no mail flowed yet is asked for once more. In every other story nobody asks.
     */
    private void triesAgain() {
        if (seed % 2 == 0) {
            return;
        }
        for (int times = 1; times <= MOST_RETRIES && !world.pools().stream().allMatch(Rest::serves); times++) {
            for (FleetPool pool : world.pools()) {
                pool.retryNonce = "all is well again, " + times;
                world.isDeclared(pool, "is to try again");
            }
            comesToRest();
        }
        for (FleetPool pool : world.pools()) {
            BrokenInvariant.unless(Rest.serves(pool), "I8-convergence", "%s does not serve as declared", pool.words());
        }
    }

    // ---- the end

    private void comesToRest() {
        world.pace = Math.max(world.pace, 2);
        runs(5);
        long begin = world.time.seconds();
        long passes = world.passes;
        while (!world.isAtRest()) {
            BrokenInvariant.unless(
                    world.time.seconds() - begin < MOST_SECONDS_TO_REST && world.passes - passes < MOST_PASSES_TO_REST,
                    "I8-convergence",
                    "not at rest %d s and %d passes after the last fault",
                    world.time.seconds() - begin,
                    world.passes - passes);
            world.passes();
        }
    }

    /** While mail flows, the gate's memory is written now and then, and nothing else; without mail nothing at all. */
    private void isQuiet() {
        world.pace = QUIET_PACE;
        runs(world.isCutOff() ? DRAIN_SECONDS : SETTLING_SECONDS);
        world.holdsAtRest();
        world.writes.forget();
        runs(QUIET_SECONDS);
        BrokenInvariant.unless(
                world.writes.decisions().isEmpty(),
                "I8-quiet",
                "at rest, while mail flows, this is written: %s",
                world.writes.decisions());
        int most = world.pools().size() * (QUIET_SECONDS / BETWEEN_MEMORIES + 1);
        BrokenInvariant.unless(
                world.writes.memories() <= most,
                "I8-quiet",
                "the gate's memory is written %d times in %d s, %d are allowed",
                world.writes.memories(),
                QUIET_SECONDS,
                most);
        world.mail.stops();
        runs(SETTLING_SECONDS);
        world.writes.forget();
        runs(QUIET_SECONDS);
        BrokenInvariant.unless(
                world.writes.all().isEmpty(),
                "I8-quiet",
                "though nothing happens, this is written: %s",
                world.writes.all());
    }

    private void runs(int seconds) {
        for (int second = 0; second < seconds; second++) {
            world.passes();
        }
    }
}
