package dev.sluice.postfix;

import dev.sluice.node.Fault;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says whose fault a failed attempt is, by the {@link FaultTable}. */
public final class ReplyClassifier {

    /**
     * The judgement.
     *
     * @param fault whose it is
     * @param reasonClass a short name of the rule, for metrics
     * @param pathFailure whether a healthy node practically never has it
     */
    public record Judgement(Fault fault, String reasonClass, boolean pathFailure) {}

    private static final Pattern SAID = Pattern.compile(
            "(?:said|refused to talk to me): (?<reply>[245]\\d\\d)(?:[ -](?<code>[245]\\.\\d{1,3}\\.\\d{1,3}))?");
    private static final Pattern ANGLE_ADDRESS = Pattern.compile("<[^>]*>");
    private static final Pattern BARE_ADDRESS = Pattern.compile("[^\\s<>(),;:\"]+@[^\\s<>(),;:\"]+");
    private static final String SUSPENDED = "delivery temporarily suspended: ";

    private static final Judgement UNKNOWN = new Judgement(Fault.UNKNOWN, "unknown", false);

    private final FaultTable table = FaultTable.standard();

    /**
     * Judges a failed attempt.
     *
     * @param loggedCode the RFC 3463 code of the log line
     * @param text the text of the log line
     * @param ownTier whether the hop belongs to the platform: its refusals are then never the sender's or a policy's
     */
    public Judgement judge(String loggedCode, String text, boolean ownTier) {
        return table.deciding(failure(loggedCode, text))
                .map(rule -> judgement(rule, ownTier))
                .orElse(UNKNOWN);
    }

    static FaultTable.Failure failure(String loggedCode, String text) {
        String reason = text.startsWith(SUSPENDED) ? text.substring(SUSPENDED.length()) : text;
        String words = BARE_ADDRESS
                .matcher(ANGLE_ADDRESS.matcher(reason).replaceAll("<>"))
                .replaceAll("<>");
        Matcher said = SAID.matcher(words);
        boolean quoted = said.find();
        return new FaultTable.Failure(
                words.toLowerCase(Locale.ROOT),
                quoted ? Optional.of(said.group("reply")) : Optional.empty(),
                quoted && said.group("code") != null ? said.group("code") : loggedCode);
    }

    /** The text without addresses of people, on one line of at most 300 characters. */
    public static String anonymous(String text) {
        String one = ANGLE_ADDRESS
                .matcher(text.replaceAll("[\\r\\n]+", " "))
                .replaceAll(match -> match.group().indexOf('@') >= 0 ? "<…>" : Matcher.quoteReplacement(match.group()));
        String clean = BARE_ADDRESS.matcher(one).replaceAll("<…>");
        return clean.length() <= 300 ? clean : clean.substring(0, 299) + "…";
    }

    private static Judgement judgement(FaultTable.Rule rule, boolean ownTier) {
        boolean pathFailure =
                switch (rule.path()) {
                    case NEVER -> false;
                    case OWN_TIER -> ownTier;
                    case ALWAYS -> true;
                };
        boolean platforms = rule.fault() == Fault.POLICY && pathFailure;
        return new Judgement(platforms ? Fault.NEXT_HOP : rule.fault(), rule.reasonClass(), pathFailure);
    }
}
