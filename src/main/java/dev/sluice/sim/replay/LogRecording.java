package dev.sluice.sim.replay;

import dev.sluice.sim.replay.LogFile.Entry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Reads logs of Postfix, of one machine or of many, rotated or not, in whatever order they are given: their lines are
 * merged by time.
 */
public final class LogRecording {
    /** One Postfix: a machine may run several, told apart by {@code syslog_name}. */
    private record Instance(String host, String name) {}

    private record Head(LogFile file, Instant began, int place, Entry entry) {
        private static final Comparator<Head> ORDER = Comparator.comparing(
                        (Head head) -> head.entry().line().time())
                .thenComparing(Head::began)
                .thenComparing(Head::place);
    }

    private final HopNames hops;
    private final Instant reference;
    private final ZoneId zone;
    private final Map<Instance, NodeBook> books = new HashMap<>();
    private long endMillis = Long.MIN_VALUE;

    private LogRecording(HopNames hops, Instant reference, ZoneId zone) {
        this.hops = hops;
        this.reference = reference;
        this.zone = zone;
    }

    /**
     * Reads log files.
     *
     * @param files plain or compressed with gzip
     * @param canary names of the nodes on trial: a host, a {@code syslog_name}, or {@code host/syslog_name}
     * @param hops names of next hops
     * @param reference the year of logs without years and without long queue identifiers is that of a time up to here
     * @param zone in which traditional time stamps were written
     * @throws UnusableRecording when a file cannot be used, or there is nothing to compare in them; says why
     */
    public static Recording read(List<Path> files, Set<String> canary, HopNames hops, Instant reference, ZoneId zone) {
        return new LogRecording(hops, reference, zone).read(distinct(files), canary);
    }

    private static List<Path> distinct(List<Path> files) {
        Set<Path> seen = new HashSet<>();
        for (Path file : files) {
            if (!seen.add(real(file))) {
                throw new UnusableRecording(file + " is given twice; name each log once");
            }
        }
        return files;
    }

    private static Path real(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException e) {
            // Whether it can be read is told when it is opened.
            return file.toAbsolutePath();
        }
    }

    private Recording read(List<Path> paths, Set<String> canary) {
        List<LogFile> files = new ArrayList<>();
        try {
            PriorityQueue<Head> heads = new PriorityQueue<>(Head.ORDER);
            for (Path path : paths) {
                LogFile file = LogFile.open(path, reference, zone);
                files.add(file);
                int place = files.size();
                file.next()
                        .ifPresent(
                                entry -> heads.add(new Head(file, entry.line().time(), place, entry)));
            }
            while (!heads.isEmpty()) {
                Head head = heads.poll();
                enter(head.entry());
                head.file()
                        .next()
                        .ifPresent(entry -> heads.add(new Head(head.file(), head.began(), head.place(), entry)));
            }
            return recording(paths, canary, files).checked();
        } finally {
            files.forEach(LogFile::close);
        }
    }

    private void enter(Entry entry) {
        endMillis = Math.max(endMillis, entry.line().time().toEpochMilli());
        Instance instance = new Instance(entry.host(), entry.instance());
        books.computeIfAbsent(instance, unused -> new NodeBook(instance.host() + "/" + instance.name(), hops))
                .enter(entry.line());
    }

    private Recording recording(List<Path> paths, Set<String> canary, List<LogFile> files) {
        Map<Instance, List<RecordedOutcome>> told = new HashMap<>();
        long unseen = 0;
        for (Map.Entry<Instance, NodeBook> book : books.entrySet()) {
            List<RecordedOutcome> outcomes = book.getValue().close();
            unseen += book.getValue().beginningUnseen();
            if (!outcomes.isEmpty()) {
                told.put(book.getKey(), outcomes);
            }
        }
        Map<Instance, String> names = names(told.keySet());
        List<RecordedOutcome> outcomes = new ArrayList<>();
        names.forEach((instance, name) -> told.get(instance).forEach(outcome -> outcomes.add(outcome.on(name))));
        return new Recording(
                paths.stream().map(path -> path.getFileName().toString()).collect(Collectors.joining(", ")),
                zone,
                HopNames.completed(outcomes),
                chosen(canary, names),
                endMillis,
                notes(files, unseen));
    }

    /** The host where that is enough to tell nodes apart, the instance where all are on one host, else both. */
    private static Map<Instance, String> names(Set<Instance> instances) {
        Map<String, Long> perHost =
                instances.stream().collect(Collectors.groupingBy(Instance::host, TreeMap::new, Collectors.counting()));
        Map<Instance, String> names =
                new TreeMap<>(Comparator.comparing(Instance::host).thenComparing(Instance::name));
        for (Instance instance : instances) {
            boolean alone = perHost.get(instance.host()) == 1;
            String several = perHost.size() == 1 ? instance.name() : instance.host() + "/" + instance.name();
            names.put(instance, alone ? instance.host() : several);
        }
        return names;
    }

    private static Set<String> chosen(Set<String> wanted, Map<Instance, String> names) {
        Set<String> chosen = new TreeSet<>();
        for (String want : wanted) {
            Set<String> found = names.entrySet().stream()
                    .filter(entry ->
                            List.of(entry.getKey().host() + "/" + entry.getKey().name(), entry.getValue())
                                            .contains(want)
                                    || entry.getKey().host().equals(want)
                                    || entry.getKey().name().equals(want))
                    .map(Map.Entry::getValue)
                    .collect(Collectors.toSet());
            // An unknown name stays as it is, so that it can be named in the refusal.
            chosen.addAll(found.isEmpty() ? Set.of(want) : found);
        }
        return chosen;
    }

    private static ReadingNotes notes(List<LogFile> files, long beginningUnseen) {
        List<ReadingNotes> all = files.stream().map(LogFile::notes).toList();
        return new ReadingNotes(
                all.stream().mapToLong(ReadingNotes::lines).sum(),
                all.stream().mapToLong(ReadingNotes::silent).sum(),
                all.stream().mapToLong(ReadingNotes::unreadable).sum(),
                all.stream()
                        .flatMap(notes -> notes.examples().stream())
                        .limit(3)
                        .toList(),
                beginningUnseen);
    }
}
