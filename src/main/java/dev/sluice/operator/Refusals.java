package dev.sluice.operator;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Nodes whose Pod or claim the API server does not take, in its own words: a quota, a policy or a field. That is for people
 * to mend, so it belongs into the status and is no failure of the reconcile.
 */
final class Refusals {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
    private static final int UNPROCESSABLE = 422;
    private static final Set<Integer> REFUSED =
            Set.of(HttpURLConnection.HTTP_BAD_REQUEST, HttpURLConnection.HTTP_FORBIDDEN, UNPROCESSABLE);
    /** So the server answers, with status 500, what a field's own type cannot hold. */
    private static final String NOT_OF_ITS_KIND = "failed to convert";

    private final Map<ObjectKey, String> words = new ConcurrentHashMap<>();

    /**
     * Does what may be refused.
     *
     * @return whether it was done
     * @throws KubernetesClientException what trying again may help against
     */
    boolean took(ObjectKey node, Runnable writes) {
        try {
            writes.run();
            words.remove(node);
            return true;
        } catch (KubernetesClientException e) {
            if (!isRefusal(e)) {
                throw e;
            }
            String said = said(e);
            if (!said.equals(words.put(node, said))) {
                LOG.warn("node {}/{}: {}", node.namespace(), node.name(), said);
            }
            return false;
        }
    }

    /** Why there is no Pod, empty while nothing is refused. */
    Optional<String> of(ObjectKey node) {
        return Optional.ofNullable(words.get(node));
    }

    void forget(ObjectKey node) {
        words.remove(node);
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
