package dev.sluice.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.ReceiverType;
import dev.sluice.notify.TestReceiver.Answer;
import dev.sluice.notify.TestReceiver.Manner;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Messages on their way to receivers that are well, slow, dead, wrong or malicious. */
class NotifierTest {
    private final Map<String, Destination> addresses = new ConcurrentHashMap<>();
    private final List<String> outcomes = new CopyOnWriteArrayList<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final TestReceiver receiver = new TestReceiver();
    private final TestReceiver other = new TestReceiver();
    private Notifier notifier = notifier(Reach.THIS_MACHINE_TOO, Duration.ofMinutes(30));

    private Notifier notifier(Reach reach, Duration lifetime) {
        return new Notifier(
                new NotifierSettings(
                        reach, Duration.ofSeconds(2), Duration.ofMillis(20), Duration.ofMillis(100), lifetime, 3),
                asked -> Optional.ofNullable(addresses.get(asked.name()))
                        .orElseThrow(() -> new UnusableDestination("its Secret hooks does not exist")),
                new Witness() {
                    @Override
                    public void ended(Receiver to, Outcome outcome) {
                        outcomes.add(to.name() + " " + outcome);
                    }

                    @Override
                    public void complains(Receiver to, String problem) {
                        complaints.add(to.name() + ": " + problem);
                    }
                },
                InstantSource.system(),
                new Random(1));
    }

    @AfterEach
    void end() {
        notifier.close();
        receiver.close();
        other.close();
    }

    private void isAt(String name, URI address) {
        addresses.put(name, new Destination(address, Optional.empty(), Optional.of("Bearer t0ken")));
    }

    private void send(String name) {
        send(name, Facts.rolledBack().what());
    }

    private void send(String name, String what) {
        Message told = Facts.rolledBack();
        notifier.send(
                new Receiver(Facts.EDGE, name, ReceiverType.SLACK, "hooks"),
                new Message(
                        told.id(),
                        Instant.now(),
                        told.occasion(),
                        told.course(),
                        told.gravity(),
                        told.reason(),
                        told.pool(),
                        told.node(),
                        told.attempt(),
                        what,
                        told.why(),
                        told.grounds(),
                        told.byItself(),
                        told.person(),
                        told.command()));
    }

    private void eventually(String... ended) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(outcomes).contains(ended));
    }

    @Test
    void aReceiverThatIsWellIsToldOnce() {
        isAt("ops", receiver.address());

        send("ops");

        eventually("ops DELIVERED");
        assertThat(receiver.got()).hasSize(1);
        assertThat(receiver.got().get(0).path()).isEqualTo("/hook/s3cret");
        assertThat(receiver.got().get(0).headers().getFirst("Authorization")).isEqualTo("Bearer t0ken");
        assertThat(complaints).isEmpty();
    }

    @Test
    void aReceiverThatIsBusyIsTriedAgain() {
        receiver.answersFirst(
                Answer.status(503),
                new Answer(429, Map.of("Retry-After", "86400"), Manner.AT_ONCE),
                Answer.NEVER,
                Answer.TRICKLE);
        isAt("ops", receiver.address());

        send("ops");

        eventually("ops DELIVERED");
        assertThat(receiver.got()).hasSize(5);
        assertThat(receiver.got())
                .extracting(TestReceiver.Got::body)
                .containsOnly(receiver.got().get(0).body());
        assertThat(complaints).containsExactly("ops: it answers with status 503; it is tried again");
    }

    @Test
    void aReceiverThatNeverAnswersHoldsNobodyUp() {
        receiver.answers(Answer.NEVER);
        isAt("dead", receiver.address());
        isAt("ops", other.address());

        for (int i = 0; i < 10; i++) {
            send("dead");
        }
        send("ops");

        eventually("ops DELIVERED", "dead DROPPED");
        assertThat(outcomes.stream().filter("dead DROPPED"::equals)).hasSize(6);
        assertThat(outcomes).doesNotContain("dead DELIVERED");
    }

    @Test
    void ofTooManyThatWaitTheNewestAreTold() {
        receiver.answersFirst(Answer.status(503), Answer.status(503), Answer.status(503));
        isAt("ops", receiver.address());

        for (int number = 1; number <= 7; number++) {
            send("ops", "number " + number);
        }

        // One is under way and three wait.
        eventually("ops DELIVERED", "ops DROPPED");
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(outcomes).hasSize(7));
        assertThat(receiver.got())
                .last()
                .satisfies(got -> assertThat(got.body()).contains("number 7"));
        assertThat(receiver.got()).noneSatisfy(got -> assertThat(got.body()).contains("number 3"));
    }

    @Test
    void whatCannotBeDeliveredInItsLifetimeIsGivenUp() {
        notifier.close();
        notifier = notifier(Reach.THIS_MACHINE_TOO, Duration.ofSeconds(3));
        receiver.answers(Answer.status(500));
        isAt("ops", receiver.address());

        send("ops");

        eventually("ops FAILED");
        assertThat(receiver.got()).hasSizeGreaterThan(1);
    }

    @Test
    void aRefusalIsNotTriedAgain() {
        receiver.answersFirst(Answer.status(404));
        isAt("ops", receiver.address());

        send("ops");
        eventually("ops FAILED");
        send("ops");

        eventually("ops DELIVERED");
        assertThat(receiver.got()).hasSize(2);
        assertThat(complaints).containsExactly("ops: it refuses the message with status 404; check its address");
    }

    @Test
    void aReceiverCannotSendTheOperatorElsewhere() {
        receiver.answers(new Answer(307, Map.of("Location", other.address().toString()), Manner.AT_ONCE));
        isAt("ops", receiver.address());

        send("ops");

        eventually("ops FAILED");
        assertThat(other.got()).isEmpty();
    }

    @Test
    void inAClusterTheOperatorDoesNotCallItsOwnMachine() {
        notifier.close();
        notifier = notifier(Reach.OTHER_MACHINES, Duration.ofMinutes(30));
        isAt("loopback", receiver.address());
        isAt("metadata", URI.create("http://169.254.169.254/latest/meta-data"));
        isAt(
                "mapped",
                URI.create("http://[::ffff:127.0.0.1]:" + receiver.address().getPort() + "/"));
        isAt("any", URI.create("http://0.0.0.0:" + receiver.address().getPort() + "/"));
        isAt("file", URI.create("file:///etc/passwd"));

        List.of("loopback", "metadata", "mapped", "any", "file").forEach(this::send);

        eventually(
                "loopback MISCONFIGURED",
                "metadata MISCONFIGURED",
                "mapped MISCONFIGURED",
                "any MISCONFIGURED",
                "file MISCONFIGURED");
        assertThat(receiver.got()).isEmpty();
        assertThat(complaints).noneMatch(text -> text.contains("169.254") || text.contains("s3cret"));
    }

    @Test
    void aSecretThatIsMissingIsSaidOnceAndLookedForAgain() {
        send("ops");
        send("ops");
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(outcomes).containsExactly("ops MISCONFIGURED", "ops MISCONFIGURED"));
        assertThat(complaints).containsExactly("ops: its Secret hooks does not exist");

        isAt("ops", receiver.address());
        send("ops");

        eventually("ops DELIVERED");
    }
}
