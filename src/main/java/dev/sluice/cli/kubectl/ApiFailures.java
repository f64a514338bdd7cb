package dev.sluice.cli.kubectl;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** Says in one line what an answer of the API server, or its silence, means and what to do about it. */
final class ApiFailures {
    private static final int UNPROCESSABLE = 422;
    /** What the client says of an object of a kind that the server does not know. */
    private static final String UNKNOWN_KIND = "Could not find a registered handler";

    private static final Pattern FORBIDDEN = Pattern.compile(
            "cannot (\\w+) resource \"([^\"]+)\" in API group \"([^\"]*)\"(?: in the namespace \"([^\"]+)\")?");

    private ApiFailures() {}

    /**
     * The failure for people.
     *
     * @param server the server's address, as the kubeconfig has it
     */
    static CommandFailure of(KubernetesClientException failure, String server) {
        return new CommandFailure(line(failure, server), failure);
    }

    private static String line(KubernetesClientException failure, String server) {
        if (String.valueOf(failure.getMessage()).startsWith(UNKNOWN_KIND)) {
            return notInstalled(server);
        }
        if (failure.getCode() <= 0) {
            return silence(failure, server);
        }
        return switch (failure.getCode()) {
            case HttpURLConnection.HTTP_UNAUTHORIZED ->
                "%s does not know who you are (401): log in again, or choose another --context".formatted(server);
            case HttpURLConnection.HTTP_FORBIDDEN -> forbidden(message(failure));
            case HttpURLConnection.HTTP_NOT_FOUND -> notInstalled(server);
            case UNPROCESSABLE, HttpURLConnection.HTTP_BAD_REQUEST ->
                "the API server refuses it: " + oneLine(message(failure));
            case HttpURLConnection.HTTP_CONFLICT ->
                "somebody else changed the same object: %s; try again".formatted(oneLine(message(failure)));
            default -> "the API server answered %d: %s".formatted(failure.getCode(), oneLine(message(failure)));
        };
    }

    private static String notInstalled(String server) {
        return "Sluice's kinds are not installed on %s: install them with 'helm install' or 'kubectl apply --server-side -f crds/', then 'kubectl sluice check'"
                .formatted(server);
    }

    private static String forbidden(String message) {
        Matcher found = FORBIDDEN.matcher(message);
        if (!found.find()) {
            return "you have no right to do this: " + oneLine(message);
        }
        String group = found.group(3).isEmpty() ? "" : "." + found.group(3);
        return "you have no right to %s %s%s%s: ask for a role that allows it (docs/kubectl.md, Rights), or choose another -n or --context"
                .formatted(
                        found.group(1),
                        found.group(2),
                        group,
                        Optional.ofNullable(found.group(4))
                                .map(namespace -> " in namespace " + namespace)
                                .orElse(" in the whole cluster"));
    }

    private static String silence(KubernetesClientException failure, String server) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnknownHostException) {
                return "no cluster at %s: its name is unknown; see 'kubectl config get-contexts' and give --context"
                        .formatted(server);
            }
            if (cause instanceof HttpTimeoutException || cause instanceof TimeoutException) {
                return "no cluster answers at %s in time; check the network, or see 'kubectl config get-contexts' and give --context"
                        .formatted(server);
            }
            if (cause instanceof ConnectException) {
                return "no cluster answers at %s: connection refused; is it up? See 'kubectl config get-contexts' and give --context"
                        .formatted(server);
            }
            if (cause instanceof SSLException) {
                return "%s is not the server that the kubeconfig trusts: %s; fetch the kubeconfig anew"
                        .formatted(server, oneLine(String.valueOf(cause.getMessage())));
            }
        }
        return "no answer of the cluster at %s: %s".formatted(server, oneLine(String.valueOf(failure.getMessage())));
    }

    /** What the server itself said. */
    static String message(KubernetesClientException failure) {
        return Optional.ofNullable(failure.getStatus())
                .map(Status::getMessage)
                .filter(text -> !text.isBlank())
                .orElse(String.valueOf(failure.getMessage()));
    }

    static String oneLine(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }
}
