package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operator.CrashCell.Run;
import dev.sluice.operator.CrashPoint.Manner;
import dev.sluice.testkit.Cluster;
import dev.sluice.testkit.RunningCluster;
import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * An operator that dies after any of its steps changes no outcome: for each story and each step of it the operator is
 * killed right after the step, killed before the step's answer comes, or only deprived of the answer; another one starts,
 * and the end is the one without a crash. Here a seeded sample of all points; {@code -Dsluice.crash.sweep=all} plays all
 * of them, {@code -Dsluice.crash.sweep=EJECTION:12:ANSWER_LOST} a single one, {@code -Dsluice.crash.manners} some of the
 * manners. {@code -Dsluice.crash.record=FILE} is the record of a sweep that was broken off: what ended alike in it is not
 * played again.
 */
@ExtendWith(Cluster.class)
class CrashSweepIT {
    private static final String CHOICE = System.getProperty("sluice.crash.sweep", "sample");
    private static final int AT_ONCE = Integer.getInteger("sluice.crash.parallel", 10);
    private static final long SEED = Long.getLong("sluice.crash.seed", 20221201L);
    private static final int SAMPLED_OF_EACH_STORY = 2;
    private static final List<SweptStory> EVERY_STORY = List.of(SweptStory.values());
    private static final List<Manner> MANNERS = Stream.of(
                    System.getProperty("sluice.crash.manners", "ANSWERED,ANSWER_LOST,ANSWER_LOST_ALIVE")
                            .split(","))
            .map(Manner::valueOf)
            .toList();
    private static final Pattern SINGLE = Pattern.compile("([A-Z_]+):([0-9]+):([A-Z_]+)");
    private static final Path RECORD = Path.of("target", "crash-sweep.txt");
    private static final String ALIKE = ": the same end, at ";

    private final Config cluster;
    private final List<String> record;
    private final List<String> differing = new ArrayList<>();
    private final Map<SweptStory, Run> undisturbed = new EnumMap<>(SweptStory.class);
    private final ExecutorService hands = Executors.newFixedThreadPool(AT_ONCE);
    private final Set<String> playedBefore;
    private int struck;

    CrashSweepIT(RunningCluster cluster) {
        this.cluster = cluster.clientConfig();
        record = new ArrayList<>(endedAlikeBefore());
        playedBefore = record.stream()
                .map(line -> line.substring(0, line.indexOf(ALIKE)))
                .collect(Collectors.toSet());
    }

    private record Place(SweptStory story, CrashPoint point) {
        @Override
        public String toString() {
            return story + ", " + point;
        }
    }

    private static List<String> endedAlikeBefore() {
        String file = System.getProperty("sluice.crash.record");
        if (file == null) {
            return List.of();
        }
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.contains(ALIKE)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aCrashAfterAnyStepChangesNoOutcome() throws Exception {
        Matcher single = SINGLE.matcher(CHOICE);
        if (single.matches()) {
            SweptStory story = SweptStory.valueOf(single.group(1));
            playUndisturbed(List.of(story));
            sweep(List.of(new Place(
                    story, new CrashPoint(Integer.parseInt(single.group(2)), Manner.valueOf(single.group(3))))));
        } else if (CHOICE.equals("sample")) {
            playUndisturbed(EVERY_STORY);
            sweep(sample());
        } else {
            List<SweptStory> stories = CHOICE.equals("all") ? EVERY_STORY : List.of(SweptStory.valueOf(CHOICE));
            playUndisturbed(stories);
            sweepAll(stories);
        }
        say("%d crash points, %d of them in an earlier run, %d differing ends"
                .formatted(struck + playedBefore.size(), playedBefore.size(), differing.size()));
        assertThat(struck).isPositive();
        assertThat(differing).isEmpty();
    }

    private void playUndisturbed(List<SweptStory> stories) throws Exception {
        List<Callable<Run>> plays = stories.stream()
                .<Callable<Run>>map(story -> () -> {
                    try (CrashCell cell = new CrashCell(cluster, story, CrashPoint.NEVER)) {
                        return cell.play();
                    }
                })
                .toList();
        List<Future<Run>> runs = hands.invokeAll(plays);
        for (int each = 0; each < stories.size(); each++) {
            Run run = runs.get(each).get();
            undisturbed.put(stories.get(each), run);
            say("%s without a crash: %d steps, ends so:%n%s"
                    .formatted(stories.get(each), run.steps().size(), run.end()));
            say(String.join("\n", run.steps()));
        }
    }

    private List<Place> sample() {
        Random random = new Random(SEED);
        List<Place> places = new ArrayList<>();
        for (SweptStory story : EVERY_STORY) {
            int steps = undisturbed.get(story).steps().size();
            for (int each = 0; each < SAMPLED_OF_EACH_STORY; each++) {
                places.add(new Place(
                        story,
                        new CrashPoint(
                                1 + random.nextInt(Math.max(1, steps - 3)), MANNERS.get(each % MANNERS.size()))));
            }
        }
        return places;
    }

    /** A run may have more steps than the undisturbed one: on until none gets so far. */
    private void sweepAll(List<SweptStory> stories) throws Exception {
        List<Place> places = new ArrayList<>();
        for (Manner manner : MANNERS) {
            for (SweptStory story : stories) {
                for (int step = 1; step <= undisturbed.get(story).steps().size(); step++) {
                    places.add(new Place(story, new CrashPoint(step, manner)));
                }
            }
        }
        sweep(places);
        for (SweptStory story : stories) {
            int step = undisturbed.get(story).steps().size();
            int before;
            do {
                before = struck;
                step++;
                int next = step;
                sweep(MANNERS.stream()
                        .map(manner -> new Place(story, new CrashPoint(next, manner)))
                        .toList());
            } while (struck > before);
        }
    }

    private void sweep(List<Place> places) throws Exception {
        hands.invokeAll(places.stream()
                .filter(place -> !playedBefore.contains(place.toString()))
                .<Callable<Void>>map(place -> () -> {
                    visit(place);
                    return null;
                })
                .toList());
    }

    private void visit(Place place) throws InterruptedException {
        EndState expected = undisturbed.get(place.story()).end();
        try (CrashCell cell = new CrashCell(cluster, place.story(), place.point())) {
            Run run = cell.playUntil(expected);
            synchronized (this) {
                struck += run.struck() ? 1 : 0;
            }
            if (run.end().equals(expected)) {
                say(place
                        + (run.struck() ? ALIKE + run.steps().get(place.point().step() - 1) : ": over before"));
            } else {
                differ("%s, at %s:%n%s"
                        .formatted(
                                place,
                                run.struck() ? run.steps().get(place.point().step() - 1) : "no step",
                                run.end().differenceFrom(expected) + "\nsaid last: " + cell.lastWords()));
            }
        } catch (RuntimeException | AssertionError e) {
            differ(place + ": " + e + ", because of " + e.getCause());
        }
    }

    private synchronized void differ(String what) {
        differing.add(what);
        say("DIFFERS: " + what);
    }

    private synchronized void say(String line) {
        record.add(line);
        System.err.println(line);
        try {
            Files.createDirectories(RECORD.getParent());
            Files.write(RECORD, record);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
