package dev.sluice.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.PoolCondition;
import dev.sluice.api.PoolKind;
import dev.sluice.plan.Effect;
import dev.sluice.plan.EventReason;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The tables of {@code docs/status.md} are what the program does, no more and no less. */
class StatusPageTest {
    private static final String PAGE = Recordings.text(Path.of("docs/status.md"));

    @Test
    void thePageListsTheConditionsAndTheirReasons() {
        List<String> closed = Arrays.stream(PoolCondition.values())
                .flatMap(type -> type.statuses().entrySet().stream()
                        .map(entry -> "%s %s %s"
                                .formatted(
                                        type.word(),
                                        entry.getValue(),
                                        entry.getKey().word())))
                .toList();

        assertThat(rows("\\| `(\\w+)` \\| (True|False|Unknown) \\| `(\\w+)` \\| \\S.*\\|"))
                .containsExactlyInAnyOrderElementsOf(closed);
    }

    @Test
    void thePageListsTheEvents() {
        List<String> catalogue = Arrays.stream(EventReason.values())
                .map(reason -> "%s %s %s"
                        .formatted(
                                reason.severity() == Effect.Severity.WARNING ? "Warning" : "Normal",
                                reason.word(),
                                reason.action()))
                .toList();

        assertThat(rows("\\| (Normal|Warning) \\| `(\\w+)` \\| `(\\w+)` \\| \\S.*\\|"))
                .containsExactlyInAnyOrderElementsOf(catalogue);
    }

    @ParameterizedTest
    @EnumSource(PoolKind.class)
    void thePageListsWhatToolsConclude(PoolKind kind) {
        List<String> table = Recordings.made(kind).stream()
                .map(state -> "%s %s %s %s"
                        .formatted(state.name(), state.kstatus(), state.argo(), state.ready() ? "returns" : "waits"))
                .toList();

        assertThat(rows("\\| ([a-z-]+) \\| (\\w+) \\| (\\w+) \\| (returns|waits) \\|"))
                .containsExactlyInAnyOrderElementsOf(table);
    }

    private static List<String> rows(String pattern) {
        return PAGE.lines()
                .map(Pattern.compile(pattern)::matcher)
                .filter(java.util.regex.Matcher::matches)
                .map(row -> java.util.stream.IntStream.rangeClosed(1, row.groupCount())
                        .mapToObj(row::group)
                        .collect(java.util.stream.Collectors.joining(" ")))
                .toList();
    }
}
