package dev.sluice.cli.kubectl;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.api.FilterPool;
import dev.sluice.api.MailNode;
import dev.sluice.api.MessageReport;
import dev.sluice.api.PoolRollout;
import dev.sluice.api.RolloutPolicySpec;
import dev.sluice.cli.kubectl.AffectedReport.Detail;
import dev.sluice.cli.kubectl.OutputOptions.Format;
import dev.sluice.cli.kubectl.PoolTable.Space;
import dev.sluice.cli.kubectl.PoolTable.Width;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Help.Ansi;

/**
 * What people read, word for word, of objects that were recorded in a run on a real API server. After a change on purpose:
 * {@code ./mvnw test -Dtest=ScreensTest -Dsluice.golden.write=true}, then read the difference.
 */
class ScreensTest {
    private static final Path RECORDED = Path.of("src/test/resources/dev/sluice/cli/kubectl");

    private final KubernetesSerialization kubernetes = new KubernetesSerialization();

    /** The objects of one moment, and that moment. */
    private record Moment(PoolView view, List<MessageReport> reports, Instant now) {}

    private Moment moment(String name) throws IOException {
        JsonNode recorded =
                new ObjectMapper().readTree(RECORDED.resolve(name + ".json").toFile());
        FilterPool pool = null;
        List<MailNode> nodes = new ArrayList<>();
        List<PoolRollout> rollouts = new ArrayList<>();
        List<MessageReport> reports = new ArrayList<>();
        for (JsonNode item : recorded.path("items")) {
            String json = item.toString();
            switch (item.path("kind").asText()) {
                case "FilterPool" -> pool = kubernetes.unmarshal(json, FilterPool.class);
                case "MailNode" -> nodes.add(kubernetes.unmarshal(json, MailNode.class));
                case "PoolRollout" -> rollouts.add(kubernetes.unmarshal(json, PoolRollout.class));
                default -> reports.add(kubernetes.unmarshal(json, MessageReport.class));
            }
        }
        rollouts.sort(java.util.Comparator.comparing(
                        (PoolRollout rollout) -> rollout.getStatus().startedTime())
                .reversed());
        RolloutPolicySpec policy = pool.getSpec().rollout().policy();
        return new Moment(
                new PoolView(pool, nodes, rollouts, Optional.of(policy)),
                reports,
                Instant.parse(recorded.path("time").asText()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"held", "rejected"})
    void everyScreenIsAsItWasRead(String name) throws IOException {
        Moment moment = moment(name);
        PoolView view = moment.view();
        Instant now = moment.now();
        PoolRollout meant = Attempts.meant(view, Optional.empty()).orElseThrow();
        List<String> lines = new ArrayList<>();
        add(lines, "get -o wide", PoolTable.of(List.of(view.pool()), Width.WIDE, Space.ONE, now));
        add(lines, "get -A", PoolTable.of(List.of(view.pool()), Width.NARROW, Space.ALL, now));
        add(lines, "get fp/edge", PoolScreen.of(view, now, Ansi.OFF));
        Situation situation = Situation.of(view);
        add(
                lines,
                "status",
                List.of(situation.mark().sign() + " " + situation.sentence(), "exit " + situation.exitCode()));
        add(lines, "explain", Account.of(view, meant).text(view, now));
        add(lines, "queue", QueueReport.of(view).text(now));
        add(lines, "history", HistoryCommand.text(view, Format.TEXT, now));
        add(lines, "history -o wide", HistoryCommand.text(view, Format.WIDE, now));
        for (Detail detail : Detail.values()) {
            AffectedReport affected = AffectedReport.of(
                    view,
                    meant.getSpec().revision(),
                    Optional.of(meant.getMetadata().getName()),
                    moment.reports(),
                    detail);
            add(
                    lines,
                    "affected, " + detail,
                    affected.text(detail, Optional.empty(), now).stream()
                            .limit(12)
                            .toList());
            add(
                    lines,
                    "affected -o csv, " + detail,
                    affected.csv().stream().limit(5).toList());
        }

        assertGolden(name + ".txt", String.join("\n", lines) + "\n");
    }

    private static void add(List<String> lines, String title, List<String> screen) {
        lines.add("== " + title);
        lines.addAll(screen);
        lines.add("");
    }

    private static void assertGolden(String file, String text) throws IOException {
        Path golden = RECORDED.resolve(file);
        if (Boolean.getBoolean("sluice.golden.write")) {
            Files.writeString(golden, text);
        }
        assertThat(text).isEqualTo(Files.readString(golden));
    }
}
