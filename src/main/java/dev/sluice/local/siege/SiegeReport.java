package dev.sluice.local.siege;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.sluice.local.LocalRuntimeException;
import dev.sluice.node.NodeJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a siege found.
 *
 * @param passed whether the books hold, every node's own ledger agrees and the pools are as declared at the end
 * @param apiServer such as {@code kube-apiserver 1.37.2}
 * @param nodes such as {@code Postfix 3.7.11}
 * @param edge such as {@code HAProxy 2.6.12}
 * @param seed of the plan
 * @param messagesPerSecond the load
 * @param books both ends' books
 * @param queued messages that were in a queue at the end
 * @param unaccounted messages of which a node that lives at the end does not know what became, by node; allowed only where
 *     Postfix could not log for a moment: its volume was full, or its logger was killed with it
 * @param settled whether the pools became as declared after the last blow
 * @param strikes every blow
 * @param trouble what kept it from passing, in one line each
 */
@JsonPropertyOrder({
    "passed",
    "apiServer",
    "nodes",
    "edge",
    "seed",
    "messagesPerSecond",
    "queued",
    "unaccounted",
    "settled",
    "trouble",
    "books",
    "strikes"
})
public record SiegeReport(
        boolean passed,
        String apiServer,
        String nodes,
        String edge,
        long seed,
        double messagesPerSecond,
        SiegeBooks books,
        long queued,
        Map<String, Long> unaccounted,
        boolean settled,
        List<Strike> strikes,
        List<String> trouble) {
    /** Copies what may change. */
    public SiegeReport {
        unaccounted = Map.copyOf(unaccounted);
        strikes = List.copyOf(strikes);
        trouble = List.copyOf(trouble);
    }

    /**
     * Writes it as one JSON object, times as RFC 3339.
     *
     * @throws LocalRuntimeException when the file cannot be written
     */
    public void write(Path file) {
        try {
            Files.writeString(
                    file,
                    NodeJson.mapper()
                                    .copy()
                                    .enable(SerializationFeature.INDENT_OUTPUT)
                                    .writeValueAsString(this)
                            + "\n");
        } catch (IOException e) {
            throw new LocalRuntimeException("cannot write the report to " + file + ": " + e, e);
        }
    }
}
