package dev.sluice.notify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.api.ReceiverType;
import dev.sluice.plan.Effect.Tell;
import dev.sluice.plan.EventReason;
import dev.sluice.plan.Grounds;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the real Alertmanager makes of Sluice's alerts, and when it calls somebody. */
class AlertmanagerIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    private final HttpClient http = HttpClient.newHttpClient();
    private final TestReceiver pager = new TestReceiver();
    private final List<String> outcomes = new CopyOnWriteArrayList<>();
    private URI address;
    private Process alertmanager;
    private Notifier notifier;

    @BeforeEach
    void begin() throws IOException {
        Path configuration = Files.writeString(directory.resolve("alertmanager.yml"), """
                route: {receiver: pager, group_by: [alertname, pool, node], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}
                receivers:
                  - name: pager
                    webhook_configs: [{url: %s, send_resolved: true}]
                """.formatted(pager.address()));
        address = URI.create("http://127.0.0.1:" + freePort());
        alertmanager = new ProcessBuilder(
                        "prometheus-alertmanager",
                        "--config.file=" + configuration,
                        "--storage.path=" + directory.resolve("data"),
                        "--web.listen-address=" + address.getAuthority(),
                        "--cluster.listen-address=")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        Awaitility.await("Alertmanager is ready")
                .atMost(Duration.ofMinutes(1))
                .ignoreExceptions()
                .until(() -> status("/-/ready") == 200);
        notifier = new Notifier(
                new NotifierSettings(
                        Reach.THIS_MACHINE_TOO,
                        Duration.ofSeconds(10),
                        Duration.ofMillis(50),
                        Duration.ofSeconds(1),
                        Duration.ofMinutes(5),
                        100),
                asked -> new Destination(address, Optional.empty(), Optional.empty()),
                new Witness() {
                    @Override
                    public void ended(Receiver to, Outcome outcome) {
                        outcomes.add(outcome.toString());
                    }

                    @Override
                    public void complains(Receiver to, String problem) {
                        outcomes.add(problem);
                    }
                },
                InstantSource.system(),
                new Random(1));
    }

    @AfterEach
    void end() throws IOException, InterruptedException {
        notifier.close();
        alertmanager.destroy();
        if (!alertmanager.waitFor(10, TimeUnit.SECONDS)) {
            alertmanager.destroyForcibly();
        }
        pager.close();
        System.err.write(Files.readAllBytes(directory.resolve("log")));
    }

    @Test
    void aRollbackCallsWithItsFiguresAndAPromotionTakesTheCallBack() throws Exception {
        tell(Facts.rollback());

        JsonNode call = calls("firing", "SluiceRolledBack");
        assertThat(call.at("/labels/severity").asText()).isEqualTo("critical");
        assertThat(call.at("/labels/namespace").asText()).isEqualTo("mail");
        assertThat(call.at("/labels/pool").asText()).isEqualTo("edge");
        assertThat(call.at("/annotations/revision").asText()).isEqualTo("v1-3f2a9c01d4");
        Grounds grounds = Facts.rollback().grounds().orElseThrow();
        assertThat(call.at("/annotations/figures").asText())
                .isEqualTo(Figures.of(grounds))
                .contains("330", "58", "1342", "25");
        assertThat(call.at("/annotations/command").asText()).contains("kubectl sluice");
        assertThat(active()).containsExactly("SluiceRolledBack");

        tell(Facts.promotion());

        calls("resolved", "SluiceRolledBack");
        // That it was promoted is news of its own.
        assertThat(active()).containsExactly("SluicePromoted");
    }

    @Test
    void aNodeThatDrainedInTimeCallsNobody() throws Exception {
        tell(Facts.plain(EventReason.NODE_DRAINED));
        tell(Facts.plain(EventReason.NODE_DRAIN_OVERDUE));

        JsonNode call = calls("firing", "SluiceDrainOverdue");
        assertThat(call.at("/labels/node").asText()).isEqualTo("edge-7");

        tell(Facts.plain(EventReason.NODE_DRAINED));

        calls("resolved", "SluiceDrainOverdue");
        assertThat(active()).isEmpty();
        assertThat(pager.got()).as("one call and its end").hasSize(2);
    }

    private void tell(Tell fact) {
        int before = outcomes.size();
        List<Message> messages = Messages.of(fact, Facts.EDGE, Optional.of(Facts.ATTEMPT), Instant.now());
        messages.forEach(message ->
                notifier.send(new Receiver(Facts.EDGE, "on-call", ReceiverType.ALERTMANAGER, "hook"), message));
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> outcomes.size() == before + messages.size());
        assertThat(outcomes).containsOnly("DELIVERED");
    }

    /** The alert that somebody is called for, or whose call is taken back. */
    private JsonNode calls(String status, String alert) {
        return Awaitility.await(alert + " " + status)
                .atMost(Duration.ofMinutes(1))
                .until(() -> called(status, alert), Optional::isPresent)
                .orElseThrow();
    }

    private Optional<JsonNode> called(String status, String alert) throws IOException {
        for (TestReceiver.Got got : pager.got()) {
            for (JsonNode each : JSON.readTree(got.body()).get("alerts")) {
                if (each.get("status").asText().equals(status)
                        && each.at("/labels/alertname").asText().equals(alert)) {
                    return Optional.of(each);
                }
            }
        }
        return Optional.empty();
    }

    private List<String> active() throws IOException, InterruptedException {
        List<String> names = new ArrayList<>();
        for (JsonNode alert : JSON.readTree(get("/api/v2/alerts?active=true").body())) {
            names.add(alert.at("/labels/alertname").asText());
        }
        return names;
    }

    private int status(String path) throws IOException, InterruptedException {
        return get(path).statusCode();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(address.resolve(path)).build(), BodyHandlers.ofString());
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }
}
