package dev.sluice.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The dashboards show first what a postmaster looks at first. */
class DashboardsTest {
    @Test
    void mailComesInTheOrderInWhichAPostmasterAsks() throws IOException {
        List<String> titles = Dashboards.titles(Dashboards.read(
                Chart.DIRECTORY.resolve("files").resolve("dashboards").resolve("mail.json")));

        assertThat(titles)
                .containsSubsequence(
                        "Accepts and delivers",
                        "Unaccounted",
                        "Waiting now",
                        "Oldest",
                        "Oldest, by next hop",
                        "Accepted against delivered, a minute",
                        "Missed the objective, by next hop",
                        "Returned to senders, a minute",
                        "Attempts that did not deliver, by class of the reply",
                        "Free space of the queue volumes");
        assertThat(titles.get(titles.size() - 1))
                .as("the machine comes last")
                .isEqualTo("Free space of the queue volumes");
    }

    @Test
    void panelsExplainThemselvesAndDoNotLieOnOneAnother() throws IOException {
        for (Path file : Dashboards.files()) {
            JsonNode dashboard = Dashboards.read(file);
            boolean[][] taken = new boolean[200][24];
            for (JsonNode panel : dashboard.path("panels")) {
                assertThat(panel.path("description").asText())
                        .as(panel.path("title").asText())
                        .isNotEmpty();
                assertThat(panel.at("/datasource/uid").asText()).isEqualTo("${datasource}");
                JsonNode place = panel.path("gridPos");
                for (int y = place.path("y").asInt();
                        y < place.path("y").asInt() + place.path("h").asInt();
                        y++) {
                    for (int x = place.path("x").asInt();
                            x < place.path("x").asInt() + place.path("w").asInt();
                            x++) {
                        assertThat(taken[y][x])
                                .as("%s: %s", file, panel.path("title").asText())
                                .isFalse();
                        taken[y][x] = true;
                    }
                }
            }
        }
    }

    @Test
    void eachIsAConfigMapThatGrafanaFinds() throws IOException {
        List<ConfigMap> maps = Chart.objects(ConfigMap.class, "dashboards: {enabled: true, namespace: monitoring}");

        assertThat(maps).hasSameSizeAs(Dashboards.files()).allSatisfy(map -> {
            assertThat(map.getMetadata().getNamespace()).isEqualTo("monitoring");
            assertThat(map.getMetadata().getLabels()).containsEntry("grafana_dashboard", "1");
            assertThat(map.getData()).hasSize(1);
        });
        assertThat(maps.get(0).getData().get("mail.json"))
                .isEqualToIgnoringWhitespace(Files.readString(Dashboards.files().get(0)));
        assertThat(Chart.objects(ConfigMap.class, "{}")).isEmpty();
    }
}
