package dev.sluice.sim.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.sim.replay.RecordedOutcome.Fate;
import dev.sluice.sim.replay.RecordedOutcome.First;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogRecordingTest {
    @TempDir
    private Path directory;

    /** One message on a node, its times, and how its delivery ends; with short identifiers, which tell no time. */
    private static String message(String day, String node, String id, String ending) {
        return """
                %1$s:01 %2$s postfix/smtpd[7]: %3$s: client=edge.example[192.0.2.9]
                %1$s:01 %2$s postfix/qmgr[8]: %3$s: from=<news@shop.example>, size=393, nrcpt=1 (queue active)
                %1$s:02 %2$s postfix/smtp[9]: %3$s: to=<ada@customer.example>, relay=mx.customer.example[192.0.2.25]:25, delay=1, delays=0.5/0/0/0.5, %4$s
                %1$s:02 %2$s postfix/qmgr[8]: %3$s: removed
                """.formatted(day, node, id, ending);
    }

    private static String delivered(String day, String node, String id) {
        return message(day, node, id, "dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4jYF1Z1dFWzJQfm)");
    }

    private Recording read(String... logs) {
        List<Path> files = Arrays.stream(logs)
                .map(log -> RecordedLogs.write(directory, "log-" + Integer.toHexString(log.hashCode()), log))
                .toList();
        return RecordedLogs.read(files, "new");
    }

    private static Map<String, Long> count(Recording recording, Function<RecordedOutcome, String> what) {
        return recording.outcomes().stream().collect(Collectors.groupingBy(what, TreeMap::new, Collectors.counting()));
    }

    @Test
    void readsEveryRecipientOfARealLogOnce() {
        Recording recording = RecordedLogs.read(List.of(RecordedLogs.incident(directory)), "filter-3");

        // As counted by other means: the sums of nrcpt= of all mail that clients handed in, and each recipient's first
        // line.
        assertThat(count(recording, RecordedOutcome::node))
                .isEqualTo(Map.of("filter-1", 275L, "filter-2", 262L, "filter-3", 41L));
        assertThat(count(recording, outcome -> outcome.node() + " " + outcome.first()))
                .isEqualTo(Map.of(
                        "filter-1 DELIVERED", 268L,
                        "filter-1 FAILED", 3L,
                        "filter-1 RECIPIENT_FAULT", 4L,
                        "filter-2 DELIVERED", 250L,
                        "filter-2 FAILED", 7L,
                        "filter-2 RECIPIENT_FAULT", 5L,
                        "filter-3 PATH_FAILED", 41L));
        assertThat(recording.notes().lines()).isEqualTo(4333);
        assertThat(recording.notes().unreadable()).isZero();
        assertThat(count(recording, RecordedOutcome::nextHop)).containsOnlyKeys(RecordedLogs.TRANSPORT);
    }

    @Test
    void rotatedFilesInTheWrongOrderTellTheSame() throws IOException {
        Path whole = RecordedLogs.incident(directory);
        List<String> lines;
        try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(whole))) {
            lines = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
        // Cut within a second, in the middle of a message.
        int cut = 2222;
        Path older = Files.write(directory.resolve("mail.log.1"), lines.subList(0, cut));
        Path newer = Files.write(directory.resolve("mail.log"), lines.subList(cut, lines.size()));

        Recording inPieces = RecordedLogs.read(List.of(newer, older), "filter-3");

        assertThat(inPieces.outcomes())
                .containsExactlyInAnyOrderElementsOf(
                        RecordedLogs.read(List.of(whole), "filter-3").outcomes());
    }

    @Test
    void aHalfWrittenLineIsCountedAndShownWithoutAddresses() {
        String whole = delivered("Nov 25 09:00", "old", "A00001") + delivered("Nov 25 09:00", "new", "B00001");
        String half = "Nov 25 09:00:03 new postfix/smtp[9]: B00002: to=<ada@customer.example>, relay=mx.cust";

        ReadingNotes notes = read(whole + half).notes();

        assertThat(notes.lines()).isEqualTo(9);
        assertThat(notes.unreadable()).isEqualTo(1);
        assertThat(notes.examples())
                .singleElement()
                .asString()
                .contains("line 9: Nov 25 09:00:03 new")
                .doesNotContain("ada@");
    }

    @Test
    void whatIsNoLogLineAtAllIsUnreadableToo() {
        String whole = delivered("Nov 25 09:00", "old", "A00001") + delivered("Nov 25 09:00", "new", "B00001");

        ReadingNotes notes = read("v 25 08:59:59 old post\n" + whole + "Nov 25 09:01:00 new sshd[1]: session opened\n")
                .notes();

        assertThat(notes.unreadable()).isEqualTo(1);
        assertThat(notes.silent()).isEqualTo(1);
    }

    @Test
    void theYearChangesAtNewYear() {
        String december = delivered("Dec 31 23:59", "old", "A00001") + delivered("Dec 31 23:59", "new", "B00001");
        String january = delivered("Jan  1 00:00", "old", "A00002") + delivered("Jan  1 00:00", "new", "B00002");
        Path file = RecordedLogs.write(directory, "maillog", december + january);

        Recording recording = LogRecording.read(
                List.of(file),
                Set.of("new"),
                HopNames.AS_LOGGED,
                Instant.parse("2027-01-01T08:00:00Z"),
                ZoneOffset.UTC);

        assertThat(recording.outcomes())
                .extracting(outcome -> Instant.ofEpochMilli(outcome.arrivalMillis()))
                .containsExactly(
                        Instant.parse("2026-12-31T23:59:01Z"),
                        Instant.parse("2026-12-31T23:59:01Z"),
                        Instant.parse("2027-01-01T00:00:01Z"),
                        Instant.parse("2027-01-01T00:00:01Z"));
    }

    @Test
    void longQueueIdentifiersTellTheYearWhateverTodayIs() {
        Recording now = RecordedLogs.read(List.of(RecordedLogs.incident(directory)), "filter-3");

        Recording inFiveYears = LogRecording.read(
                List.of(directory.resolve("maillog.gz")),
                Set.of("filter-3"),
                RecordedLogs.OWN_TIER,
                Instant.parse("2031-03-01T00:00:00Z"),
                ZoneOffset.UTC);

        assertThat(inFiveYears.outcomes()).isEqualTo(now.outcomes());
        assertThat(inFiveYears.endMillis())
                .isEqualTo(Instant.parse("2026-11-25T07:20:08Z").toEpochMilli());
    }

    @Test
    void anotherTimeZoneIsRead() {
        String berlin = delivered("Nov 25 09:00", "old", "A00001") + delivered("Nov 25 09:00", "new", "B00001");
        Path file = RecordedLogs.write(directory, "maillog", berlin);

        Recording recording = LogRecording.read(
                List.of(file), Set.of("new"), HopNames.AS_LOGGED, RecordedLogs.LATER, ZoneId.of("Europe/Berlin"));

        assertThat(recording.outcomes())
                .extracting(outcome -> Instant.ofEpochMilli(outcome.arrivalMillis()))
                .containsOnly(Instant.parse("2026-11-25T08:00:01Z"));
    }

    @Test
    void aWrongTimeZoneIsToldByTheQueueIdentifiers() {
        Path file = RecordedLogs.incident(directory);

        assertThatThrownBy(() -> LogRecording.read(
                        List.of(file),
                        Set.of("filter-3"),
                        RecordedLogs.OWN_TIER,
                        RecordedLogs.LATER,
                        ZoneId.of("America/New_York")))
                .isInstanceOf(UnusableRecording.class)
                .hasMessage(
                        file + " was not written in the time zone America/New_York: its queue identifiers tell other"
                                + " times; write --zone Z");
    }

    @Test
    void rfc3339TimeStampsNeedNoZone() {
        Recording recording = read(delivered("2026-11-25T09:00", "old", "A00001")
                        .replaceAll("(?m)^(\\S+) ", "$1.250000+01:00 ")
                + delivered("2026-11-25T09:00", "new", "B00001").replaceAll("(?m)^(\\S+) ", "$1.250000+01:00 "));

        assertThat(recording.outcomes())
                .extracting(outcome -> Instant.ofEpochMilli(outcome.arrivalMillis()))
                .containsOnly(Instant.parse("2026-11-25T08:00:01.250Z"));
    }

    @Test
    void severalPostfixesOfOneHostAreToldByTheirNames() {
        String log = delivered("Nov 25 09:00", "mx", "A00001").replace("postfix/", "postfix-old/")
                + delivered("Nov 25 09:00", "mx", "B00001").replace("postfix/", "postfix-new/relay/");

        Recording recording = RecordedLogs.read(List.of(RecordedLogs.write(directory, "maillog", log)), "postfix-new");

        assertThat(recording.canary()).containsExactly("postfix-new");
        assertThat(recording.baseline()).containsExactly("postfix-old");
    }

    @Test
    void anAttemptThatWasNotMadeIsNoOutcomeAndALaterDeliveryIs() {
        String suspended = """
                Nov 25 09:00:01 new postfix/smtpd[7]: B00001: client=edge.example[192.0.2.9]
                Nov 25 09:00:01 new postfix/qmgr[8]: B00001: from=<news@shop.example>, size=393, nrcpt=1 (queue active)
                Nov 25 09:00:02 new postfix/error[9]: B00001: to=<ada@customer.example>, relay=none, delay=1, delays=1/0/0/0, dsn=4.4.1, status=deferred (delivery temporarily suspended: connect to mx.customer.example[192.0.2.25]:25: Connection timed out)
                Nov 25 09:05:02 new postfix/smtp[9]: B00001: to=<ada@customer.example>, relay=mx.customer.example[192.0.2.25]:25, delay=301, delays=300/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4jYF1Z1dFWzJQfm)
                Nov 25 09:05:02 new postfix/qmgr[8]: B00001: removed
                """;

        RecordedOutcome outcome = read(delivered("Nov 25 09:00", "old", "A00001") + suspended).outcomes().stream()
                .filter(each -> each.node().equals("new"))
                .findFirst()
                .orElseThrow();

        assertThat(outcome.first()).isEqualTo(First.DELIVERED);
        assertThat(Instant.ofEpochMilli(outcome.firstMillis())).isEqualTo(Instant.parse("2026-11-25T09:05:02Z"));
    }

    @Test
    void mailThatComesBackFromAContentFilterIsOneMessage() {
        String filtered = """
                Nov 25 09:00:01 new postfix/smtpd[7]: B00001: client=edge.example[192.0.2.9]
                Nov 25 09:00:01 new postfix/qmgr[8]: B00001: from=<news@shop.example>, size=393, nrcpt=1 (queue active)
                Nov 25 09:00:03 new postfix/smtpd[7]: B00002: client=localhost[127.0.0.1]
                Nov 25 09:00:03 new postfix/qmgr[8]: B00002: from=<news@shop.example>, size=493, nrcpt=1 (queue active)
                Nov 25 09:00:03 new postfix/smtp[9]: B00001: to=<ada@customer.example>, relay=127.0.0.1[127.0.0.1]:10024, delay=2, delays=0/0/0/2, dsn=2.0.0, status=sent (250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as B00002)
                Nov 25 09:00:03 new postfix/qmgr[8]: B00001: removed
                Nov 25 09:00:04 new postfix/smtp[9]: B00002: to=<ada@customer.example>, relay=mx.customer.example[192.0.2.25]:25, delay=1, delays=0/0/0/1, dsn=5.1.1, status=bounced (host mx.customer.example[192.0.2.25] said: 550 5.1.1 <ada@customer.example>: Recipient address rejected: no such user (in reply to RCPT TO command))
                Nov 25 09:00:04 new postfix/bounce[9]: B00002: sender non-delivery notification: B00003
                Nov 25 09:00:04 new postfix/qmgr[8]: B00003: from=<>, size=2000, nrcpt=1 (queue active)
                Nov 25 09:00:04 new postfix/qmgr[8]: B00002: removed
                Nov 25 09:00:05 new postfix/smtp[9]: B00003: to=<news@shop.example>, relay=mx.shop.example[192.0.2.26]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok)
                Nov 25 09:00:05 new postfix/qmgr[8]: B00003: removed
                """;

        List<RecordedOutcome> outcomes = read(delivered("Nov 25 09:00", "old", "A00001") + filtered).outcomes().stream()
                .filter(each -> each.node().equals("new"))
                .toList();

        assertThat(outcomes).singleElement().satisfies(outcome -> {
            assertThat(outcome.first()).isEqualTo(First.RECIPIENT_FAULT);
            assertThat(outcome.fate()).isEqualTo(Fate.BOUNCED);
            assertThat(Instant.ofEpochMilli(outcome.arrivalMillis())).isEqualTo(Instant.parse("2026-11-25T09:00:01Z"));
        });
    }

    @Test
    void whatIsSwallowedHasNoOutcomeAndBelongsToTheUsualHop() {
        String swallowed = """
                Nov 25 09:00:01 new postfix/smtpd[7]: B00001: client=edge.example[192.0.2.9]
                Nov 25 09:00:01 new postfix/qmgr[8]: B00001: from=<news@shop.example>, size=393, nrcpt=1 (queue active)
                """;

        RecordedOutcome outcome = read(delivered("Nov 25 09:00", "old", "A00001") + swallowed).outcomes().stream()
                .filter(each -> each.node().equals("new"))
                .findFirst()
                .orElseThrow();

        assertThat(outcome.first()).isEqualTo(First.NONE);
        assertThat(outcome.nextHop()).isEqualTo("mx.customer.example");
    }

    @Test
    void mailThatIsOlderThanTheLogIsLeftOutAndCounted() {
        String old = """
                Nov 25 08:59:59 new postfix/qmgr[8]: B00009: from=<news@shop.example>, size=393, nrcpt=2 (queue active)
                """;

        Recording recording =
                read(old + delivered("Nov 25 09:00", "old", "A00001") + delivered("Nov 25 09:00", "new", "B00001"));

        assertThat(recording.notes().beginningUnseen()).isEqualTo(2);
        assertThat(recording.outcomes()).hasSize(2);
    }

    @Test
    void whatGoesToAPeerIsHandedOverAndHopsMayBeNamed() {
        String log = delivered("Nov 25 09:00", "old", "A00001")
                + delivered("Nov 25 09:00", "new", "B00001")
                + delivered("Nov 25 09:01", "new", "B00002")
                        .replace("mx.customer.example[192.0.2.25]", "old[192.0.2.11]");
        Path file = RecordedLogs.write(directory, "maillog", log);
        HopNames names = new HopNames(Map.of("mx.customer.example", "customer"), Set.of(), Set.of("192.0.2.11"));

        Recording recording =
                LogRecording.read(List.of(file), Set.of("new"), names, RecordedLogs.LATER, ZoneOffset.UTC);

        assertThat(count(recording, outcome -> outcome.node() + " " + outcome.nextHop()))
                .isEqualTo(Map.of("new customer", 1L, "old customer", 1L));
    }

    @Test
    void whatCannotBeUsedIsSaidInOneLine() throws IOException {
        Path whole = RecordedLogs.incident(directory);
        byte[] bytes = Files.readAllBytes(whole);
        Path cut = Files.write(directory.resolve("cut.gz"), Arrays.copyOf(bytes, bytes.length / 2));
        Path missing = directory.resolve("none");
        Path empty = RecordedLogs.write(directory, "empty", "");

        assertThatThrownBy(() -> RecordedLogs.read(List.of(missing), "filter-3"))
                .hasMessage(missing + " does not exist; name a log of Postfix, such as /var/log/mail.log");
        assertThatThrownBy(() -> RecordedLogs.read(List.of(directory), "filter-3"))
                .hasMessage(directory + " is a directory; name the log files in it");
        assertThatThrownBy(() -> RecordedLogs.read(List.of(whole, whole), "filter-3"))
                .hasMessage(whole + " is given twice; name each log once");
        assertThatThrownBy(() -> RecordedLogs.read(List.of(cut), "filter-3"))
                .hasMessageStartingWith(cut + " breaks off after line ")
                .hasMessageEndingWith("give the whole file");
        assertThatThrownBy(() -> RecordedLogs.read(List.of(empty), "filter-3"))
                .hasMessage("empty holds no delivery of any recipient (0 lines, 0 of them unreadable)");
        assertThatThrownBy(() -> RecordedLogs.read(List.of(whole), "filter-4"))
                .hasMessage("maillog.gz has no mail of the canary node filter-4; it has filter-1, filter-2, filter-3:"
                        + " write one of these");
        assertThatThrownBy(() -> RecordedLogs.read(List.of(whole)))
                .hasMessage(
                        "nothing says which nodes are the canary; write --canary NAME with one of filter-1, filter-2,"
                                + " filter-3");
        assertThatThrownBy(() -> RecordedLogs.read(List.of(whole), "filter-1", "filter-2", "filter-3"))
                .hasMessage(
                        "maillog.gz has the canary's mail alone (filter-1, filter-2, filter-3); add the log of a node"
                                + " to compare it with");
    }
}
