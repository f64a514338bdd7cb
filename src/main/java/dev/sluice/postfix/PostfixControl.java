package dev.sluice.postfix;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Runs Postfix's commands for one instance; none of them can hang its caller. */
public final class PostfixControl {
    /** Writes every message that comes in, by whatever way (cleanup(8)). */
    private static final String WRITER = "cleanup";

    private static final Duration SHORT = Duration.ofSeconds(20);
    private static final Duration LONG = Duration.ofSeconds(90);
    private static final Pattern UNUSED = Pattern.compile("unused parameter: ([^=\\s]+)=");
    private static final Pattern PROBLEM = Pattern.compile("(?:fatal|error): (.*)");

    private final Path configDirectory;
    private final Path queueDirectory;

    /** For the instance of these directories. */
    public PostfixControl(Path configDirectory, Path queueDirectory) {
        this.configDirectory = configDirectory;
        this.queueDirectory = queueDirectory;
    }

    /**
     * What a command left behind.
     *
     * @param status its exit status
     * @param output standard output and error
     */
    public record Result(int status, String output) {
        boolean succeeded() {
            return status == 0;
        }
    }

    /** {@code Postfix 3.7.11}, or {@code Postfix} when it cannot be told. */
    public String version() {
        try {
            Result result = run(SHORT, "postconf", "-d", "-h", "mail_version");
            return result.succeeded() ? ("Postfix " + result.output().strip()) : "Postfix";
        } catch (IOException e) {
            return "Postfix";
        }
    }

    /**
     * Looks for mistakes in the files of a directory, without using them: {@code postconf} finds names that nobody knows,
     * and the start of any other command makes Postfix's own reader judge the values.
     *
     * @throws UnusableOrders when Postfix does not know a parameter or cannot use a value
     */
    public void examine(Path directory) throws IOException, UnusableOrders {
        Result names = run(SHORT, "postconf", "-c", directory.toString(), "-n");
        Matcher unused = UNUSED.matcher(names.output());
        if (unused.find()) {
            throw new UnusableOrders("settings: Postfix does not know the parameter \"" + unused.group(1)
                    + "\"; correct its name or leave it out (postconf(5) lists all)");
        }
        Result values = run(SHORT, "postmap", "-c", directory.toString(), "-q", "any", "inline:{any=any}");
        for (Result result : List.of(names, values)) {
            if (!result.succeeded()) {
                throw new UnusableOrders("settings: " + firstProblem(result));
            }
        }
    }

    /** Starts the master process. */
    public void start() throws IOException {
        must(run(LONG, "postfix", "-c", configDirectory.toString(), "start"));
    }

    /** Stops it; does nothing when it is not running. */
    public void stop() throws IOException {
        if (masterProcess().isPresent()) {
            must(run(LONG, "postfix", "-c", configDirectory.toString(), "stop"));
        }
    }

    /** Makes the running instance read its files again. */
    public void reload() throws IOException {
        must(run(SHORT, "postfix", "-c", configDirectory.toString(), "reload"));
    }

    /** Attempts everything now, also to destinations that were found dead. */
    public void flush() throws IOException {
        must(run(SHORT, "postqueue", "-c", configDirectory.toString(), "-f"));
    }

    /** Freezes the whole queue: the only state in which mail does not expire. */
    public void hold() throws IOException {
        must(run(LONG, "postsuper", "-c", configDirectory.toString(), "-h", "ALL"));
    }

    /** Ends the freeze. */
    public void release() throws IOException {
        must(run(LONG, "postsuper", "-c", configDirectory.toString(), "-H", "ALL"));
    }

    /** Lists the queue; takes seconds for 100,000 messages. */
    public void list(Consumer<QueuedMessage> messages) throws IOException {
        Process process = new ProcessBuilder("postqueue", "-c", configDirectory.toString(), "-j")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (Deadline deadline = Deadline.of(process, LONG);
                BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            QueueListing.read(reader, messages);
            deadline.exitStatus();
        }
    }

    /** The process that runs the instance, if it is alive. */
    public Optional<Long> masterProcess() {
        Path file = queueDirectory.resolve("pid/master.pid");
        try {
            long pid = Long.parseLong(Files.readString(file).strip());
            return alive(pid) ? Optional.of(pid) : Optional.empty();
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /**
     * Whether a process is seen that may write a message into some queue of this machine; also when that cannot be told.
     * In a pod these are the own ones alone; elsewhere another instance's count too, which only makes this careful.
     */
    public static boolean anybodyReceives() {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(process -> process.getFileName().toString().matches("\\d+"))
                    .anyMatch(process -> WRITER.equals(programOf(process)));
        } catch (IOException e) {
            return true;
        }
    }

    private static String programOf(Path process) {
        try {
            return Files.readString(process.resolve("comm")).strip();
        } catch (NoSuchFileException e) {
            return "ended meanwhile";
        } catch (IOException e) {
            return process.toFile().exists() ? WRITER : "ended meanwhile";
        }
    }

    /** The file outlives a killed master, its number may be another's by now, and a zombie still has an entry. */
    private static boolean alive(long pid) {
        try {
            String status = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            int end = status.lastIndexOf(')');
            return status.substring(0, end).endsWith("(master") && status.charAt(end + 2) != 'Z';
        } catch (IOException | IndexOutOfBoundsException e) {
            return false;
        }
    }

    private static void must(Result result) throws IOException {
        if (!result.succeeded()) {
            throw new IOException(firstProblem(result));
        }
    }

    private static String firstProblem(Result result) {
        Matcher problem = PROBLEM.matcher(result.output());
        if (problem.find()) {
            return problem.group(1).strip();
        }
        String line = result.output().strip().lines().findFirst().orElse("");
        return line.isEmpty() ? "ended with status " + result.status() : line;
    }

    private static Result run(Duration limit, String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (Deadline deadline = Deadline.of(process, limit)) {
            process.getOutputStream().close();
            String output = drain(process);
            return new Result(deadline.exitStatus(), output);
        }
    }

    /** Reads until the command itself has ended: a daemon that it left behind may keep the pipe open for ever. */
    private static String drain(Process process) throws IOException {
        List<byte[]> parts = new ArrayList<>();
        InputStream stream = process.getInputStream();
        boolean ended = false;
        while (true) {
            int available = stream.available();
            if (available > 0) {
                parts.add(stream.readNBytes(available));
            } else if (ended) {
                break;
            } else {
                ended = awaitBriefly(process);
            }
        }
        StringBuilder text = new StringBuilder();
        parts.forEach(part -> text.append(new String(part, StandardCharsets.UTF_8)));
        return text.toString();
    }

    private static boolean awaitBriefly(Process process) throws IOException {
        try {
            return process.waitFor(2, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a Postfix command ran", e);
        }
    }
}
