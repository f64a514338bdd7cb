package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.sluice.api.Bounded.ListType;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/**
 * One attempt to bring nodes into service; written by Sluice.
 *
 * @param poolRef the pool
 * @param purpose why
 * @param revision of the nodes on trial
 * @param previousRevision the stable one, or null before the first
 * @param nodes the nodes on trial
 * @param startedBecause what set it off, in one line
 */
@ApiData
@ValidationRule(
        value = "self == oldSelf",
        message =
                "a PoolRollout is the record of one attempt and cannot be changed: change the pool, or write a PoolAction")
public record PoolRolloutSpec(
        @Required @JsonPropertyDescription("The pool.") PoolReference poolRef,

        @Required @JsonPropertyDescription("Why nodes are on trial.")
        Purpose purpose,

        @Required @Bounded(length = 80) @JsonPropertyDescription("The revision of the nodes on trial.")
        String revision,

        @Bounded(length = 80) @JsonPropertyDescription("The stable revision at the beginning.")
        String previousRevision,

        @Bounded(items = 500, length = 253, list = ListType.SET) @JsonPropertyDescription("The nodes on trial.")
        List<String> nodes,

        @Bounded(length = 1024) @JsonPropertyDescription("What set the attempt off, in one line.")
        String startedBecause) {
    /** What is not given becomes empty. */
    public PoolRolloutSpec {
        nodes = Absent.toEmpty(nodes);
    }
}
