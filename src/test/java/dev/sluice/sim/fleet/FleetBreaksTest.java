package dev.sluice.sim.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.plan.Planner;
import dev.sluice.sim.fleet.FleetBreaks.Habit;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each check fails when what it checks is broken: every invariant is violated by a planner, a rim, an agent or an edge. */
class FleetBreaksTest {
    private static final long MOST_SEEDS = 60;

    @ParameterizedTest
    @CsvSource({
        "I1,TRUSTS_EVERYBODY",
        "I2,GROWS_BY_ITSELF",
        "I3,IS_EASILY_CONVINCED",
        "I4,IS_IN_A_HURRY",
        "I5,PANICS",
        "I6,IS_ALONE_IN_THE_WORLD",
        "I7,IS_FORGIVING",
        "I8-convergence,CANNOT_LET_GO"
    })
    void aBrokenPlannerIsFound(String invariant, BrokenPlanner planner) {
        isFound(invariant, new FleetBreaks(planner, Set.of()));
    }

    @ParameterizedTest
    @CsvSource({
        "I1,EDGE_KEEPS_THE_WEIGHT",
        "I8-quiet,WRITES_ALWAYS",
        "I8-quiet,REMEMBERS_TOO_OFTEN",
        "I9,BELIEVES_THE_DECLARATION_AT_START",
        "I10,RELAY_OPEN",
        "I10,RELAY_NEVER_CLOSES",
        "I11,AGENT_DROPS_MAIL"
    })
    void aBrokenRimIsFound(String invariant, Habit habit) {
        isFound(invariant, new FleetBreaks(Planner::plan, Set.of(habit)));
    }

    private static void isFound(String invariant, FleetBreaks breaks) {
        assertThat(LongStream.rangeClosed(1, MOST_SEEDS)
                        .mapToObj(seed -> FleetStory.play(seed, breaks).failure())
                        .flatMap(Optional::stream)
                        .map(FleetFailure::invariant)
                        .filter(invariant::equals)
                        .findFirst())
                .contains(invariant);
    }
}
