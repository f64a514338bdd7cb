package dev.sluice.postfix;

import dev.sluice.node.Fault;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says whose fault a failed attempt is. A table: rules by text come first, because codes are overloaded (5.7.1 is a
 * relay refusal, a content policy and much else), then rules by RFC 3463 code; the first that fits decides. The code
 * inside the reply counts before the one that Postfix logged, because filters rewrite the latter.
 */
public final class ReplyClassifier {

    /**
     * The judgement.
     *
     * @param fault whose it is
     * @param reasonClass a short name of the rule, for metrics
     * @param pathFailure whether a healthy node practically never has it
     */
    public record Judgement(Fault fault, String reasonClass, boolean pathFailure) {}

    private enum Origin {
        ANY,
        /** Only when no reply of the other side is quoted. */
        LOCAL
    }

    private enum Path {
        /** Never a failure of the path. */
        NEVER,
        /** A failure of the path when the hop is a tier of the platform. */
        OWN_TIER,
        /** Always. */
        ALWAYS
    }

    private record TextRule(String name, Fault fault, Path path, Origin origin, Pattern words) {}

    private record CodeRule(String name, Fault fault, Path path, Pattern code) {}

    private static final Pattern SAID = Pattern.compile(
            "(?:said|refused to talk to me): (?<reply>[245]\\d\\d)(?:[ -](?<code>[245]\\.\\d{1,3}\\.\\d{1,3}))?");
    private static final Pattern ANGLE_ADDRESS = Pattern.compile("<[^>]*>");
    private static final Pattern BARE_ADDRESS = Pattern.compile("[^\\s<>(),;:\"]+@[^\\s<>(),;:\"]+");
    private static final String SUSPENDED = "delivery temporarily suspended: ";

    private static final List<TextRule> TEXT_RULES = List.of(
            text(
                    "configuration",
                    Fault.NODE,
                    Path.ALWAYS,
                    Origin.LOCAL,
                    "mail transport unavailable|unknown mail transport|server configuration error|"
                            + "queue file write error|insufficient|cannot assign requested address"),
            text("configuration", Fault.NODE, Path.ALWAYS, Origin.ANY, "loops back to myself|too many hops"),
            text("held", Fault.NODE, Path.NEVER, Origin.LOCAL, "^deferred transport$"),
            text(
                    "allowlist",
                    Fault.NEXT_HOP,
                    Path.OWN_TIER,
                    Origin.ANY,
                    "relay access denied|relaying denied|relay not permitted|relay(?:ing)? is not (?:permitted|allowed)|"
                            + "unable to relay|client host rejected: access denied|not (?:authorized|authorised|allowed) to relay|"
                            + "client (?:is )?not (?:authorized|authorised|allowed)|authentication required|"
                            + "refused to talk to me: 554"),
            text(
                    "tls",
                    Fault.NEXT_HOP,
                    Path.OWN_TIER,
                    Origin.ANY,
                    "tls is required, but was not offered|cannot start tls|tls handshake|certificate (?:verification|not trusted)|"
                            + "server certificate not"),
            text(
                    "network",
                    Fault.NEXT_HOP,
                    Path.OWN_TIER,
                    Origin.LOCAL,
                    "^connect to .*(?:timed out|refused|no route to host|unreachable|reset)|lost connection with|timed out while"),
            text(
                    "dns",
                    Fault.NODE,
                    Path.NEVER,
                    Origin.LOCAL,
                    "name service error .*try again|host not found, try again"),
            text(
                    "address",
                    Fault.RECIPIENT,
                    Path.NEVER,
                    Origin.LOCAL,
                    "name service error|domain .* not found|does not accept mail"),
            text("greylist", Fault.POLICY, Path.NEVER, Origin.ANY, "gr[ae]y-?list"),
            text(
                    "reputation",
                    Fault.POLICY,
                    Path.NEVER,
                    Origin.ANY,
                    "spamhaus|spamcop|barracuda|\\brbl\\b|dnsbl|\\bzen\\b|block ?list|poor reputation|banned sending ip"),
            text(
                    "identity",
                    Fault.POLICY,
                    Path.NEVER,
                    Origin.ANY,
                    "cannot find your (?:reverse )?hostname|\\bptr\\b|helo command rejected|\\bspf\\b|\\bdkim\\b|\\bdmarc\\b"),
            text(
                    "throttled",
                    Fault.POLICY,
                    Path.NEVER,
                    Origin.ANY,
                    "too many (?:connections|errors|messages|recipients)|rate limit|throttl"),
            text(
                    "address",
                    Fault.RECIPIENT,
                    Path.NEVER,
                    Origin.ANY,
                    "user unknown|unknown user|no such (?:user|recipient|mailbox)|mailbox (?:is )?(?:full|unavailable|disabled)|"
                            + "over ?quota|quota exceeded"),
            text(
                    "content",
                    Fault.POLICY,
                    Path.NEVER,
                    Origin.ANY,
                    "message (?:content )?rejected|content rejected|\\bspam\\b|\\bvirus\\b|message size exceeds|too large"));

    private static final List<CodeRule> CODE_RULES = List.of(
            code("tls", Fault.NEXT_HOP, Path.OWN_TIER, "[45]\\.7\\.(?:4|5|10|11)"),
            code("address", Fault.RECIPIENT, Path.NEVER, "5\\.4\\.4|[45]\\.1\\.\\d+|[45]\\.2\\.\\d+"),
            code("identity", Fault.POLICY, Path.OWN_TIER, "[45]\\.7\\.(?:7|2\\d)"),
            code("network", Fault.NEXT_HOP, Path.OWN_TIER, "[45]\\.4\\.[0-4]"),
            code("throttled", Fault.POLICY, Path.OWN_TIER, "4\\.3\\.2|4\\.4\\.5"),
            code("content", Fault.POLICY, Path.NEVER, "[45]\\.6\\.\\d+|[45]\\.3\\.4"),
            code("policy", Fault.POLICY, Path.OWN_TIER, "[45]\\.7\\.\\d+"),
            code("system", Fault.NEXT_HOP, Path.NEVER, "[45]\\.[345]\\.\\d+"));

    private static final Judgement UNKNOWN = new Judgement(Fault.UNKNOWN, "unknown", false);

    /**
     * Judges a failed attempt.
     *
     * @param loggedCode the RFC 3463 code of the log line
     * @param text the text of the log line
     * @param ownTier whether the hop belongs to the platform: its refusals are then never the sender's or a policy's
     */
    public Judgement judge(String loggedCode, String text, boolean ownTier) {
        String reason = text.startsWith(SUSPENDED) ? text.substring(SUSPENDED.length()) : text;
        String words = ANGLE_ADDRESS.matcher(reason).replaceAll("<>");
        Matcher said = SAID.matcher(words);
        boolean quoted = said.find();
        for (TextRule rule : TEXT_RULES) {
            if ((rule.origin() == Origin.ANY || !quoted)
                    && rule.words().matcher(words).find()) {
                return judgement(rule.name(), rule.fault(), rule.path(), ownTier);
            }
        }
        if (quoted && ownTier && said.group("reply").equals("421")) {
            return new Judgement(Fault.NEXT_HOP, "throttled", true);
        }
        if (quoted && said.group("reply").equals("421")) {
            return new Judgement(Fault.POLICY, "throttled", false);
        }
        String code = quoted && said.group("code") != null ? said.group("code") : loggedCode;
        for (CodeRule rule : CODE_RULES) {
            if (rule.code().matcher(code).matches()) {
                return judgement(rule.name(), rule.fault(), rule.path(), ownTier);
            }
        }
        return UNKNOWN;
    }

    /** The text without addresses of people, on one line of at most 300 characters. */
    public static String anonymous(String text) {
        String one = ANGLE_ADDRESS
                .matcher(text.replaceAll("[\\r\\n]+", " "))
                .replaceAll(match -> match.group().indexOf('@') >= 0 ? "<…>" : Matcher.quoteReplacement(match.group()));
        String clean = BARE_ADDRESS.matcher(one).replaceAll("<…>");
        return clean.length() <= 300 ? clean : clean.substring(0, 299) + "…";
    }

    private static Judgement judgement(String name, Fault fault, Path path, boolean ownTier) {
        boolean pathFailure = path == Path.ALWAYS || (path == Path.OWN_TIER && ownTier);
        boolean platforms = fault == Fault.POLICY && pathFailure;
        return new Judgement(platforms ? Fault.NEXT_HOP : fault, name, pathFailure);
    }

    private static TextRule text(String name, Fault fault, Path path, Origin origin, String words) {
        return new TextRule(name, fault, path, origin, Pattern.compile(words, Pattern.CASE_INSENSITIVE));
    }

    private static CodeRule code(String name, Fault fault, Path path, String code) {
        return new CodeRule(name, fault, path, Pattern.compile(code));
    }
}
