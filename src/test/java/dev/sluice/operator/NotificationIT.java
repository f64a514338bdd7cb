package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.NodeState;
import dev.sluice.api.PoolStatus;
import dev.sluice.notify.TestReceiver;
import dev.sluice.notify.TestReceiver.Answer;
import dev.sluice.testkit.Cluster;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** People elsewhere hear of a rollback, and a receiver that never answers holds nothing up. */
@ExtendWith(Cluster.class)
class NotificationIT {
    private final TestReceiver team = new TestReceiver();
    private final TestReceiver dead = new TestReceiver().answers(Answer.NEVER);
    private KubernetesClient client;
    private Story story;

    @BeforeEach
    void begin(KubernetesClient client) {
        this.client = client;
        story = new Story(client);
    }

    @AfterEach
    void end() {
        story.close();
        team.close();
        dead.close();
    }

    private void secret(String name, TestReceiver receiver) {
        client.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withStringData(Map.of("url", receiver.address().toString()))
                        .build())
                .create();
    }

    private static String pool(String image) {
        return PoolLifeIT.pool(2, image) + """
                  notifications:
                    - {name: dead, type: CloudEvents, secretRef: {name: dead-hook}}
                    - {name: lost, type: Alertmanager, secretRef: {name: no-such-secret}}
                    - {name: team, type: Slack, secretRef: {name: team-hook}, occasions: [RolledBack, Promoted]}
                """;
    }

    @Test
    void aRollbackIsToldAndWaitsForNobody() {
        secret("team-hook", team);
        secret("dead-hook", dead);
        story.apply(pool("mail:1"));
        story.eventually(
                "edge",
                "the pool serves",
                status -> assertThat(Story.condition(status, "Ready", "-")).isEqualTo("True"));
        story.mailFlows(10);
        story.nodes().bringUp(agent -> agent.failsToDeliver(true));

        story.apply(pool("mail:2"));
        story.eventually(
                "edge",
                "a canary carries mail",
                status -> assertThat(Story.in(status, NodeState.CANARY)).isNotEmpty());
        Instant carrying = Instant.now();
        PoolStatus status = story.eventually("edge", "the canary is out", seen -> {
            assertThat(Story.in(seen, NodeState.CANARY)).isEmpty();
            assertThat(seen.revisions().rejected()).isNotEmpty();
        });

        System.err.printf(
                "rolled back %d ms after the canary was seen to carry mail, with a receiver that never answers%n",
                Duration.between(carrying, Instant.now()).toMillis());
        assertThat(Story.condition(status, "RolledBack", "-")).isEqualTo("True");
        story.soon("the team hears of it")
                .untilAsserted(() -> assertThat(team.got())
                        .extracting(TestReceiver.Got::body)
                        .anySatisfy(body -> assertThat(body)
                                .contains(
                                        client.getNamespace() + "/edge",
                                        "rolled back",
                                        "failed on the canary (",
                                        "limit")));
        assertThat(team.got())
                .extracting(TestReceiver.Got::body)
                .noneSatisfy(body -> assertThat(body).contains("another share"));
        assertThat(dead.got()).isNotEmpty();
        story.soon("whoever reads the pool's events learns which receivers are lost")
                .untilAsserted(() -> assertThat(notes())
                        .anySatisfy(note -> assertThat(note).contains("receiver dead", "does not answer"))
                        .anySatisfy(note -> assertThat(note).contains("receiver lost", "no-such-secret")));
        assertThat(notes()).noneSatisfy(note -> assertThat(note).contains("s3cret"));
    }

    private List<String> notes() {
        return client.events().v1().events().list().getItems().stream()
                .map(event -> String.valueOf(event.getNote()))
                .toList();
    }
}
