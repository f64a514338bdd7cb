package dev.sluice.notify;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.sluice.api.Occasion;
import dev.sluice.gate.Comparison;
import dev.sluice.notify.Message.Course;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.jackson.JsonCloudEventData;
import io.cloudevents.jackson.JsonFormat;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * CloudEvents 1.0, structured JSON over HTTP. With a key it is signed as the Standard Webhooks specification 1.0 says: an
 * HMAC-SHA256 of id, time and body, so that a receiver can tell who sent it, whether it is whole and whether it is a
 * repetition.
 */
record CloudEventEncoding() implements Encoding {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .addMixIn(Comparison.class, ByName.class)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();
    private static final String ALGORITHM = "HmacSHA256";
    /** Keys of the Standard Webhooks specification are written in base 64 after this. */
    private static final String ENCODED_KEY = "whsec_";

    @Override
    public boolean takes(Message message) {
        return message.course() != Course.ENDED || message.occasion() == Occasion.UNAVAILABLE;
    }

    @Override
    public Letter encode(Message message, Destination destination, Instant sent) {
        String body = new String(new JsonFormat().serialize(event(message)), StandardCharsets.UTF_8);
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", JsonFormat.CONTENT_TYPE);
        destination.signingKey().ifPresent((String key) -> {
            String seconds = Long.toString(sent.getEpochSecond());
            headers.put("webhook-id", message.id());
            headers.put("webhook-timestamp", seconds);
            headers.put("webhook-signature", "v1," + signature(key, message.id() + "." + seconds + "." + body));
        });
        return new Letter(destination.address(), headers, body);
    }

    private static CloudEvent event(Message message) {
        return CloudEventBuilder.v1()
                .withId(message.id())
                .withSource(URI.create("/apis/sluice.dev/v1alpha1/namespaces/%s/%ss/%s"
                        .formatted(
                                message.pool().namespace(),
                                message.pool().kind().toLowerCase(Locale.ROOT),
                                message.pool().name())))
                .withType(type(message))
                .withSubject(message.pool().toString())
                .withTime(message.time().atOffset(ZoneOffset.UTC))
                .withData("application/json", JsonCloudEventData.wrap(JSON.valueToTree(message)))
                .build();
    }

    private static String type(Message message) {
        String what =
                switch (message.occasion()) {
                    case STARTED -> "rollout.started";
                    case STEP_ADVANCED -> "rollout.stepadvanced";
                    case EVIDENCE_MISSING -> "rollout.evidencemissing";
                    case ROLLED_BACK -> "rollout.rolledback";
                    case PROMOTED -> "rollout.promoted";
                    case NODE_EJECTED -> "node.ejected";
                    case DRAIN_OVERDUE -> "node.drainoverdue";
                    case LOSS_SUSPECTED -> "node.losssuspected";
                    case UNAVAILABLE -> message.course() == Course.ENDED ? "pool.available" : "pool.unavailable";
                };
        return "dev.sluice." + what + ".v1";
    }

    private static String signature(String key, String signed) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(raw(key), ALGORITHM));
            return Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has " + ALGORITHM, e);
        }
    }

    private static byte[] raw(String key) {
        return key.startsWith(ENCODED_KEY)
                ? Base64.getDecoder().decode(key.substring(ENCODED_KEY.length()))
                : key.getBytes(StandardCharsets.UTF_8);
    }
}
