package dev.sluice.postfix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.node.NodeOrders;
import dev.sluice.node.NodeOrders.ClientAddress;
import dev.sluice.node.NodeOrders.Endpoint;
import dev.sluice.node.NodeOrders.HopRoute;
import dev.sluice.node.NodeOrders.Peer;
import dev.sluice.postfix.PostfixConfiguration.Delivery;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostfixConfigurationTest {
    private static final NodeFacts FACTS = new NodeFacts(
            "n1.mail.node.sluice.dev",
            "n1",
            Path.of("/etc/postfix"),
            Path.of("/var/spool/postfix"),
            Path.of("/var/lib/sluice/mta"),
            Path.of("/var/lib/sluice/log/mail.log"),
            "0.0.0.0",
            25,
            2526,
            2527,
            false,
            Path.of("/var/lib/sluice/policy.sock"));
    private static final HopRoute REST = new HopRoute(
            "transport", List.of(new Endpoint("10.20.1.21", 25), new Endpoint("10.20.1.22", 25)), List.of(), true);
    private static final HopRoute CUSTOMER =
            new HopRoute("customer", List.of(new Endpoint("10.20.2.31", 2525)), List.of("C.test"), false);

    private static NodeOrders orders(Map<String, String> settings, List<String> networks, Optional<Peer> handoverTo) {
        return new NodeOrders(
                1,
                "n1",
                50,
                true,
                false,
                false,
                60,
                settings,
                ClientAddress.CONNECTION,
                networks,
                List.of("10.20.1.0/24"),
                List.of(CUSTOMER, REST),
                handoverTo,
                Optional.empty(),
                1,
                false);
    }

    private static PostfixConfiguration render(NodeOrders orders) throws UnusableOrders {
        return PostfixConfiguration.render(orders, FACTS, Delivery.NORMAL);
    }

    @Test
    void routesDomainsToTheirHopAndTheRestToEveryEndpointOfTheDefault() throws UnusableOrders {
        PostfixConfiguration files = render(orders(Map.of(), List.of("10.20.0.5"), Optional.empty()));

        assertThat(files.transportMap()).isEqualTo("c.test smtp:[10.20.2.31]:2525\n");
        assertThat(files.mainCf())
                .containsPattern(
                        "(?m)^relayhost = (\\[10.20.1.21]:25, \\[10.20.1.22]:25|\\[10.20.1.22]:25, \\[10.20.1.21]:25)$")
                .contains("\nmynetworks = 10.20.0.5/32\n")
                .contains("\nenable_long_queue_ids = yes\n")
                .contains("\nsmtp_delivery_status_filter =\n");
    }

    @Test
    void aHandoverTakesEveryRouteToThePeerAndKeepsWhatThePeerRefuses() throws UnusableOrders {
        Peer peer = new Peer("n2", new Endpoint("10.20.1.2", 2526));

        String main = render(orders(Map.of(), List.of(), Optional.of(peer))).mainCf();

        assertThat(main)
                .contains("\nrelayhost = [10.20.1.2]:2526\n")
                .contains("\ntransport_maps =\n")
                .contains("\nsmtp_delivery_status_filter = regexp:/etc/postfix/delivery_status_filter\n")
                .contains("\nmynetworks =\n");
    }

    @Test
    void theTemplateSetsItsOwnLifetime() throws UnusableOrders {
        String main = render(orders(Map.of("maximal_queue_lifetime", "12h"), List.of(), Optional.empty()))
                .mainCf();

        assertThat(main).contains("\nmaximal_queue_lifetime = 12h\n").doesNotContain("maximal_queue_lifetime = 5d");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            mynetworks | 0.0.0.0/0 | declare the networks in the pool's relay access
            relayhost | [192.0.2.1] | declare it as a next hop
            bad name | x | is no name of a Postfix parameter
            """)
    void refusesSettingsThatAreNotTheTemplates(String name, String value, String advice) {
        assertThatThrownBy(() -> render(orders(Map.of(name, value), List.of(), Optional.empty())))
                .isInstanceOf(UnusableOrders.class)
                .hasMessageContaining(name)
                .hasMessageContaining(advice);
    }

    @Test
    void refusesAValueThatWouldAddALine() {
        assertThatThrownBy(() ->
                        render(orders(Map.of("myorigin", "x\nmynetworks = 0.0.0.0/0"), List.of(), Optional.empty())))
                .isInstanceOf(UnusableOrders.class)
                .hasMessageContaining("line break");
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0/0", "128.0.0.0/1", "::/0", "10.20.0.5/24", "example.org", "10.1", "10.20.0.0/33"})
    void refusesNetworksThatWouldAdmitStrangers(String network) {
        assertThatThrownBy(() -> render(orders(Map.of(), List.of(network), Optional.empty())))
                .isInstanceOf(UnusableOrders.class)
                .hasMessageContaining(network);
    }
}
