package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.sluice.api.Bounded.ListType;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/**
 * Where mail goes.
 *
 * @param name its name in the pool; the stratum of its outcomes
 * @param transportPoolRef a transport pool of the namespace, or null
 * @param addresses SMTP addresses elsewhere, or empty
 * @param recipientDomains domains that are routed here; empty makes this the default route
 */
@ApiData
@ValidationRule(
        value = "has(self.transportPoolRef) != (has(self.addresses) && size(self.addresses) > 0)",
        message = "a next hop is either a pool or addresses: write exactly one of transportPoolRef and addresses")
public record NextHop(
        @Required
        @Bounded(length = 63, pattern = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
        @JsonPropertyDescription(
                "The name of the next hop, unique in the pool: lower-case letters, digits and -. It appears in metrics and reasons.")
        String name,

        @JsonPropertyDescription(
                "A transport pool of this namespace; its nodes in service are the endpoints. Exactly one of this and addresses.")
        TransportPoolReference transportPoolRef,

        @Bounded(items = 64)
        @JsonPropertyDescription(
                "SMTP addresses outside the cluster, tried in this order, at most 64. Exactly one of this and transportPoolRef.")
        List<SmtpAddress> addresses,

        @Bounded(
                items = 256,
                length = 254,
                list = ListType.SET,
                pattern = "^\\.?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")
        @JsonPropertyDescription(
                "Recipient domains that are routed to this next hop, at most 256; a leading dot takes all subdomains. Empty (default) takes everything that no other next hop takes.")
        List<String> recipientDomains) {
    /** What is not given becomes empty. */
    public NextHop {
        addresses = Absent.toEmpty(addresses);
        recipientDomains = Absent.toEmpty(recipientDomains);
    }

    /**
     * A transport pool of the same namespace.
     *
     * @param name its name
     */
    @ApiData
    public record TransportPoolReference(
            @Required @Bounded(length = 253) @JsonPropertyDescription("The name of a TransportPool of this namespace.")
            String name) {}

    /**
     * An SMTP address.
     *
     * @param host a host name or an IP address
     * @param port 1 to 65535
     */
    @ApiData
    public record SmtpAddress(
            @Required
            @Bounded(length = 253, pattern = "^[A-Za-z0-9:]([A-Za-z0-9._:-]*[A-Za-z0-9:])?$")
            @JsonPropertyDescription("A host name or an IP address, without brackets.")
            String host,

            @Default("25") @Min(1) @Max(65535) @JsonPropertyDescription("The port. Default 25, 1 to 65535.")
            int port) {
        /** What is not given becomes its default. */
        public SmtpAddress {
            port = Absent.to(25, port);
        }
    }
}
