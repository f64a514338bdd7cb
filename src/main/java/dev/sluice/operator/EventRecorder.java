package dev.sluice.operator;

import dev.sluice.plan.Effect;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what people should hear of as Events, on the pool and on the node and Pod that it concerns, and into the log. */
final class EventRecorder {
    private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
    private static final DateTimeFormatter MICROSECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final int LONGEST_NOTE = 1024;
    private static final int LONGEST_NAME = 200;
    private static final int TOO_MANY_REQUESTS = 429;

    private final KubernetesClient client;
    private final InstantSource clock;
    private final String instance;
    private final AtomicLong number = new AtomicLong();

    /**
     * A recorder.
     *
     * @param instance which operator writes, such as its Pod's name
     */
    EventRecorder(KubernetesClient client, InstantSource clock, String instance) {
        this.client = client;
        this.clock = clock;
        this.instance = instance;
    }

    /** Tells a fact now. One that cannot be written is in the log. */
    void tell(Effect.Tell fact, HasMetadata about) {
        Instant now = clock.instant();
        try {
            create(fact, about, now, "%x%x".formatted(now.toEpochMilli(), number.incrementAndGet()));
        } catch (KubernetesClientException e) {
            LOG.warn("the event {} could not be written: {}", fact.reason(), e.getMessage());
        }
    }

    /**
     * Tells a fact unless it was told before, by whichever operator.
     *
     * @param time when it was decided
     * @param place its place among the facts of that decision
     * @return whether it was news
     * @throws KubernetesClientException when it could not be told now and can be later
     */
    boolean tellOnce(Effect.Tell fact, HasMetadata about, Instant time, int place) {
        String suffix = "%s.%x.%x".formatted(about.getKind().toLowerCase(Locale.ROOT), time.toEpochMilli(), place);
        try {
            create(fact, about, time, suffix);
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return false;
            }
            boolean refused = e.getCode() >= HttpURLConnection.HTTP_BAD_REQUEST
                    && e.getCode() < HttpURLConnection.HTTP_INTERNAL_ERROR
                    && e.getCode() != TOO_MANY_REQUESTS;
            if (!refused) {
                throw e;
            }
            LOG.warn("the event {} is refused: {}", fact.reason(), e.getMessage());
            return true;
        }
    }

    private void create(Effect.Tell fact, HasMetadata about, Instant time, String suffix) {
        String type = fact.severity() == Effect.Severity.WARNING ? "Warning" : "Normal";
        client.resource(new EventBuilder()
                        .withNewMetadata()
                        .withNamespace(about.getMetadata().getNamespace())
                        .withName(name(about, suffix))
                        .withLabels(Labels.MANAGED)
                        .endMetadata()
                        .withEventTime(new MicroTime(MICROSECONDS.format(time)))
                        .withType(type)
                        .withReason(fact.reason())
                        .withAction(fact.action())
                        .withNote(shortened(fact.note()))
                        .withRegarding(reference(about))
                        .withReportingController("sluice.dev/operator")
                        .withReportingInstance(instance)
                        .build())
                .create();
        LOG.info(
                "{} {} {}/{}: {}",
                type,
                fact.reason(),
                about.getMetadata().getNamespace(),
                about.getMetadata().getName(),
                fact.note());
    }

    private static String name(HasMetadata about, String suffix) {
        String object = about.getMetadata().getName();
        return "%s.%s".formatted(object.length() <= LONGEST_NAME ? object : object.substring(0, LONGEST_NAME), suffix);
    }

    private static ObjectReference reference(HasMetadata about) {
        return new ObjectReferenceBuilder()
                .withApiVersion(about.getApiVersion())
                .withKind(about.getKind())
                .withNamespace(about.getMetadata().getNamespace())
                .withName(about.getMetadata().getName())
                .withUid(about.getMetadata().getUid())
                .withResourceVersion(about.getMetadata().getResourceVersion())
                .build();
    }

    /** The server takes 1 kB, counted in characters of UTF-8. */
    private static String shortened(String note) {
        StringBuilder text = new StringBuilder(note);
        while (text.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8).length > LONGEST_NOTE) {
            text.setLength(text.length() - 1);
        }
        return text.toString();
    }
}
