package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.sluice.api.Bounded.ListType;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/**
 * Who may relay through a transport pool.
 *
 * @param fromPools filter pools of the namespace whose live nodes may relay, each by its exact address
 * @param networks further addresses in CIDR notation
 * @param widestPrefixIpv4 the smallest prefix length that an IPv4 entry of {@code networks} may have
 * @param widestPrefixIpv6 the smallest prefix length that an IPv6 entry of {@code networks} may have
 */
@ApiData
@ValidationRule(
        value =
                "!has(self.networks) || self.networks.all(n, !isCIDR(n) || cidr(n).prefixLength() >= (cidr(n).ip().family() == 4 ? self.widestPrefixIpv4 : self.widestPrefixIpv6))",
        message =
                "a network of relayAccess is wider than widestPrefix allows and would open the relay: write the exact addresses, such as 192.0.2.10/32, or name the filter pool in fromPools")
public record RelayAccess(
        @Bounded(items = 32, length = 253, list = ListType.SET)
        @JsonPropertyDescription(
                "Names of FilterPools of this namespace. Each of their live nodes may relay, by its exact address, from before it carries mail until it is gone. At most 32.")
        List<String> fromPools,

        @Bounded(items = 64, length = 49, list = ListType.SET)
        @ValidationRule(
                value = "self.all(n, isCIDR(n))",
                message = "networks takes addresses in CIDR notation: write 192.0.2.10/32 for one address")
        @JsonPropertyDescription(
                "Further addresses that may relay, in CIDR notation, at most 64. None may be wider than widestPrefixIpv4 or widestPrefixIpv6. Example: 192.0.2.10/32.")
        List<String> networks,

        @Default("24")
        @Min(8) @Max(32) @JsonPropertyDescription(
                "The smallest prefix length that an IPv4 entry of networks may have. Default 24, 8 to 32.")
        int widestPrefixIpv4,

        @Default("64")
        @Min(32) @Max(128) @JsonPropertyDescription(
                "The smallest prefix length that an IPv6 entry of networks may have. Default 64, 32 to 128.")
        int widestPrefixIpv6) {
    /** Nobody may relay. */
    public static final RelayAccess NOBODY = new RelayAccess(null, null, 0, 0);

    /** What is not given becomes empty or its default. */
    public RelayAccess {
        fromPools = Absent.toEmpty(fromPools);
        networks = Absent.toEmpty(networks);
        widestPrefixIpv4 = Absent.to(24, widestPrefixIpv4);
        widestPrefixIpv6 = Absent.to(64, widestPrefixIpv6);
    }
}
