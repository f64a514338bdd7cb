package dev.sluice.cli.kubectl;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kubectl sluice lint}: is what a file declares well formed? */
@Command(
        name = "lint",
        description =
                "Checks manifests against the definitions of Sluice's kinds, without a cluster; a line for each fault."
                        + " With --server the API server checks them too, with the rules that only it can evaluate (CEL).")
public final class LintCommand implements Callable<Integer> {
    @Mixin
    private ClusterOptions cluster;

    @Mixin
    private OutputOptions output;

    @Option(
            names = {"-f", "--filename"},
            required = true,
            paramLabel = "FILE",
            description = "A file, a directory, or - for standard input; may be given several times.")
    private List<String> files;

    @Option(names = "--server", description = "Ask the API server too, by a dry run: nothing is changed.")
    private boolean server;

    @Override
    public Integer call() throws InterruptedException {
        output.format();
        List<Manifest> manifests = Manifest.read(files);
        return server
                ? cluster.with(session -> check(manifests, Optional.of(session)))
                : check(manifests, Optional.empty());
    }

    private int check(List<Manifest> manifests, Optional<Session> session) {
        ManifestCheck check = new ManifestCheck();
        List<String> lines = new ArrayList<>();
        int ours = 0;
        int rules = 0;
        for (Manifest manifest : manifests) {
            List<String> faults = check.faults(manifest);
            if (manifest.isOurs()) {
                ours++;
                rules += check.rules(manifest);
                if (faults.isEmpty() && session.isPresent()) {
                    faults = DryRun.of(session.get(), manifest).faults();
                }
            }
            faults.forEach(
                    fault -> lines.add("%s %s: %s".formatted(Mark.BAD.in(output.colours()), manifest.place(), fault)));
        }
        boolean good = lines.isEmpty();
        lines.add(verdict(manifests.size(), ours, rules, lines.size(), session.isPresent()));
        lines.add(
                good
                        ? "Next: kubectl sluice plan -f " + files.get(0)
                        : "Next: mend them, then kubectl sluice lint -f " + files.get(0));
        output.print(lines);
        return good ? ExitCode.FINE : ExitCode.ERROR;
    }

    private static String verdict(int all, int ours, int rules, int faults, boolean asked) {
        String checked = "%d of %d objects are Sluice's".formatted(ours, all);
        String rest = asked
                ? "; the API server checked them too"
                : "; %d rules across fields (CEL) were not evaluated, --server does".formatted(rules);
        return faults == 0
                ? "no fault found: %s%s".formatted(checked, rest)
                : "%d fault%s: %s%s".formatted(faults, faults == 1 ? "" : "s", checked, rest);
    }
}
