package dev.sluice.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.api.RolloutPolicySpec.GateSettings;
import dev.sluice.node.NodeJson;
import dev.sluice.sim.GateFigures;
import dev.sluice.sim.GateTable;
import dev.sluice.sim.GateTable.Effort;
import dev.sluice.sim.Row;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Plays the gate's operating characteristics and holds them against their bars. */
@Command(
        name = "gate",
        exitCodeOnExecutionException = CommandLine.ExitCode.USAGE,
        description = {
            "Plays the gate in simulated worlds and prints how often it is wrong and how much mail it needs,",
            "beside other rules in the same worlds. The exit code is 1 when a row misses its bar, 2 when nothing was played."
        })
final class SimulateGateCommand implements Callable<Integer> {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Option(
            names = "--quick",
            description =
                    "A tenth of the runs, in under two minutes. Too few to show that something is rare: shares are as"
                            + " observed, and miss only when they contradict the full table's bar at 1 %.")
    private boolean quick;

    @Option(names = "--seed", defaultValue = "1", description = "The seed of all worlds. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--rows",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "Only rows whose names contain this, in any case of letters. Left out: all.")
    private String rows;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "A file with a RolloutPolicy whose gate is played. Left out: the defaults.")
    private Path policy;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "Where the rows are written as JSON: {rows: [{name, value, bar, passed}]}.")
    private Path report;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        GateFigures figures = policy == null
                ? GateFigures.STANDARD
                : figures(PolicyFile.read(policy).gate());
        out.println(line("row", "value", "bar", "passed", "runs", GateTable.RIVALS));
        List<Row> played = GateTable.play(figures, seed, quick ? Effort.QUICK : Effort.FULL, rows, row -> {
            out.println(line(row));
            out.flush();
        });
        if (played.isEmpty()) {
            throw new IllegalArgumentException(
                    "no row's name contains \"" + rows + "\"; write a part of a name, such as \"false rollback\"");
        }
        if (report != null) {
            Files.writeString(report, json(played) + System.lineSeparator());
        }
        long missed = played.stream().filter(row -> !row.passed()).count();
        out.println(summary(missed));
        return missed == 0 ? 0 : 1;
    }

    private String summary(long missed) {
        if (missed > 0) {
            return missed + " rows miss their bars";
        }
        return quick ? "all rows reach the bars that so few runs can show" : "all rows reach their bars";
    }

    private GateFigures figures(GateSettings gate) {
        try {
            return new GateFigures(
                    Double.parseDouble(gate.alpha()),
                    Double.parseDouble(gate.beta()),
                    Double.parseDouble(gate.tolerance()),
                    gate.horizonSeconds());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    policy + ": spec.gate: " + e.getMessage() + "; write decimal numbers such as \"0.01\"", e);
        }
    }

    private static String line(Row row) {
        return line(
                row.name(),
                number(row.value()),
                (row.bar().atMost() ? "<= " : ">= ") + number(row.bar().limit()),
                row.passed() ? "yes" : "NO",
                String.valueOf(row.replicates()),
                row.rivals());
    }

    private static String line(String name, String value, String bar, String passed, String runs, List<String> rivals) {
        StringBuilder text = new StringBuilder(
                String.format(Locale.ROOT, "%-100s %10s %10s %6s %5s", name, value, bar, passed, runs));
        rivals.forEach(rival -> text.append(String.format(Locale.ROOT, " %15s", rival)));
        return text.toString();
    }

    private static String number(double value) {
        if (Double.isInfinite(value)) {
            return "never";
        }
        return value == Math.rint(value) && value >= 2
                ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, "%.4f", value);
    }

    private static String json(List<Row> rows) throws IOException {
        ObjectNode root = NodeJson.mapper().createObjectNode();
        ArrayNode array = root.putArray("rows");
        for (Row row : rows) {
            ObjectNode node = array.addObject().put("name", row.name());
            // What never came has no number.
            if (Double.isInfinite(row.value())) {
                node.putNull("value");
            } else {
                node.put("value", row.value());
            }
            node.put("bar", row.bar().limit()).put("passed", row.passed());
        }
        return NodeJson.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(root);
    }
}
