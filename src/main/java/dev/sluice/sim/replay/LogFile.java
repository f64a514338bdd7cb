package dev.sluice.sim.replay;

import dev.sluice.postfix.LogGrammar;
import dev.sluice.postfix.LogLine;
import dev.sluice.postfix.LogLine.Accepted;
import dev.sluice.postfix.QueueIdentifier;
import dev.sluice.postfix.ReplyClassifier;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * One log file, plain or compressed, read line by line. The traditional time stamp has no year: a long queue identifier
 * tells it, since it holds the arrival time; without one it is the year of the line before, and of the reference time at
 * the beginning.
 */
final class LogFile implements AutoCloseable {
    private static final Pattern HEADER =
            Pattern.compile("^(?:\\w{3}\\s+\\d{1,2} \\d\\d:\\d\\d:\\d\\d|\\d{4}-\\d\\d-\\d\\dT\\S+) (?<host>\\S+)"
                    + " (?<tag>[^\\s\\[:]+)(?:\\[\\d+])?: (?<message>.*)$");
    private static final Pattern ABOUT_RECIPIENT = Pattern.compile("^(?<id>[0-9A-Za-z]{6,}): (?:to|from)=.*");
    private static final Pattern LONG_ID = Pattern.compile("[\\]/]: (?<id>[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{10,}): ");
    /** Time stamps without a year are taken for the nearest such date within half a year of what is known. */
    private static final Duration HALF_A_YEAR = Duration.ofDays(180);
    /** Time zones differ by quarters of an hour; a message is logged in the second of its acceptance. */
    private static final long ZONE_STEP_SECONDS = 15 * 60;

    private static final int ACCEPTANCES_TO_TELL_ZONE = 5;
    private static final int EXAMPLES = 3;
    private static final int EXAMPLE_LENGTH = 160;

    /**
     * A line that says something of a message.
     *
     * @param host the machine that wrote it
     * @param instance Postfix's {@code syslog_name}
     * @param line what it says
     */
    record Entry(String host, String instance, LogLine line) {}

    private final Path file;
    private final BufferedReader reader;
    private final LogGrammar grammar;
    private final ZoneId zone;
    private final List<String> examples = new ArrayList<>();
    private Instant reference;
    private long lines;
    private long silent;
    private long unreadable;
    private long offsetSeconds;
    private int offsetSeen;

    private LogFile(Path file, BufferedReader reader, Instant reference, ZoneId zone) {
        this.file = file;
        this.reader = reader;
        this.reference = reference;
        this.zone = zone;
        this.grammar = new LogGrammar(() -> this.reference, zone);
    }

    /**
     * Opens a file.
     *
     * @param reference a time not long after which the first line was written, for logs that tell no year
     * @param zone in which the traditional time stamp was written
     * @throws UnusableRecording when it cannot be opened
     */
    static LogFile open(Path file, Instant reference, ZoneId zone) {
        try {
            if (Files.isDirectory(file)) {
                throw new UnusableRecording(file + " is a directory; name the log files in it");
            }
            InputStream raw = new BufferedInputStream(Files.newInputStream(file));
            raw.mark(2);
            boolean compressed = raw.read() == 0x1f && raw.read() == 0x8b;
            raw.reset();
            InputStream plain = compressed ? new GZIPInputStream(raw) : raw;
            return new LogFile(
                    file, new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8)), reference, zone);
        } catch (NoSuchFileException e) {
            throw new UnusableRecording(file + " does not exist; name a log of Postfix, such as /var/log/mail.log", e);
        } catch (IOException e) {
            throw new UnusableRecording("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /** The next line that says something of a message; empty at the end. */
    Optional<Entry> next() {
        try {
            for (String text = reader.readLine(); text != null; text = reader.readLine()) {
                lines++;
                Optional<Entry> entry = read(text);
                if (entry.isPresent()) {
                    return entry;
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new UnusableRecording(
                    "%s breaks off after line %d (%s); give the whole file".formatted(file, lines, e.getMessage()), e);
        }
    }

    private Optional<Entry> read(String text) {
        Matcher header = HEADER.matcher(text);
        if (!header.matches()) {
            if (text.isBlank()) {
                silent++;
            } else {
                unreadable(text);
            }
            return Optional.empty();
        }
        String tag = header.group("tag");
        int slash = tag.indexOf('/');
        if (slash <= 0) {
            silent++;
            return Optional.empty();
        }
        longIdentifier(text).ifPresent(arrival -> reference = arrival.plus(HALF_A_YEAR));
        Optional<LogLine> line = grammar.parse(text);
        if (line.isEmpty()) {
            if (saysSomethingOfARecipient(tag, header.group("message"))) {
                unreadable(text);
            } else {
                silent++;
            }
            return Optional.empty();
        }
        reference = line.get().time().plus(HALF_A_YEAR);
        checkZone(line.get());
        return Optional.of(new Entry(header.group("host"), tag.substring(0, slash), line.get()));
    }

    private static Optional<Instant> longIdentifier(String text) {
        Matcher matcher = LONG_ID.matcher(text);
        return matcher.find() ? QueueIdentifier.arrivalTime(matcher.group("id")) : Optional.empty();
    }

    private static boolean saysSomethingOfARecipient(String tag, String message) {
        String program = tag.substring(tag.lastIndexOf('/') + 1);
        return switch (program) {
            case "smtpd", "cleanup", "pickup" -> message.matches("^\\w+: client=?[^,]*$") && !message.contains("[");
            default -> ABOUT_RECIPIENT.matcher(message).matches();
        };
    }

    private void unreadable(String text) {
        unreadable++;
        if (examples.size() < EXAMPLES) {
            String shown = ReplyClassifier.anonymous(text);
            examples.add("%s line %d: %s"
                    .formatted(
                            file.getFileName(),
                            lines,
                            shown.length() > EXAMPLE_LENGTH ? shown.substring(0, EXAMPLE_LENGTH) + "…" : shown));
        }
    }

    /** A log that was written in another time zone would make everything late, or early. */
    private void checkZone(LogLine line) {
        if (!(line instanceof Accepted) || offsetSeen >= ACCEPTANCES_TO_TELL_ZONE) {
            return;
        }
        QueueIdentifier.arrivalTime(line.queueId()).ifPresent(arrival -> {
            long seconds = Duration.between(arrival, line.time()).toSeconds();
            long offset = Math.round((double) seconds / ZONE_STEP_SECONDS) * ZONE_STEP_SECONDS;
            if (offset == 0 || (offsetSeen > 0 && offset != offsetSeconds)) {
                offsetSeen = ACCEPTANCES_TO_TELL_ZONE;
                return;
            }
            offsetSeconds = offset;
            offsetSeen++;
            if (offsetSeen == ACCEPTANCES_TO_TELL_ZONE) {
                throw otherZone(line.time());
            }
        });
    }

    private UnusableRecording otherZone(Instant time) {
        int assumed = zone.getRules().getOffset(time).getTotalSeconds();
        return new UnusableRecording(
                "%s was not written in the time zone %s: its queue identifiers tell other times; write --zone %s"
                        .formatted(file, zone.getId(), ZoneOffset.ofTotalSeconds(assumed + (int) offsetSeconds)));
    }

    Path file() {
        return file;
    }

    /** What was read so far. */
    ReadingNotes notes() {
        return new ReadingNotes(lines, silent, unreadable, examples, 0);
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException e) {
            throw new UnusableRecording("cannot close " + file + ": " + e.getMessage(), e);
        }
    }
}
