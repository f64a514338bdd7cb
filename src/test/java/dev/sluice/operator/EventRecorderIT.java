package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.plan.Effect.Tell;
import dev.sluice.plan.EventReason;
import dev.sluice.testkit.Cluster;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Events as the API server takes them. */
@ExtendWith(Cluster.class)
class EventRecorderIT {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    private static Tell fact(String note) {
        EventReason reason = EventReason.NODE_EJECTED;
        return new Tell(
                reason.severity(), reason.word(), reason.action(), note, Optional.of("edge-7"), Optional.empty());
    }

    @Test
    void aNoteThatIsTooLongIsCutAndToldOnce(KubernetesClient client) {
        ConfigMap about = client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("edge-" + "7".repeat(240))
                        .endMetadata()
                        .build())
                .create();
        EventRecorder recorder = new EventRecorder(client, InstantSource.fixed(NOON), "test");
        Tell fact = fact("454 4.7.1 <é> Relay access denied ".repeat(100));

        assertThat(recorder.tellOnce(fact, about, NOON, 0)).isTrue();
        assertThat(recorder.tellOnce(fact, about, NOON, 0))
                .as("another operator")
                .isFalse();

        assertThat(client.events().v1().events().list().getItems())
                .filteredOn(event -> "sluice.dev/operator".equals(event.getReportingController()))
                .hasSize(1)
                .extracting(Event::getNote)
                .allSatisfy(note -> assertThat(note)
                        .startsWith("454 4.7.1 <é> Relay access denied ")
                        .satisfies(text -> assertThat(text.getBytes(StandardCharsets.UTF_8))
                                .hasSizeBetween(1000, 1024)));
    }
}
