package dev.sluice.local.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.local.LocalRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ReportCheckTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path GOOD = Path.of("src/test/resources/dev/sluice/local/demo/good-report.json");

    @TempDir
    Path directory;

    private ObjectNode report;

    @BeforeEach
    void aReportOfAGoodRun() throws IOException {
        report = (ObjectNode) JSON.readTree(Files.readString(GOOD));
    }

    @Test
    void aGoodRunReachesEveryFigure() {
        assertThat(ReportCheck.of(read())).isNotEmpty().allMatch(Figure::reached);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            as-it-happened         | bounced                        | 0      | bounced > 0
            as-it-happened         | lost                           | 800    | lost share near 11 % (9 % to 13 %)
            as-it-happened         | lost                           | 200    | lost share near 11 % (9 % to 13 %)
            preflight              | acceptedByNewNodes             | 1      | messages accepted by the new nodes 0
            preflight              | bounced                        | 1      | bounced 0
            preflight              | lost                           | 1      | lost 0
            preflight              | delivered                      | 2999   | every accepted message delivered
            canary                 | bounced                        | 1      | bounced 0
            canary                 | lost                           | 1      | lost 0
            canary                 | duplicated                     | 1      | duplicated 0
            canary                 | secondsFirstFailureToWeightZero| 10.1   | from the first failed delivery to weight 0 at most 10 s
            canary                 | secondsFirstFailureToWeightZero| -1     | from the first failed delivery to weight 0 at most 10 s
            canary                 | secondsFirstFailureToWeightZero| null   | from the first failed delivery to weight 0 at most 10 s
            canary                 | delayed                        | 31     | at most 30 messages delayed
            canary                 | delivered                      | 2999   | every accepted message delivered
            canary                 | handedOver                     | 0      | the queue was handed over
            serving                | bounced                        | 1      | bounced 0
            serving                | lost                           | 1      | lost 0
            serving                | duplicated                     | 1      | duplicated 0
            serving                | secondsFirstFailureToWeightZero| 15.1   | from the first failed delivery to weight 0 at most 15 s
            serving                | delayed                        | 31     | at most 30 messages delayed
            serving                | delivered                      | 2999   | every accepted message delivered
            serving                | nodesEjected                   | 0      | one node ejected
            serving                | nodesEjected                   | 2      | one node ejected
            serving-next-hops-down | nodesEjected                   | 1      | nodes ejected 0
            serving-next-hops-down | bounced                        | 1      | bounced 0
            serving-next-hops-down | lost                           | 1      | lost 0
            serving-next-hops-down | delivered                      | 2999   | every accepted message delivered
            serving-next-hops-down | delayed                        | 0      | mail waited for the next hops
            managed                | bounced                        | 1      | bounced 0
            managed                | lost                           | 1      | lost 0
            managed                | delayed                        | 1      | deferred or delayed more than 5 s 0
            managed                | nodesEjected                   | 1      | nodes ejected 0
            managed                | acceptedByNewNodes             | 0      | the new nodes took mail
            """)
    void eachFigureThatIsMissedIsNamed(String act, String field, String value, String figure) throws IOException {
        act(act).set(field, JSON.readTree(value));

        assertThat(missed()).containsExactly(act + ": " + figure);
    }

    @ParameterizedTest
    @EnumSource(ActName.class)
    void everyActHasToBePlayedUnderLoadAndToAccountForItsMail(ActName name) {
        act(name.word())
                .put("passed", false)
                .put("messagesPerSecond", 49.9)
                .put("unaccounted", 1)
                .put("offered", 1);

        assertThat(missed())
                .containsExactly(
                        name + ": passed",
                        name + ": at least 50 messages a second offered",
                        name + ": mail was accepted",
                        name + ": unaccounted 0");
    }

    @ParameterizedTest
    @EnumSource(ActName.class)
    void anActThatWasNotPlayedIsMissedAndSoIsOneReportedTwice(ActName name) {
        ArrayNode acts = (ArrayNode) report.get("acts");
        ObjectNode played = act(name.word());
        acts.add(played.deepCopy());
        assertThat(missed()).containsExactly(name + ": in the report once");

        acts.removeIf(played::equals);
        assertThat(missed()).containsExactly(name + ": in the report once");
    }

    @ParameterizedTest
    @CsvSource({"apiServer,mock server 7.9.0", "nodes,simulated", "edge,HAProxy"})
    void onlyRealPartsCount(String part, String found) {
        report.put(part, found);

        assertThat(missed()).singleElement().asString().startsWith("demo: the ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            carries no mail: next hop transport refused it at rcpt: 554 5.7.1 Relay access denied | the reason names the node
            filter-17 carries no mail: 10.20.100.1:25 said 554 5.7.1 Relay access denied          | the reason names the next hop
            filter-17 carries no mail: next hop transport refused it                              | the reason gives the reply text
            """)
    void theReasonOfARefusalNamesNodeNextHopAndReply(String reason, String figure) {
        act("preflight").put("reason", reason);

        assertThat(missed()).containsExactly("preflight: " + figure);
    }

    @ParameterizedTest
    @CsvSource({"canary,lost", "managed,secondsFirstFailureToWeightZero", "preflight,events"})
    void aReportThatLacksAFieldIsRefusedByItsName(String act, String field) {
        act(act).remove(field);

        assertThatThrownBy(this::read)
                .isInstanceOf(LocalRuntimeException.class)
                .hasMessageContaining("report.json")
                .hasMessageContaining("'" + field + "'");
    }

    @Test
    void aReportWithAFieldThatNobodyKnowsIsRefused() {
        act("canary").put("looksFine", true);

        assertThatThrownBy(this::read).hasMessageContaining("looksFine");
    }

    @Test
    void aReportIsReadAsItWasWritten() {
        DemoReport written = read();
        Path copy = directory.resolve("copy.json");

        ReportFile.write(written, copy);

        assertThat(ReportFile.read(copy)).isEqualTo(written);
        assertThat(copy).content().contains("\"time\" : \"2026-11-23T21:00:05Z\"");
    }

    private ObjectNode act(String name) {
        for (JsonNode act : report.get("acts")) {
            if (act.get("name").asText().equals(name)) {
                return (ObjectNode) act;
            }
        }
        throw new AssertionError("the good report has no act " + name);
    }

    private DemoReport read() {
        try {
            Path file = directory.resolve("report.json");
            Files.writeString(file, JSON.writeValueAsString(report));
            return ReportFile.read(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> missed() {
        return ReportCheck.of(read()).stream()
                .filter(figure -> !figure.reached())
                .map(figure -> figure.act() + ": " + figure.wanted())
                .toList();
    }
}
