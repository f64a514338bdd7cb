package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.FilterPool;
import dev.sluice.api.Pool;
import dev.sluice.api.TransportPool;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A filter pool and a transport pool of one name would give their nodes the same names. */
class PoolNamesTest {
    private final FilterPool filter = named(new FilterPool(), "edge", "2026-11-02T09:00:00Z");

    private static <P extends Pool> P named(P pool, String name, String created) {
        pool.setMetadata(new ObjectMetaBuilder()
                .withNamespace("mail")
                .withName(name)
                .withCreationTimestamp(created)
                .build());
        return pool;
    }

    @Test
    void theYoungerOneHearsOfTheOlderAndTheOlderOfNobody() {
        TransportPool transport = named(new TransportPool(), "edge", "2026-11-02T09:00:01Z");
        List<Pool> both = List.of(filter, transport);

        assertThat(Observation.olderOfTheSameName(transport, both)).contains("FilterPool edge");
        assertThat(Observation.olderOfTheSameName(filter, both)).isEmpty();
    }

    @Test
    void ofTwoThatWereMadeInTheSameSecondExactlyOneWaits() {
        TransportPool transport = named(new TransportPool(), "edge", "2026-11-02T09:00:00Z");
        List<Pool> both = List.of(transport, filter);

        assertThat(Observation.olderOfTheSameName(filter, both)).isEmpty();
        assertThat(Observation.olderOfTheSameName(transport, both)).isPresent();
    }

    @Test
    void poolsOfOtherNamesDoNotMatter() {
        TransportPool transport = named(new TransportPool(), "east", "2026-11-02T09:00:01Z");

        assertThat(Observation.olderOfTheSameName(transport, List.of(filter, transport)))
                .isEmpty();
    }
}
