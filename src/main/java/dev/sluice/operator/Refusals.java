package dev.sluice.operator;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Nodes that the API server does not take, or whose Pod or claim it does not, in its own words: a quota, a policy or a
 * field. That is for people to mend, so it belongs into the status and is no failure of the reconcile.
 */
final class Refusals {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
    private static final int UNPROCESSABLE = 422;
    private static final Set<Integer> REFUSED =
            Set.of(HttpURLConnection.HTTP_BAD_REQUEST, HttpURLConnection.HTTP_FORBIDDEN, UNPROCESSABLE);
    /** So the server answers, with status 500, what a field's own type cannot hold. */
    private static final String NOT_OF_ITS_KIND = "failed to convert";

    /** After this time it is tried again: somebody may have mended it. */
    static final Duration PAUSE = Duration.ofSeconds(10);

    private record Refusal(String words, Instant time) {}

    private final Map<ObjectKey, Refusal> refusals = new ConcurrentHashMap<>();
    private final InstantSource clock;

    Refusals(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Does what may be refused.
     *
     * @return whether it was done
     * @throws KubernetesClientException what trying again may help against
     */
    boolean took(ObjectKey node, Runnable writes) {
        try {
            writes.run();
            refusals.remove(node);
            return true;
        } catch (KubernetesClientException e) {
            if (!isRefusal(e)) {
                throw e;
            }
            String said = said(e);
            Refusal before = refusals.put(node, new Refusal(said, clock.instant()));
            if (before == null || !said.equals(before.words())) {
                LOG.warn("node {}/{}: {}", node.namespace(), node.name(), said);
            }
            return false;
        }
    }

    /** Why there is no node or no Pod, empty while nothing is refused. */
    Optional<String> of(ObjectKey node) {
        return Optional.ofNullable(refusals.get(node)).map(Refusal::words);
    }

    /** Whether it was refused so shortly ago that nobody can have mended it. */
    boolean justNow(ObjectKey node) {
        return Optional.ofNullable(refusals.get(node))
                .filter(refusal -> refusal.time().plus(PAUSE).isAfter(clock.instant()))
                .isPresent();
    }

    void forget(ObjectKey node) {
        refusals.remove(node);
    }

    private static boolean isRefusal(KubernetesClientException e) {
        return REFUSED.contains(e.getCode())
                || (e.getCode() == HttpURLConnection.HTTP_INTERNAL_ERROR
                        && message(e).startsWith(NOT_OF_ITS_KIND));
    }

    private static String said(KubernetesClientException e) {
        return "the API server does not take it: " + message(e).replaceAll("\\s+", " ");
    }

    private static String message(KubernetesClientException e) {
        return e.getStatus() == null || e.getStatus().getMessage() == null
                ? String.valueOf(e.getMessage())
                : e.getStatus().getMessage();
    }
}
