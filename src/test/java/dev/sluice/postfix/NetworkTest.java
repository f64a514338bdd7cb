package dev.sluice.postfix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is rendered into {@code mynetworks} is never wider than what may be declared. */
class NetworkTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0/0",
                "0.0.0.0/00",
                "0.0.0.0/1",
                "128.0.0.0/1",
                "10.0.0.0/7",
                "::/0",
                "::/1",
                "8000::/1",
                "::ffff:0.0.0.0/96",
                "::ffff:10.0.0.0/8",
                "::ffff:10.20.0.5",
                "0:0:0:0:0:ffff:0a00:0/104",
                "10.20.0.1/16",
                "10/8",
                "0/0",
                "10.20.0.0/33",
                "10.20.0.0/-1",
                "!10.20.0.0/16",
                "10.20.0.0/16, 0.0.0.0/0",
                "static:all",
                "/etc/postfix/networks",
                ""
            })
    void nothingGetsThroughThatWouldAdmitStrangers(String network) {
        assertThatThrownBy(() -> Network.checked("relayNetworks", List.of(network)))
                .isInstanceOf(UnusableOrders.class)
                .hasMessageStartingWith("relayNetworks: ");
    }

    @Property
    void whateverIsRenderedHoldsNoMoreAddressesThanItsPrefixSays(@ForAll("networks") String network) {
        List<String> rendered;
        try {
            rendered = Network.checked("relayNetworks", List.of(network));
        } catch (UnusableOrders refused) {
            return;
        }
        assertThat(rendered).hasSize(1);
        String plain = rendered.get(0).replace("[", "").replace("]", "");
        int prefix = Integer.parseInt(plain.substring(plain.indexOf('/') + 1));
        assertThat(prefix).isGreaterThanOrEqualTo(plain.indexOf(':') < 0 ? 8 : 19);
        assertThat(network.startsWith(plain.substring(0, plain.indexOf('/')))).isTrue();
        assertThat(Outside.of(List.of(network))).isPresent();
    }

    @Provide
    Arbitrary<String> networks() {
        Arbitrary<Integer> octet = Arbitraries.integers().between(0, 255);
        Arbitrary<String> four =
                Combinators.combine(octet, octet, octet, octet).as((a, b, c, d) -> a + "." + b + "." + c + "." + d);
        Arbitrary<String> address = Arbitraries.oneOf(
                four,
                octet.map(a -> a + ".0.0.0"),
                four.map(text -> "::ffff:" + text),
                octet.map(a -> Integer.toHexString(a) + "00::"),
                Arbitraries.of("::", "8000::", "2001:db8::", "2001:db8:0:0:0:0:0:0", "0.0.0.0"));
        Arbitrary<String> prefix = Arbitraries.integers().between(0, 130).map(bits -> "/" + bits);
        return Combinators.combine(address, Arbitraries.oneOf(prefix, Arbitraries.just("")))
                .as((text, bits) -> text + bits);
    }
}
