package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.sluice.api.Bounded.ListType;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/**
 * What Sluice has to say of a policy.
 *
 * @param observedGeneration the generation that was judged last
 * @param conditions {@code Ready}
 */
@ApiData
public record RolloutPolicyStatus(
        @JsonPropertyDescription("The generation of the spec that this status speaks of; -1 before the first.")
        Long observedGeneration,

        @Bounded(items = 16, list = ListType.MAP, keys = "type")
        @JsonPropertyDescription("The state in the words of Kubernetes.")
        List<Condition> conditions) {
    /** What is not given becomes empty. */
    public RolloutPolicyStatus {
        conditions = Absent.toEmpty(conditions);
    }
}
