package dev.sluice.testkit;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What kstatus concludes of an object: Flux and Helm 4 wait by it. Written after the rules
 * for objects that are not built in, as published with kubernetes-sigs/cli-utils: <a
 * href="https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/README.md">pkg/kstatus/README.md</a>
 * (statuses, conditions, "The Ready condition") and what {@code pkg/kstatus/status/generic.go} and {@code core.go} decide,
 * in this order:
 *
 * <ol>
 *   <li>a deletion time: {@code Terminating};
 *   <li>{@code status.observedGeneration} that is there and is not {@code metadata.generation}: {@code InProgress};
 *   <li>the first of {@code Reconciling=True} ({@code InProgress}) and {@code Stalled=True} ({@code Failed});
 *   <li>{@code Ready}: True is {@code Current}, False and Unknown are {@code InProgress};
 *   <li>nothing of that: {@code Current}.
 * </ol>
 */
public final class Kstatus {
    private Kstatus() {}

    /** The status of an object: {@code Terminating}, {@code InProgress}, {@code Failed} or {@code Current}. */
    public static String of(JsonNode object) {
        if (!object.at("/metadata/deletionTimestamp").asText("").isEmpty()) {
            return "Terminating";
        }
        JsonNode observed = object.at("/status/observedGeneration");
        JsonNode generation = object.at("/metadata/generation");
        if (!generation.isMissingNode() && !observed.isMissingNode() && observed.asLong() != generation.asLong()) {
            return "InProgress";
        }
        JsonNode conditions = object.at("/status/conditions");
        for (JsonNode condition : conditions) {
            if (says(condition, "Reconciling", "True")) {
                return "InProgress";
            }
            if (says(condition, "Stalled", "True")) {
                return "Failed";
            }
        }
        for (JsonNode condition : conditions) {
            if (condition.path("type").asText().equals("Ready")) {
                return says(condition, "Ready", "True") ? "Current" : "InProgress";
            }
        }
        return "Current";
    }

    private static boolean says(JsonNode condition, String type, String status) {
        return condition.path("type").asText().equals(type)
                && condition.path("status").asText().equals(status);
    }
}
