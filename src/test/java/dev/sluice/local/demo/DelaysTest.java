package dev.sluice.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.LoadEvent;
import dev.sluice.local.LoadEvent.Kind;
import dev.sluice.local.Receipt;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Late messages, told by the way they came. */
class DelaysTest {
    private static final Instant BEGIN = Instant.parse("2026-03-01T16:30:00Z");

    private static LoadEvent event(Kind kind, long number, long second) {
        return new LoadEvent(kind, number, BEGIN.plusSeconds(second), "");
    }

    private static Receipt receipt(long number, long second, String... path) {
        return new Receipt(number, "west.test", false, BEGIN.plusSeconds(second), "10.0.0.9", List.of(path));
    }

    @Test
    void eachWayIsToldOnceTheWorstFirstAndTimeCountsFromThe250ToTheFirstCopy() {
        List<LoadEvent> load = List.of(
                event(Kind.OFFERED, 1, 0),
                event(Kind.ACCEPTED, 1, 10),
                event(Kind.ACCEPTED, 2, 11),
                event(Kind.ACCEPTED, 3, 12),
                event(Kind.ACCEPTED, 4, 13));
        List<Receipt> receipts = List.of(
                receipt(1, 17, "filter-1", "west-1"),
                receipt(2, 20, "filter-4", "west-1"),
                receipt(3, 40, "filter-4", "west-1"),
                receipt(3, 18, "filter-4", "west-1"),
                receipt(4, 14, "filter-2", "east-1"));

        List<Delays> delays = Delays.of(Set.of(1L, 2L, 3L), load, receipts);

        assertThat(delays)
                .containsExactly(
                        new Delays(List.of("filter-4", "west-1"), 2, 9, BEGIN.plusSeconds(11), BEGIN.plusSeconds(12)),
                        new Delays(List.of("filter-1", "west-1"), 1, 7, BEGIN.plusSeconds(10), BEGIN.plusSeconds(10)));
    }
}
