package dev.sluice.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.node.NodeJson;
import dev.sluice.sim.fleet.FleetBreaks;
import dev.sluice.sim.fleet.FleetStory;
import dev.sluice.sim.fleet.FleetSweep;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice simulate fleet}: pools in virtual time under faults, seed by seed, against the invariants. */
@Command(
        name = "fleet",
        description = {
            "Plays two pools of one path in virtual time, with faults and edits by a seed, and holds every plan"
                    + " and every second against the invariants.",
            "The same seed gives the same story. Ten thousand seeds take 13 minutes of processor time."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:no invariant is broken", "1:one is, the arguments are wrong, or the report cannot be written"
        })
final class SimulateFleetCommand implements Callable<Integer> {
    private static final Pattern RANGE = Pattern.compile("([0-9]{1,9})\\.\\.([0-9]{1,9})");

    @Spec
    private CommandSpec spec;

    @Option(names = "--seeds", paramLabel = "FROM..TO", description = "Which seeds, both ends included.")
    private Optional<String> seeds = Optional.empty();

    @Option(names = "--seed", paramLabel = "N", description = "One seed.")
    private Optional<Long> seed = Optional.empty();

    @Option(names = "--explain", description = "Prints the story of the seed.")
    private boolean explain;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "Where the result is written as JSON: {seeds, broken, failures: [{seed, invariant, step}]}.")
    private Optional<Path> report = Optional.empty();

    @Override
    public Integer call() {
        if (seed.isPresent() == seeds.isPresent()) {
            throw wrong("write either --seeds FROM..TO, such as --seeds 1..500, or --seed N");
        }
        if (explain && seed.isEmpty()) {
            throw wrong("--explain tells the story of one seed: write --seed N");
        }
        PrintWriter out = spec.commandLine().getOut();
        if (explain) {
            FleetStory.explain(seed.get(), FleetBreaks.NONE).forEach(out::println);
        }
        FleetSweep sweep = FleetSweep.over(chosen(), FleetBreaks.NONE);
        sweep.failures()
                .forEach(each -> out.println("seed " + each.seed() + ", second " + each.step() + ": " + each.what()));
        out.println(sweep.seeds() + " seeds, " + sweep.failures().size() + " broken; " + sweep.passes() + " passes");
        out.flush();
        report.ifPresent(file -> write(file, json(sweep)));
        return sweep.failures().isEmpty() ? 0 : 1;
    }

    private LongStream chosen() {
        if (seed.isPresent()) {
            return LongStream.of(seed.get());
        }
        Matcher range = RANGE.matcher(seeds.orElseThrow());
        if (!range.matches() || Long.parseLong(range.group(1)) > Long.parseLong(range.group(2))) {
            throw wrong("--seeds is '" + seeds.get() + "': write the first and the last, such as 1..500");
        }
        return LongStream.rangeClosed(Long.parseLong(range.group(1)), Long.parseLong(range.group(2)));
    }

    private CommandLine.ParameterException wrong(String message) {
        return new CommandLine.ParameterException(spec.commandLine(), message);
    }

    private static String json(FleetSweep sweep) {
        ObjectNode root = NodeJson.mapper().createObjectNode();
        root.put("seeds", sweep.seeds()).put("broken", sweep.failures().size());
        ArrayNode array = root.putArray("failures");
        sweep.failures()
                .forEach(each -> array.addObject()
                        .put("seed", each.seed())
                        .put("invariant", each.invariant())
                        .put("step", each.step()));
        return root.toPrettyString() + System.lineSeparator();
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "cannot write " + file + " (" + e.getMessage() + "); name a file in a directory that exists", e);
        }
    }
}
