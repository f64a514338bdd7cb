package dev.sluice.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Counts established connections to a local port, from the kernel's tables of the own network namespace. */
final class OpenSessions {
    private static final String ESTABLISHED = "01";
    private static final String STATE_ESTABLISHED = " " + ESTABLISHED + " ";
    private static final Pattern SPACES = Pattern.compile("\\s+");

    private OpenSessions() {}

    static int count(int port) {
        return count(Path.of("/proc/net/tcp"), port) + count(Path.of("/proc/net/tcp6"), port);
    }

    static int count(Path table, int port) {
        String suffix = String.format(Locale.ROOT, ":%04X", port);
        try (Stream<String> lines = Files.lines(table)) {
            // Most lines are of connections that have ended; they are not worth taking apart.
            return (int) lines.filter(line -> line.contains(suffix) && line.contains(STATE_ESTABLISHED))
                    .map(line -> SPACES.split(line.strip(), 5))
                    .filter(fields -> fields.length == 5 && fields[1].endsWith(suffix) && fields[3].equals(ESTABLISHED))
                    .count();
        } catch (IOException e) {
            return 0;
        }
    }
}
