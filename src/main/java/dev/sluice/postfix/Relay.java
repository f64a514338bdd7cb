package dev.sluice.postfix;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where an attempt went: {@code host[address]:port}, or a word such as {@code none}, {@code local}.
 *
 * @param host the name, or the word
 * @param address the IP address, empty when none was reached
 * @param port 0 when none was reached
 */
public record Relay(String host, String address, int port) {
    /** No host was reached. */
    public static final Relay NONE = new Relay("none", "", 0);

    private static final Pattern FORM =
            Pattern.compile("^(?<host>[^\\[]+)\\[(?<address>[^]]+)](?::(?<port>\\d{1,5}))?$");
    private static final Pattern CONNECT =
            Pattern.compile("connect to (?<host>[^\\[\\s]+)\\[(?<address>[^]]+)](?::(?<port>\\d{1,5}))");

    /** Reads the value of {@code relay=}. */
    public static Relay parse(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches() ? of(matcher) : new Relay(text, "", 0);
    }

    /** The host that a reason such as {@code connect to host[address]:port: Connection refused} names. */
    public static Optional<Relay> mentionedIn(String reason) {
        Matcher matcher = CONNECT.matcher(reason);
        return matcher.find() ? Optional.of(of(matcher)) : Optional.empty();
    }

    private static Relay of(Matcher matcher) {
        String port = matcher.group("port");
        return new Relay(matcher.group("host"), matcher.group("address"), port == null ? 0 : Integer.parseInt(port));
    }
}
