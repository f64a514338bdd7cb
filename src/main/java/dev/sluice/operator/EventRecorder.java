package dev.sluice.operator;

import dev.sluice.plan.Effect;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
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

    void tell(Effect.Tell fact, HasMetadata about) {
        Instant now = clock.instant();
        String type = fact.severity() == Effect.Severity.WARNING ? "Warning" : "Normal";
        LOG.info(
                "{} {} {}/{}: {}",
                type,
                fact.reason(),
                about.getMetadata().getNamespace(),
                about.getMetadata().getName(),
                fact.note());
        try {
            client.resource(new EventBuilder()
                            .withNewMetadata()
                            .withNamespace(about.getMetadata().getNamespace())
                            .withName(name(about, now))
                            .withLabels(Labels.MANAGED)
                            .endMetadata()
                            .withEventTime(new MicroTime(MICROSECONDS.format(now)))
                            .withType(type)
                            .withReason(fact.reason())
                            .withAction(fact.action())
                            .withNote(shortened(fact.note()))
                            .withRegarding(reference(about))
                            .withReportingController("sluice.dev/operator")
                            .withReportingInstance(instance)
                            .build())
                    .create();
        } catch (KubernetesClientException e) {
            LOG.warn("the event {} could not be written: {}", fact.reason(), e.getMessage());
        }
    }

    private String name(HasMetadata about, Instant now) {
        String object = about.getMetadata().getName();
        return "%s.%x%x"
                .formatted(
                        object.length() <= LONGEST_NAME ? object : object.substring(0, LONGEST_NAME),
                        now.toEpochMilli(),
                        number.incrementAndGet());
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
