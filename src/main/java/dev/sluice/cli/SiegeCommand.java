package dev.sluice.cli;

import dev.sluice.local.ApiServerBinaries;
import dev.sluice.local.KillableApiServer;
import dev.sluice.local.Machine;
import dev.sluice.local.siege.Siege;
import dev.sluice.local.siege.SiegeReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice siege}: whatever is killed, nothing that was accepted is lost. */
@Command(
        name = "siege",
        description =
                "Kills Postfix, agents, HAProxy, the operator, kube-apiserver and etcd at random, fills disks and cuts"
                        + " networks while numbered mail flows through pools that change all the time, and counts at both"
                        + " ends. Needs root for the network namespaces; leaves nothing behind.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:nothing was lost, nothing wrongly returned, every duplicate has a cause, and the pools settled",
            "1:the siege could not run",
            "2:something of that is not so"
        })
final class SiegeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--blows",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many things are broken, 1 to 10000. Default: ${DEFAULT-VALUE}.")
    private int blows;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "40",
            description = "Messages a second. Default: ${DEFAULT-VALUE}.")
    private double messagesPerSecond;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Chooses what is broken, and when. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--report", paramLabel = "FILE", description = "Writes what was counted as JSON.")
    private Optional<Path> report = Optional.empty();

    @Option(
            names = {"--yes", "-y"},
            description = "Installs Postfix and HAProxy from the distribution without asking when they are missing.")
    private boolean yes;

    @Override
    public Integer call() {
        if (blows < 1 || blows > 10_000) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--blows is %d; write a number from 1 to 10000".formatted(blows));
        }
        if (!(messagesPerSecond > 0)) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--rate is %s; write a number above 0".formatted(messagesPerSecond));
        }
        PrintWriter out = spec.commandLine().getOut();
        new Machine(out).prepare(yes);
        KillableApiServer apiServer = KillableApiServer.start(ApiServerBinaries.ofThisMachine(line -> {
                    out.println(line);
                    out.flush();
                })
                .findOrBuild());
        out.println("Sluice siege: %s, %s, %s, %.0f messages a second, %d blows, seed %d."
                .formatted(apiServer.description(), Machine.nodes(), Machine.edge(), messagesPerSecond, blows, seed));
        SiegeReport found =
                new Siege(apiServer, out, InstantSource.system()).run(blows, seed, messagesPerSecond, Machine.nodes());
        report.ifPresent(found::write);
        return found.passed() ? 0 : 2;
    }
}
