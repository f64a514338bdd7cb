package dev.sluice.cli;

import dev.sluice.local.demo.Figure;
import dev.sluice.local.demo.ReportCheck;
import dev.sluice.local.demo.ReportFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice demo-check FILE}: one line for every figure that the report is held to; exit code 1 if one is missed. */
@Command(
        name = "demo-check",
        hidden = true,
        description = "Holds a report of 'sluice demo --report FILE' to the figures that Sluice promises.")
final class DemoCheckCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The report.")
    private Path file;

    @Override
    public Integer call() {
        List<Figure> figures = ReportCheck.of(ReportFile.read(file));
        PrintWriter out = spec.commandLine().getOut();
        figures.forEach(out::println);
        long reached = figures.stream().filter(Figure::reached).count();
        out.printf("%d passed, %d failed%n", reached, figures.size() - reached);
        return reached == figures.size() ? 0 : 1;
    }
}
