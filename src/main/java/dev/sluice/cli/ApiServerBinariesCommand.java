package dev.sluice.cli;

import dev.sluice.local.ApiServerBinaries;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sluice apiserver-binaries}: gets the API server's programs and says where they are. */
@Command(
        name = "apiserver-binaries",
        description = "Finds kube-apiserver, etcd and kubectl, builds them where they are missing (needs Go), and"
                + " prints their directory; fit for KUBEBUILDER_ASSETS.")
final class ApiServerBinariesCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        PrintWriter progress = spec.commandLine().getErr();
        ApiServerBinaries binaries = ApiServerBinaries.ofThisMachine(line -> {
            progress.println(line);
            progress.flush();
        });
        spec.commandLine().getOut().println(binaries.findOrBuild().directory());
    }
}
