package dev.sluice.cli.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
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
        Definitions definitions = new Definitions();
        List<String> lines = new ArrayList<>();
        int ours = 0;
        int rules = 0;
        for (Manifest manifest : manifests) {
            List<String> faults = faults(manifest, definitions);
            if (manifest.isOurs()) {
                ours++;
                rules += definitions
                        .schema(manifest.kind())
                        .map(SchemaCheck::rules)
                        .orElse(0);
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

    private static List<String> faults(Manifest manifest, Definitions definitions) {
        JsonNode content = manifest.content();
        if (!content.isObject()
                || manifest.kind().isEmpty()
                || !content.path("apiVersion").isTextual()) {
            return List.of("it is no object of Kubernetes: write apiVersion, kind and metadata.name");
        }
        if (!manifest.isOurs()) {
            return List.of();
        }
        if (!content.path("apiVersion").asText().equals("sluice.dev/v1alpha1")) {
            return List.of("apiVersion is %s: write sluice.dev/v1alpha1"
                    .formatted(content.path("apiVersion").asText()));
        }
        List<String> faults = new ArrayList<>();
        if (manifest.name().isEmpty() && content.at("/metadata/generateName").isMissingNode()) {
            faults.add("metadata.name is missing");
        }
        definitions
                .schema(manifest.kind())
                .ifPresentOrElse(
                        schema -> faults.addAll(SchemaCheck.faults(schema, content)),
                        () -> faults.add("kind %s is none of Sluice's%s"
                                .formatted(
                                        manifest.kind(),
                                        Nearest.to(manifest.kind(), definitions.kinds())
                                                .map("; did you mean %s?"::formatted)
                                                .orElse(": write one of " + String.join(", ", definitions.kinds())))));
        return faults;
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
