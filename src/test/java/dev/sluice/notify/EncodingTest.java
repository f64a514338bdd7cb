package dev.sluice.notify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.api.ReceiverType;
import dev.sluice.plan.EventReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** What goes over the wire to each kind of receiver. */
class EncodingTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern EXAMPLE = Pattern.compile("(?ms)^```json\n(.*?)^```$");
    private static final Path DOCUMENTATION = Path.of("docs/notifications.md");
    private static final Instant SENT = Facts.NOW.plusSeconds(2);

    private static Destination destination(String address) {
        return new Destination(URI.create(address), Optional.of("key"), Optional.empty());
    }

    private static Letter letter(ReceiverType type, Message message, String address) {
        return Encoding.of(type).encode(message, destination(address), SENT);
    }

    @Test
    void aCloudEventHasItsAttributesAndTheNumbersAsData() throws IOException {
        Letter letter = letter(ReceiverType.CLOUD_EVENTS, Facts.rolledBack(), "https://hooks.example/x");

        JsonNode event = JSON.readTree(letter.body());
        assertThat(letter.headers()).containsEntry("Content-Type", "application/cloudevents+json");
        assertThat(event.get("specversion").asText()).isEqualTo("1.0");
        assertThat(event.get("type").asText()).isEqualTo("dev.sluice.rollout.rolledback.v1");
        assertThat(event.get("source").asText())
                .isEqualTo("/apis/sluice.dev/v1alpha1/namespaces/mail/filterpools/edge");
        assertThat(event.get("subject").asText()).isEqualTo("mail/edge");
        assertThat(event.get("id").asText()).isEqualTo(Facts.rolledBack().id());
        assertThat(event.at("/data/grounds/counts/canaryFinished").asLong()).isEqualTo(330);
        assertThat(event.at("/data/grounds/difference/low").asDouble()).isBetween(0.11, 0.13);
        assertThat(event.at("/data/grounds/limit").asDouble()).isEqualTo(400);
    }

    @Test
    void aCloudEventIsSignedSoThatItsReceiverCanCheckIt() throws Exception {
        Letter letter = letter(ReceiverType.CLOUD_EVENTS, Facts.rolledBack(), "https://hooks.example/x");

        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("key".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        String signed = letter.headers().get("webhook-id") + "." + SENT.getEpochSecond() + "." + letter.body();
        assertThat(letter.headers())
                .containsEntry("webhook-id", Facts.rolledBack().id())
                .containsEntry("webhook-timestamp", Long.toString(SENT.getEpochSecond()))
                .containsEntry(
                        "webhook-signature",
                        "v1,"
                                + Base64.getEncoder()
                                        .encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void aChatGetsOneTextThatNobodyElsesWordsCanMarkUp() throws IOException {
        Letter letter = letter(ReceiverType.SLACK, Facts.rolledBack(), "https://hooks.example/x");

        assertThat(JSON.readTree(letter.body()).get("text").asText())
                .contains("*mail/edge*: the attempt was rolled back", "17.6 % failed", "[+11.9, +20.2]", "*You:*")
                .contains("&lt;Relay access denied&gt;")
                .doesNotContain("<Relay");
    }

    @Test
    void anAlertBeginsAndIsTakenBackByTheSameLabels() throws IOException {
        Letter began = letter(
                ReceiverType.ALERTMANAGER,
                Facts.told(Facts.plain(EventReason.NODE_DRAIN_OVERDUE)).get(0),
                "http://alerts.example:9093/");
        Letter ended = letter(
                ReceiverType.ALERTMANAGER,
                Facts.told(Facts.plain(EventReason.NODE_DRAINED)).get(0),
                "http://alerts.example:9093/api/v2/alerts");

        JsonNode first = JSON.readTree(began.body()).get(0);
        JsonNode last = JSON.readTree(ended.body()).get(0);
        assertThat(began.address()).isEqualTo(URI.create("http://alerts.example:9093/api/v2/alerts"));
        assertThat(ended.address()).isEqualTo(began.address());
        assertThat(first.get("labels")).isEqualTo(last.get("labels"));
        assertThat(first.at("/labels/alertname").asText()).isEqualTo("SluiceDrainOverdue");
        assertThat(Instant.parse(first.get("endsAt").asText())).isAfter(Facts.NOW);
        assertThat(Instant.parse(last.get("endsAt").asText())).isEqualTo(Facts.NOW);
        assertThat(last.has("startsAt")).isFalse();
    }

    @Test
    void thePayloadsInTheDocumentationAreReal() throws IOException {
        String documentation = Files.readString(DOCUMENTATION);
        Iterator<ReceiverType> types = List.of(ReceiverType.values()).iterator();
        String real = EXAMPLE.matcher(documentation)
                .replaceAll(block -> Matcher.quoteReplacement("```json\n" + pretty(types.next()) + "\n```"));
        if (Boolean.getBoolean("sluice.docs.write")) {
            Files.writeString(DOCUMENTATION, real);
        }

        assertThat(types.hasNext()).as("each type of receiver has an example").isFalse();
        assertThat(Files.readString(DOCUMENTATION))
                .as("run ./mvnw -q test -Dtest=EncodingTest -Dsluice.docs.write=true and check the result in")
                .isEqualTo(real);
    }

    private static String pretty(ReceiverType type) {
        try {
            return JSON.readTree(letter(type, Facts.rolledBack(), "https://hooks.example/x")
                            .body())
                    .toPrettyString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void secretsAreNotPrinted() {
        Destination destination = destination("https://hooks.example/s3cret");

        assertThat(destination.toString()).doesNotContain("s3cret", "hooks", "key");
        assertThat(letter(ReceiverType.SLACK, Facts.rolledBack(), "https://hooks.example/s3cret")
                        .toString())
                .doesNotContain("s3cret", "hooks");
    }
}
