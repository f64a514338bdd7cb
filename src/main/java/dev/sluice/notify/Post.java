package dev.sluice.notify;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings one message to one receiver: asks for the address, calls, waits, calls again, gives up. */
final class Post {
    private static final Logger LOG = LoggerFactory.getLogger(Post.class);
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int REQUEST_TIMEOUT = 408;
    /** A pause is longer or shorter by up to this part, so that receivers are not all called at once. */
    private static final double JITTER = 0.2;

    private final NotifierSettings settings;
    private final AddressBook addresses;
    private final Witness witness;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final HttpClient http;
    private final ScheduledExecutorService threads;

    Post(
            NotifierSettings settings,
            AddressBook addresses,
            Witness witness,
            InstantSource clock,
            RandomGenerator random,
            HttpClient http,
            ScheduledExecutorService threads) {
        this.settings = settings;
        this.addresses = addresses;
        this.witness = witness;
        this.clock = clock;
        this.random = random;
        this.http = http;
        this.threads = threads;
    }

    /** One message on its way. */
    private record Errand(Receiver receiver, Message message, int tries, Runnable done) {
        Errand triedAgain() {
            return new Errand(receiver, message, tries + 1, done);
        }
    }

    int mostWaiting() {
        return settings.mostWaiting();
    }

    void dropped(Receiver receiver) {
        witness.ended(receiver, Outcome.DROPPED);
        witness.complains(
                receiver,
                "more than %d messages wait for it, the oldest were dropped; see whether it answers"
                        .formatted(settings.mostWaiting()));
    }

    /** Begins; {@code done} is run when the message was taken or is given up. */
    void send(Receiver receiver, Message message, Runnable done) {
        Errand errand = new Errand(receiver, message, 1, done);
        threads.execute(() -> call(errand));
    }

    private void call(Errand errand) {
        try {
            Destination destination = addresses.find(errand.receiver());
            settings.reach().check(destination.address());
            Letter letter =
                    Encoding.of(errand.receiver().type()).encode(errand.message(), destination, clock.instant());
            HttpRequest request = request(letter, destination);
            CompletableFuture<HttpResponse<Void>> answer =
                    http.sendAsync(request, HttpResponse.BodyHandlers.discarding());
            // The client's own limit ends with the head of the answer; a body may trickle for ever.
            CompletableFuture<?> unused = answer.orTimeout(
                            settings.answerLimit().toMillis(), TimeUnit.MILLISECONDS)
                    .whenCompleteAsync(
                            (response, failure) -> {
                                if (failure == null) {
                                    judge(errand, response);
                                } else {
                                    answer.cancel(true);
                                    tryAgain(errand, "it does not answer", Optional.empty());
                                }
                            },
                            threads);
        } catch (UnusableDestination e) {
            end(errand, Outcome.MISCONFIGURED, e.getMessage());
        } catch (RuntimeException e) {
            // Whatever a Secret holds, one receiver's mistake must not end the errand without its end.
            LOG.debug("a message could not be made", e);
            end(errand, Outcome.MISCONFIGURED, "its Secret holds something that no request can be made of");
        }
    }

    private HttpRequest request(Letter letter, Destination destination) {
        HttpRequest.Builder request = HttpRequest.newBuilder(letter.address())
                .timeout(settings.answerLimit())
                .version(HttpClient.Version.HTTP_1_1)
                .header("User-Agent", "sluice")
                .POST(HttpRequest.BodyPublishers.ofString(letter.body()));
        letter.headers().forEach(request::header);
        destination.authorization().ifPresent(value -> request.header("Authorization", value));
        return request.build();
    }

    private void judge(Errand errand, HttpResponse<Void> response) {
        int status = response.statusCode();
        if (status >= 200 && status < 300) {
            end(errand, Outcome.DELIVERED, "");
        } else if (status >= 500 || status == TOO_MANY_REQUESTS || status == REQUEST_TIMEOUT) {
            tryAgain(
                    errand,
                    "it answers with status " + status,
                    response.headers().firstValue("Retry-After").flatMap(Post::seconds));
        } else if (status >= 300 && status < 400) {
            end(errand, Outcome.FAILED, "it answers with a redirect, which is not followed; write the final address");
        } else {
            end(errand, Outcome.FAILED, "it refuses the message with status %d; check its address".formatted(status));
        }
    }

    private static Optional<Duration> seconds(String text) {
        return text.matches("[0-9]{1,6}") ? Optional.of(Duration.ofSeconds(Long.parseLong(text))) : Optional.empty();
    }

    private void tryAgain(Errand errand, String problem, Optional<Duration> asked) {
        Duration pause = asked.orElseGet(() -> pause(errand.tries()));
        if (pause.compareTo(settings.longestPause()) > 0) {
            pause = settings.longestPause();
        }
        if (clock.instant().plus(pause).isAfter(errand.message().time().plus(settings.lifetime()))) {
            end(errand, Outcome.FAILED, "%s; a message was given up after %d tries".formatted(problem, errand.tries()));
            return;
        }
        witness.complains(errand.receiver(), problem + "; it is tried again");
        ScheduledFuture<?> unused =
                threads.schedule(() -> call(errand.triedAgain()), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private Duration pause(int tries) {
        double doubled = (double) settings.firstPause().toMillis() * Math.pow(2, Math.min(tries - 1, 30));
        double jittered = doubled * (1 - JITTER + 2 * JITTER * random.nextDouble());
        return Duration.ofMillis(
                (long) Math.min(jittered, (double) settings.longestPause().toMillis()));
    }

    private void end(Errand errand, Outcome outcome, String problem) {
        witness.ended(errand.receiver(), outcome);
        if (outcome != Outcome.DELIVERED) {
            witness.complains(errand.receiver(), problem);
        }
        errand.done().run();
    }
}
