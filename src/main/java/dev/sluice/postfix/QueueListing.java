package dev.sluice.postfix;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads the output of {@code postqueue -j}: one JSON object a line, in no order, 24 MB for 100,000 messages. */
public final class QueueListing {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private QueueListing() {}

    /**
     * Hands over each message as soon as its line is read; lines that are no message are passed over.
     *
     * @throws IOException when the source cannot be read
     */
    public static void read(Reader source, Consumer<QueuedMessage> messages) throws IOException {
        BufferedReader lines = new BufferedReader(source);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            message(line).ifPresent(messages);
        }
    }

    static Optional<QueuedMessage> message(String line) {
        try {
            JsonNode node = MAPPER.readTree(line);
            if (node == null || !node.hasNonNull("queue_id")) {
                return Optional.empty();
            }
            List<String> recipients = new ArrayList<>();
            node.path("recipients")
                    .forEach(recipient ->
                            recipients.add(recipient.path("address").asText()));
            return Optional.of(new QueuedMessage(
                    node.path("queue_name").asText(),
                    node.path("queue_id").asText(),
                    Instant.ofEpochSecond(node.path("arrival_time").asLong()),
                    node.path("sender").asText().equals("MAILER-DAEMON"),
                    recipients));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
