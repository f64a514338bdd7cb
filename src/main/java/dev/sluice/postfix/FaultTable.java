package dev.sluice.postfix;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.sluice.node.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The rules by which a failed attempt is judged, in their order; the table itself, with the meaning of each column and the
 * source of each rule, is {@code faults.yaml} beside this class.
 *
 * @param rules the first that fits decides
 */
record FaultTable(List<Rule> rules) {
    private static final String RESOURCE = "faults.yaml";

    FaultTable {
        rules = List.copyOf(rules);
    }

    /** Whose words a rule is about. */
    enum Origin {
        /** A reply of the other side. */
        QUOTED,
        /** Postfix's own. */
        LOCAL
    }

    /** When a failure is one that a healthy node practically never has. */
    enum Path {
        NEVER,
        /** When the hop is a tier of the platform. */
        OWN_TIER,
        ALWAYS
    }

    /**
     * A failure as the rules see it.
     *
     * @param words the text without addresses, in lower case
     * @param reply the three digits of the quoted reply, empty when the words are Postfix's own
     * @param code the RFC 3463 code that counts
     */
    record Failure(String words, Optional<String> reply, String code) {}

    /**
     * One rule. What it leaves out fits anything.
     *
     * @param reasonClass a short name, for metrics
     * @param fault whose fault it says the failure is
     * @param path when it is a failure of the path
     * @param origin whose words
     * @param words one of them is found in the text
     * @param reply the quoted reply's three digits
     * @param code one of them is the RFC 3463 code
     * @param source where the rule is from
     */
    record Rule(
            @JsonProperty("class") String reasonClass,
            Fault fault,
            Path path,
            Optional<Origin> origin,
            List<Pattern> words,
            Optional<String> reply,
            List<Pattern> code,
            String source) {
        Rule {
            Objects.requireNonNull(reasonClass, "class");
            Objects.requireNonNull(fault, "fault");
            Objects.requireNonNull(path, "path");
            origin = Objects.requireNonNullElse(origin, Optional.empty());
            words = words == null ? List.of() : List.copyOf(words);
            reply = Objects.requireNonNullElse(reply, Optional.empty());
            code = code == null ? List.of() : List.copyOf(code);
        }

        boolean fits(Failure failure) {
            boolean quoted = failure.reply().isPresent();
            return origin.map(whose -> (whose == Origin.QUOTED) == quoted).orElse(true)
                    && (reply.isEmpty() || reply.equals(failure.reply()))
                    && (words.isEmpty()
                            || words.stream()
                                    .anyMatch(
                                            one -> one.matcher(failure.words()).find()))
                    && (code.isEmpty()
                            || code.stream()
                                    .anyMatch(one -> one.matcher(failure.code()).matches()));
        }
    }

    /** The table of this program. */
    static FaultTable standard() {
        try (InputStream table = FaultTable.class.getResourceAsStream(RESOURCE)) {
            return YAMLMapper.builder()
                    .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
                    .addModule(new Jdk8Module())
                    .build()
                    .readValue(table, FaultTable.class);
        } catch (IOException e) {
            throw new UncheckedIOException("the table of faults in this program cannot be read", e);
        }
    }

    /** The rule that decides, empty when none fits. */
    Optional<Rule> deciding(Failure failure) {
        return rules.stream().filter(rule -> rule.fits(failure)).findFirst();
    }
}
