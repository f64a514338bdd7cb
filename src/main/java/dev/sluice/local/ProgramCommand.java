package dev.sluice.local;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** How this very program is started once more, as another process. */
final class ProgramCommand {
    private static final String MAIN = "dev.sluice.cli.Sluice";

    private ProgramCommand() {}

    /**
     * A command line for one command of this program, in a small JVM that starts fast.
     *
     * @param heapMegabytes the most memory for its objects
     * @param arguments the command and its options
     */
    static List<String> of(int heapMegabytes, List<String> arguments) {
        String classPath = classPath();
        List<String> command = new ArrayList<>(plain(heapMegabytes, classPath, arguments));
        command.addAll(1, ClassArchive.options(classPath));
        return command;
    }

    /** The same without what makes it start faster. */
    static List<String> plain(int heapMegabytes, String classPath, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                // Its files are named by process id, which is the same in many process namespaces.
                "-XX:-UsePerfData",
                "-Xmx" + heapMegabytes + "m",
                "-cp",
                classPath,
                MAIN));
        command.addAll(arguments);
        return command;
    }

    /** Sees to it that what is started from now on starts fast. */
    static void prepare() {
        ClassArchive.prepare(classPath());
    }

    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !entry.isBlank())
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
