package dev.sluice.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.api.Occasion;
import dev.sluice.notify.Message.Course;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One text in Slack's markup, the one field that every chat with a compatible webhook takes. */
record SlackEncoding() implements Encoding {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** People are told that mail flows again; other ends only take an alert back. */
    @Override
    public boolean takes(Message message) {
        return message.course() != Course.ENDED || message.occasion() == Occasion.UNAVAILABLE;
    }

    @Override
    public Letter encode(Message message, Destination destination, Instant sent) {
        try {
            return new Letter(
                    destination.address(),
                    Map.of("Content-Type", "application/json; charset=utf-8"),
                    JSON.writeValueAsString(Map.of("text", text(message))));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a text cannot be written as JSON", e);
        }
    }

    private static String text(Message message) {
        List<String> lines = new ArrayList<>();
        lines.add("%s *%s*: %s".formatted(sign(message), escaped(message.pool().toString()), message.what()));
        lines.add(escaped(message.why()));
        message.grounds().ifPresent(grounds -> lines.add(escaped(Figures.of(grounds))));
        if (message.course() != Course.ENDED) {
            lines.add("*By itself:* " + message.byItself());
            lines.add("*You:* " + message.person());
        }
        lines.add("`" + message.command() + "`");
        return String.join("\n", lines);
    }

    private static String sign(Message message) {
        return switch (message.gravity()) {
            case INFO -> ":information_source:";
            case WARNING -> ":warning:";
            case CRITICAL -> ":no_entry:";
        };
    }

    /** Source of the three characters: Slack's reference of text formatting. */
    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
