package dev.sluice.sim.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import dev.sluice.sim.replay.RecordedOutcome.Fate;
import dev.sluice.sim.replay.RecordedOutcome.First;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads counts of outcomes as comma-separated values with a header. Columns in any order: {@code time, node, nextHop,
 * good, bad}; and if wanted {@code stratum} (else the next hop), {@code pathFailures} (those of {@code bad} that
 * practically never happen to a healthy node), {@code recipientFaults} (beside {@code bad}), {@code sender} (whose mail
 * it was; without it each count is a unit of its own). A row says what finished at its time.
 */
public final class CountsRecording {
    private static final List<String> REQUIRED = List.of("time", "node", "nextHop", "good", "bad");
    private static final List<String> OPTIONAL = List.of("stratum", "pathFailures", "recipientFaults", "sender");
    /** A row with more is no longer about a moment, and a slip of the keyboard would fill the memory. */
    private static final int MOST = 1_000_000;

    private final Path file;
    private final Map<String, Integer> columns = new TreeMap<>();
    private final Map<String, String> texts = new HashMap<>();
    private final List<RecordedOutcome> outcomes = new ArrayList<>();
    private long endMillis = Long.MIN_VALUE;
    private long rows;

    private CountsRecording(Path file) {
        this.file = file;
    }

    /**
     * Reads a file.
     *
     * @param canary names of the nodes on trial
     * @param zone in which people read its times; those in the file carry their own
     * @throws UnusableRecording when a row is wrong, or there is nothing to compare; says where and what to write instead
     */
    public static Recording read(Path file, Set<String> canary, ZoneId zone) {
        CountsRecording counts = new CountsRecording(file);
        counts.read();
        return new Recording(
                        file.getFileName().toString(),
                        zone,
                        counts.outcomes,
                        canary,
                        counts.endMillis,
                        new ReadingNotes(counts.rows, 0, 0, List.of(), 0))
                .checked();
    }

    private void read() {
        CsvMapper mapper = CsvMapper.builder()
                .enable(CsvParser.Feature.WRAP_AS_ARRAY)
                .enable(CsvParser.Feature.TRIM_SPACES)
                .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
                .build();
        long line = 1;
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8);
                MappingIterator<String[]> iterator =
                        mapper.readerFor(String[].class).readValues(reader)) {
            if (!iterator.hasNextValue()) {
                throw new UnusableRecording(file + " is empty; begin it with the line " + String.join(",", REQUIRED));
            }
            header(iterator.nextValue());
            while (iterator.hasNextValue()) {
                line = iterator.getCurrentLocation().getLineNr();
                String[] cells = iterator.nextValue();
                rows++;
                row(new Row(line, cells));
            }
        } catch (NoSuchFileException e) {
            throw new UnusableRecording(file + " does not exist; name a file of counts", e);
        } catch (JsonProcessingException e) {
            throw new UnusableRecording(
                    "%s line %d is no line of comma-separated values: %s"
                            .formatted(file, e.getLocation().getLineNr(), e.getOriginalMessage()),
                    e);
        } catch (IOException e) {
            throw new UnusableRecording("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private void header(String[] names) {
        Set<String> missing = new HashSet<>(REQUIRED);
        for (int place = 0; place < names.length; place++) {
            String name = names[place];
            if (!REQUIRED.contains(name) && !OPTIONAL.contains(name)) {
                throw new UnusableRecording("%s line 1: there is no column '%s'; write %s, and if wanted %s"
                        .formatted(file, name, String.join(", ", REQUIRED), String.join(", ", OPTIONAL)));
            }
            if (columns.put(name, place) != null) {
                throw new UnusableRecording(
                        "%s line 1: the column '%s' is there twice; write it once".formatted(file, name));
            }
            missing.remove(name);
        }
        if (!missing.isEmpty()) {
            throw new UnusableRecording("%s line 1: the column '%s' is missing; write %s"
                    .formatted(
                            file,
                            REQUIRED.stream()
                                    .filter(missing::contains)
                                    .findFirst()
                                    .orElseThrow(),
                            String.join(",", REQUIRED)));
        }
    }

    private void row(Row row) {
        row.checkWidth();
        long time = row.time();
        endMillis = Math.max(endMillis, time);
        int good = row.count("good");
        int bad = row.count("bad");
        int path = row.count("pathFailures");
        int faults = row.count("recipientFaults");
        if (path > bad) {
            throw row.wrong(
                    "pathFailures",
                    String.valueOf(path),
                    "at most bad, which is %d: path failures are among the bad".formatted(bad));
        }
        String hop = row.name("nextHop");
        String stratum = row.text("stratum").isEmpty() ? hop : row.text("stratum");
        Draft draft = new Draft(row.name("node"), row.text("sender"), hop, stratum, time, row.line());
        draft.add(good, First.DELIVERED);
        draft.add(bad - path, First.FAILED);
        draft.add(path, First.PATH_FAILED);
        draft.add(faults, First.RECIPIENT_FAULT);
    }

    /** What the outcomes of one row have in common. */
    private final class Draft {
        private final String node;
        private final String sender;
        private final String hop;
        private final String stratum;
        private final long time;
        private final long line;
        private int number;

        private Draft(String node, String sender, String hop, String stratum, long time, long line) {
            this.node = node;
            this.sender = sender;
            this.hop = hop;
            this.stratum = stratum;
            this.time = time;
            this.line = line;
        }

        private void add(int count, First first) {
            for (int each = 0; each < count; each++) {
                number++;
                outcomes.add(new RecordedOutcome(
                        node,
                        line + "." + number,
                        sender,
                        "",
                        hop,
                        stratum,
                        time,
                        first,
                        time,
                        first == First.DELIVERED ? Fate.DELIVERED : Fate.UNTOLD,
                        first == First.DELIVERED ? time : RecordedOutcome.NEVER));
            }
        }
    }

    private final class Row {
        private final long line;
        private final String[] cells;

        private Row(long line, String[] cells) {
            this.line = line;
            this.cells = cells;
        }

        private long line() {
            return line;
        }

        private void checkWidth() {
            if (cells.length != columns.size()) {
                throw new UnusableRecording(
                        "%s line %d has %d values where the header has %d columns; write one for each"
                                .formatted(file, line, cells.length, columns.size()));
            }
        }

        private String text(String column) {
            Integer place = columns.get(column);
            return place == null ? "" : texts.computeIfAbsent(cells[place], text -> text);
        }

        private String name(String column) {
            String text = text(column);
            if (text.isEmpty()) {
                throw wrong(column, text, "a name");
            }
            return text;
        }

        private long time() {
            String text = text("time");
            try {
                return OffsetDateTime.parse(text).toInstant().toEpochMilli();
            } catch (DateTimeParseException e) {
                throw wrong("time", text, "a time with its offset, such as 2022-12-01T16:30:00-05:00");
            }
        }

        private int count(String column) {
            String text = text(column);
            if (!columns.containsKey(column)) {
                return 0;
            }
            if (!text.matches("\\d{1,7}") || Integer.parseInt(text) > MOST) {
                throw wrong(column, text, "a whole number from 0 to " + MOST);
            }
            return Integer.parseInt(text);
        }

        private UnusableRecording wrong(String column, String text, String instead) {
            return new UnusableRecording(
                    "%s line %d: %s is '%s'; write %s".formatted(file, line, column, text, instead));
        }
    }
}
