package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import dev.sluice.api.FilterPool;
import dev.sluice.api.MailNode;
import dev.sluice.api.NodeState;
import dev.sluice.api.PoolRollout;
import dev.sluice.notify.TestReceiver;
import dev.sluice.testkit.Cluster;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/** Through installation, trial and rollback, nothing of a Secret is in the operator's log or in what it writes. */
@ExtendWith(Cluster.class)
class SecretsStayHiddenIT {
    private static final String PASSWORD = "Basic c2VjcmV0LW9mLXRoZS10ZWFt";

    private final Queue<String> log = new ConcurrentLinkedQueue<>();
    private final AppenderBase<ILoggingEvent> listener = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            IThrowableProxy failure = event.getThrowableProxy();
            log.add(event.getFormattedMessage() + (failure == null ? "" : "\n" + ThrowableProxyUtil.asString(failure)));
        }
    };
    private final Logger ours = (Logger) LoggerFactory.getLogger("dev.sluice");
    private final Logger all = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final TestReceiver team = new TestReceiver();
    private final TestReceiver refusing = new TestReceiver();
    private Level before;
    private KubernetesClient client;
    private Story story;

    @BeforeEach
    void begin(KubernetesClient client) {
        this.client = client;
        before = ours.getLevel();
        // More than people have by default, so that less is hidden too.
        ours.setLevel(Level.DEBUG);
        listener.start();
        all.addAppender(listener);
        story = new Story(client);
    }

    @AfterEach
    void end() {
        story.close();
        all.detachAppender(listener);
        ours.setLevel(before);
        team.close();
    }

    private void receiver(String name, TestReceiver receiver) {
        client.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withStringData(Map.of("url", receiver.address().toString(), "authorization", PASSWORD))
                        .build())
                .create();
    }

    private static String pool(String image) {
        return PoolLifeIT.pool(2, image) + """
                  notifications:
                    - {name: team, type: Slack, secretRef: {name: team-hook}}
                    - {name: gone, type: CloudEvents, secretRef: {name: gone-hook}}
                """;
    }

    /** Every line of every private key, as text and as it stands in a Secret, and whatever opens a receiver. */
    private static Set<String> parts(List<Secret> secrets) {
        Set<String> parts = new TreeSet<>();
        for (Secret secret : secrets) {
            for (String part : List.of("tls.key", "url", "authorization")) {
                String encoded = secret.getData().get(part);
                if (encoded != null) {
                    parts.add(encoded);
                    new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8)
                            .lines()
                            .filter(line -> !line.startsWith("-----") && line.length() > 8)
                            .forEach(parts::add);
                }
            }
        }
        return parts;
    }

    private String written() {
        return Stream.<Object>of(
                        client.resources(FilterPool.class).list(),
                        client.resources(MailNode.class).list(),
                        client.resources(PoolRollout.class).list(),
                        client.pods().list(),
                        client.events().v1().events().list(),
                        client.network().v1().networkPolicies().list())
                .map(Serialization::asJson)
                .reduce("", String::concat);
    }

    @Test
    void nothingOfASecretIsInTheLogOrInWhatTheOperatorWrites() {
        receiver("team-hook", team);
        receiver("gone-hook", refusing);
        refusing.close();
        story.apply(pool("mail:1"));
        story.eventually(
                "edge",
                "the pool serves",
                status -> assertThat(Story.condition(status, "Ready", "-")).isEqualTo("True"));
        Set<String> secret = new TreeSet<>(parts(client.secrets().list().getItems()));
        story.mailFlows(10);
        story.nodes().bringUp(agent -> agent.failsToDeliver(true));
        story.apply(pool("mail:2"));
        story.eventually(
                "edge",
                "a canary carries mail",
                status -> assertThat(Story.in(status, NodeState.CANARY)).isNotEmpty());
        secret.addAll(parts(client.secrets().list().getItems()));
        story.eventually(
                "edge",
                "it is rolled back",
                status -> assertThat(Story.condition(status, "RolledBack", "-")).isEqualTo("True"));
        story.soon("the team hears of it")
                .untilAsserted(() -> assertThat(team.got()).isNotEmpty());
        story.soon("that one receiver is gone is told")
                .untilAsserted(() -> assertThat(written()).contains("receiver gone"));

        assertThat(secret).as("keys of the authority and the nodes, receivers").hasSizeGreaterThan(10);
        assertThat(log).as("it says something").hasSizeGreaterThan(5);
        assertThat(String.join("\n", log))
                .as("the log, from debug level on")
                .doesNotContain(secret)
                .doesNotContain("-----BEGIN PRIVATE KEY");
        assertThat(written())
                .as("what the operator writes")
                .doesNotContain(secret)
                .doesNotContain("-----BEGIN PRIVATE KEY");
    }
}
