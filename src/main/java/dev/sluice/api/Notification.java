package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.sluice.api.Bounded.ListType;
import io.fabric8.generator.annotation.Required;
import java.util.List;

/**
 * Who is told of what happens to a pool.
 *
 * @param name tells the receivers of a pool apart
 * @param type what the receiver understands
 * @param secretRef where its address is
 * @param occasions what it is told of; empty for everything
 */
@ApiData
public record Notification(
        @Required
        @Bounded(length = 63, pattern = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
        @JsonPropertyDescription("Tells the receivers of a pool apart, such as on-call.")
        String name,

        @Required
        @JsonPropertyDescription(
                "What the receiver understands: CloudEvents (signed JSON over HTTP), Slack (an incoming webhook, also of chats that take the same) or Alertmanager (API version 2).")
        ReceiverType type,

        @Required
        @JsonPropertyDescription(
                "A Secret of this namespace whose key url has the receiver's address, http or https. Optional keys: signingKey (CloudEvents are signed with it) and authorization (the value of that header).")
        SecretReference secretRef,

        @Bounded(items = 16, list = ListType.SET)
        @JsonPropertyDescription("What it is told of. Empty (default): everything.")
        List<Occasion> occasions) {
    /** What is not given becomes empty. */
    public Notification {
        occasions = Absent.toEmpty(occasions);
    }

    /** Whether the receiver is to hear of that. */
    public boolean covers(Occasion occasion) {
        return occasions.isEmpty() || occasions.contains(occasion);
    }

    /**
     * A Secret of the same namespace.
     *
     * @param name its name
     */
    @ApiData
    public record SecretReference(
            @Required @Bounded(length = 253) @JsonPropertyDescription("The name of a Secret of this namespace.")
            String name) {}
}
