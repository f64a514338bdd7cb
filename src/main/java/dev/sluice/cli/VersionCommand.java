package dev.sluice.cli;

import dev.sluice.api.SluiceNames;
import dev.sluice.local.ApiServerBinaries;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sluice version}: what somebody has to know who reads a report of a fault. */
@Command(name = "version", description = "Prints the version of Sluice, of Java, and of the API that Sluice serves.")
final class VersionCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        out.println("sluice      " + ofThisProgram());
        out.println("java        " + Runtime.version() + ", " + System.getProperty("java.vm.name"));
        out.println("API         " + SluiceNames.GROUP + "/" + SluiceNames.VERSION);
        out.println("kubernetes  1.31 or newer; tested with " + ApiServerBinaries.pinnedVersion());
    }

    /** The version that the jar's manifest names, else {@code development} for classes that are in no jar. */
    static String ofThisProgram() {
        String version = VersionCommand.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
