package dev.sluice.local.siege;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every kind of blow meets every state of a node, and the same seed plans the same. */
class BlowPlanTest {
    private static final int PAIRS = Blow.all().size() * BlowPlan.STATES.size();

    @Test
    void everyPairOfBlowAndStateComesBeforeAnyComesAgain() {
        assertThat(BlowPlan.of(PAIRS, 7).blows().stream()
                        .map(blow -> blow.kind() + " " + blow.state())
                        .collect(Collectors.toSet()))
                .hasSize(PAIRS);
    }

    @Test
    void amongAsManyBlowsAsThereAreKindsEachComesOnce() {
        assertThat(BlowPlan.of(20, 3).blows().subList(10, 20).stream().map(BlowPlan.Planned::kind))
                .containsExactlyInAnyOrderElementsOf(Blow.all());
    }

    @Test
    void theSeedDecides() {
        assertThat(BlowPlan.of(50, 1)).isEqualTo(BlowPlan.of(50, 1)).isNotEqualTo(BlowPlan.of(50, 2));
    }
}
