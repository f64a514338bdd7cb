package dev.sluice.cli;

import dev.sluice.local.ApiServer;
import dev.sluice.local.ApiServerBinaries;
import dev.sluice.local.EmbeddedApiServer;
import dev.sluice.local.LocalApiServer;
import dev.sluice.local.Machine;
import dev.sluice.local.demo.ActName;
import dev.sluice.local.demo.ActReport;
import dev.sluice.local.demo.Demo;
import dev.sluice.local.demo.DemoReport;
import dev.sluice.local.demo.Disturbance;
import dev.sluice.local.demo.ReportFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice demo}: the incident, and how it is prevented. */
@Command(
        name = "demo",
        description =
                "Plays the incident on this machine with real Postfix nodes, HAProxy and a Kubernetes API: once as it"
                        + " happened, and then with Sluice. Needs root for the network namespaces; leaves nothing behind.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:every act did what it is to show", "1:the demo could not run", "2:an act failed"})
final class DemoCommand implements Callable<Integer> {
    /** Where the Kubernetes API comes from. */
    enum ApiChoice {
        /** The real one where its programs are at hand, else the embedded one. */
        AUTO,
        /** kube-apiserver and etcd; built first where they are missing. */
        REAL,
        /** Fabric8's in-memory server: no validation, but at once. */
        EMBEDDED
    }

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--act",
            paramLabel = "NAME",
            description =
                    "An act to play: as-it-happened, preflight, canary, serving, managed. May be given several times."
                            + " Default: all.")
    private List<String> acts = List.of();

    @Option(names = "--report", paramLabel = "FILE", description = "Writes what was counted as JSON.")
    private Optional<Path> report = Optional.empty();

    @Option(
            names = "--api-server",
            paramLabel = "auto|real|embedded",
            defaultValue = "auto",
            description =
                    "real: kube-apiserver and etcd, built once when they are missing (10 to 20 minutes, needs Go);"
                            + " embedded: at once, but without validation; auto: real when it is at hand.")
    private ApiChoice apiServer;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "55",
            description = "Messages a second. Default: ${DEFAULT-VALUE}.")
    private double messagesPerSecond;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Chooses the node that fails. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--attempts",
            paramLabel = "N",
            defaultValue = "1",
            description = "How often an act that misses a figure is played at most. Default: ${DEFAULT-VALUE}.")
    private int attempts;

    @Option(
            names = "--kill-operator",
            description = "Kills the operator in the middle of each act and starts it again.")
    private boolean killOperator;

    @Option(
            names = {"--yes", "-y"},
            description = "Installs Postfix and HAProxy from the distribution without asking when they are missing.")
    private boolean yes;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        List<ActName> chosen = chosenActs();
        new Machine(out).prepare(yes);
        try (ApiServer api = open(out)) {
            out.println("Sluice demo: %s, %s, %s, %.0f messages a second."
                    .formatted(api.description(), Machine.nodes(), Machine.edge(), messagesPerSecond));
            DemoReport played = new Demo(
                            api,
                            out,
                            InstantSource.system(),
                            messagesPerSecond,
                            seed,
                            attempts,
                            killOperator ? Disturbance.OPERATOR_KILLED : Disturbance.NONE)
                    .play(chosen, Machine.nodes());
            report.ifPresent(file -> ReportFile.write(played, file));
            return played.acts().stream().allMatch(ActReport::passed) ? 0 : 2;
        }
    }

    private List<ActName> chosenActs() {
        if (acts.isEmpty()) {
            return Demo.acts();
        }
        return acts.stream()
                .map(word -> ActName.of(word)
                        .filter(Demo.acts()::contains)
                        .orElseThrow(() -> new CommandLine.ParameterException(
                                spec.commandLine(),
                                "there is no act '%s'; write one of %s"
                                        .formatted(
                                                word,
                                                String.join(
                                                        ", ",
                                                        Demo.acts().stream()
                                                                .map(ActName::word)
                                                                .toList())))))
                .toList();
    }

    private ApiServer open(PrintWriter out) {
        ApiServerBinaries binaries = ApiServerBinaries.ofThisMachine(line -> {
            out.println(line);
            out.flush();
        });
        return switch (apiServer) {
            case REAL -> LocalApiServer.start(binaries.findOrBuild());
            case EMBEDDED -> embedded(out);
            case AUTO -> binaries.find().<ApiServer>map(LocalApiServer::start).orElseGet(() -> embedded(out));
        };
    }

    private static ApiServer embedded(PrintWriter out) {
        out.println("Embedded API server: it validates nothing. Use --api-server real for kube-apiserver and etcd.");
        return EmbeddedApiServer.start();
    }
}
