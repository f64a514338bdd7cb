package dev.sluice.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.notify.Message.Course;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * An alert for {@code POST /api/v2/alerts}. A state that ends takes its alert back by the same labels; whatever never ends
 * runs out by itself.
 */
record AlertmanagerEncoding() implements Encoding {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PATH = "/api/v2/alerts";
    private static final Duration STATE_LASTS = Duration.ofHours(6);
    private static final Duration NEWS_LASTS = Duration.ofMinutes(15);

    @Override
    public boolean takes(Message message) {
        return true;
    }

    @Override
    public Letter encode(Message message, Destination destination, Instant sent) {
        try {
            return new Letter(
                    address(destination.address()),
                    Map.of("Content-Type", "application/json"),
                    JSON.writeValueAsString(List.of(alert(message))));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an alert cannot be written as JSON", e);
        }
    }

    private static URI address(URI given) {
        String base = given.toString().replaceAll("/+$", "");
        return base.endsWith(PATH) ? given : URI.create(base + PATH);
    }

    private static Map<String, Object> alert(Message message) {
        Map<String, Object> alert = new LinkedHashMap<>();
        alert.put("labels", labels(message));
        alert.put("annotations", annotations(message));
        if (message.course() == Course.ENDED) {
            alert.put("endsAt", message.time().toString());
        } else {
            alert.put("startsAt", message.time().toString());
            alert.put(
                    "endsAt",
                    message.time()
                            .plus(message.course() == Course.BEGAN ? STATE_LASTS : NEWS_LASTS)
                            .toString());
        }
        return alert;
    }

    /** What tells alerts apart: the end of a state has to find its beginning by them. */
    private static Map<String, String> labels(Message message) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("alertname", "Sluice" + word(message.occasion().name()));
        labels.put("namespace", message.pool().namespace());
        labels.put("kind", message.pool().kind());
        labels.put("pool", message.pool().name());
        message.node().ifPresent(node -> labels.put("node", node));
        labels.put("severity", severity(message));
        return labels;
    }

    private static Map<String, String> annotations(Message message) {
        Map<String, String> annotations = new LinkedHashMap<>();
        annotations.put("summary", "%s: %s".formatted(message.pool(), message.what()));
        annotations.put("description", message.why());
        message.grounds().ifPresent(grounds -> annotations.put("figures", Figures.of(grounds)));
        message.attempt().ifPresent(attempt -> annotations.put("revision", attempt.revision()));
        annotations.put("by_itself", message.byItself());
        annotations.put("action", message.person());
        annotations.put("command", message.command());
        return annotations;
    }

    /** One for each occasion. */
    private static String severity(Message message) {
        return switch (message.occasion()) {
            case STARTED, STEP_ADVANCED, PROMOTED -> "info";
            case EVIDENCE_MISSING, NODE_EJECTED, DRAIN_OVERDUE -> "warning";
            case ROLLED_BACK, LOSS_SUSPECTED, UNAVAILABLE -> "critical";
        };
    }

    private static String word(String constant) {
        StringBuilder word = new StringBuilder();
        for (String part : constant.toLowerCase(Locale.ROOT).split("_", -1)) {
            word.append(Character.toUpperCase(part.charAt(0))).append(part.substring(1));
        }
        return word.toString();
    }
}
