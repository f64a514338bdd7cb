package dev.sluice.postfix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutsideTest {
    @Test
    void whoAsksForRelayIsInNoneOfTheDeclaredNetworks() {
        assertThat(Outside.of(List.of())).contains("192.0.2.1");
        assertThat(Outside.of(List.of("192.0.2.0/24", "10.0.0.0/8"))).contains("198.51.100.1");
        assertThat(Outside.of(List.of("192.0.0.0/8", "198.0.0.0/8", "203.0.113.1")))
                .contains("240.0.0.1");
        assertThat(Outside.of(List.of("192.0.0.0/8", "198.0.0.0/8", "203.0.0.0/8", "240.0.0.0/8")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.0/8, true",
        "127.0.0.1, 127.0.0.1, true",
        "127.0.0.1, 127.0.0.2/32, false",
        "10.20.0.5, 10.20.0.4/31, true",
        "10.20.0.6, 10.20.0.4/31, false",
        "127.0.0.1, ::1/128, false",
        "2001:db8::1, 2001:db8::/32, true",
        "127.0.0.1, everybody, false"
    })
    void aNetworkHoldsWhatItsPrefixSays(String address, String network, boolean held) {
        assertThat(Outside.isIn(address, List.of(network))).isEqualTo(held);
    }
}
