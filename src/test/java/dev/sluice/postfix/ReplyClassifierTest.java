package dev.sluice.postfix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.node.Fault;
import dev.sluice.postfix.FaultTable.Rule;
import dev.sluice.postfix.ReplyClassifier.Judgement;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReplyClassifierTest {
    private final ReplyClassifier classifier = new ReplyClassifier();

    /** A line as Postfix wrote it, and what it means. */
    private record Expected(
            String reasonClass, Fault ownTier, boolean ownPath, Fault stranger, boolean strangersPath, String line) {
        private static Expected of(String row) {
            String[] columns = row.split(" \\| ", 6);
            return new Expected(
                    columns[0],
                    Fault.valueOf(columns[1]),
                    columns[2].equals("path"),
                    Fault.valueOf(columns[3]),
                    columns[4].equals("path"),
                    columns[5]);
        }

        private LogLine.Delivery attempt() {
            LogGrammar grammar =
                    new LogGrammar(InstantSource.fixed(Instant.parse("2026-11-30T00:00:00Z")), ZoneOffset.UTC);
            return (LogLine.Delivery) grammar.parse(line).orElseThrow();
        }
    }

    private static List<Expected> failedAttempts() throws IOException {
        try (InputStream file = ReplyClassifierTest.class.getResourceAsStream("failed-attempts.txt")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .map(Expected::of)
                    .toList();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("failedAttempts")
    void judgesWhatPostfixWrote(Expected expected) {
        LogLine.Delivery attempt = expected.attempt();

        assertThat(classifier.judge(attempt.statusCode(), attempt.text(), true))
                .isEqualTo(new Judgement(expected.ownTier(), expected.reasonClass(), expected.ownPath()));
        assertThat(classifier.judge(attempt.statusCode(), attempt.text(), false))
                .isEqualTo(new Judgement(expected.stranger(), expected.reasonClass(), expected.strangersPath()));
    }

    @Test
    void everyRuleOfTheTableDecidesALineAndNamesItsSource() throws IOException {
        FaultTable table = FaultTable.standard();
        Set<Rule> used = new HashSet<>();
        for (Expected expected : failedAttempts()) {
            LogLine.Delivery attempt = expected.attempt();
            table.deciding(ReplyClassifier.failure(attempt.statusCode(), attempt.text()))
                    .ifPresent(used::add);
        }

        assertThat(table.rules()).allSatisfy(rule -> {
            assertThat(used).as("decided a line").contains(rule);
            assertThat(rule.source()).isNotBlank();
        });
    }

    @Test
    void theCodeInsideTheReplyCountsBeforeTheOneThatAFilterMayHaveWritten() {
        assertThat(classifier
                        .judge("4.3.0", "host h[192.0.2.7] said: 550 5.1.1 we have nobody of that name", true)
                        .fault())
                .isEqualTo(Fault.RECIPIENT);
    }

    @Test
    void anAddressThatLooksLikeAReplyDecidesNothing() {
        Judgement judgement = classifier.judge(
                "5.1.1",
                "host h[192.0.2.7] said: 550 5.1.1 <greylist.spamhaus@relay-access-denied.test>: User unknown",
                false);

        assertThat(judgement.fault()).isEqualTo(Fault.RECIPIENT);
    }

    @Test
    void anAddressWithoutBracketsDecidesNothingEither() {
        Judgement judgement = classifier.judge(
                "5.1.1", "host h[192.0.2.7] said: 550 5.1.1 no mail for spamhaus@greylist.test here", false);

        assertThat(judgement.fault()).isEqualTo(Fault.RECIPIENT);
    }

    @Test
    void whatIsShownNamesNobody() {
        assertThat(ReplyClassifier.anonymous(
                        "host h[192.0.2.7] said: 554 5.7.1 <anna@c.test>: bob@d.test may not, <unknown[10.20.0.12]>"))
                .isEqualTo("host h[192.0.2.7] said: 554 5.7.1 <…>: <…> may not, <unknown[10.20.0.12]>");
    }
}
