package dev.sluice.sim.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Five hundred stories in virtual time, and every one that ever broke an invariant. */
class FleetSweepTest {
    private static final int SEEDS = 500;

    /** Each of these broke an invariant once, of the planner, the operator, an agent or the model. */
    private static final long[] ONCE_BROKEN = {
        6056, 9324, 11, 13, 14, 15, 16, 18, 19, 21, 22, 25, 32, 34, 37, 38, 39, 43, 45, 46, 47, 51, 59, 61, 64, 65, 74,
        77, 82, 84, 91, 97, 98, 119, 127, 142, 143, 151, 154, 156, 161, 165, 166, 169, 172, 179, 182, 186, 202, 203,
        206, 214, 215, 218, 221, 226, 232, 234, 238, 243, 253, 254, 255, 261, 262, 263, 266, 268, 275, 282, 288, 289,
        293, 294, 298, 674, 1019, 1041, 1347, 1351, 1586, 1593, 1645, 1873, 2008, 2233, 2424, 2444, 2452, 2506, 2526,
        2528, 2556, 2559, 2596, 2597, 2696, 2726, 2749, 2767, 2778, 2791, 2835, 2844, 2846, 2864, 2881, 2886, 2897,
        2918, 2938, 2961, 2964, 2977, 3014, 3051, 3151, 3171, 3179, 3193, 3199, 3216, 3254, 3275, 3306, 3452, 3488,
        3601, 3614, 3632, 3634, 3665, 3678, 3691, 3696, 3702, 3719, 3779, 3847, 3861, 3884, 3897, 3944, 3993, 4129,
        4155, 4166, 4334, 4373, 4393, 4399, 4439, 4476, 4544, 4564, 4566, 4571, 4581, 4586, 4623, 4628, 4667, 4683,
        4686, 4688, 4703, 4717, 4724, 4746, 4755, 4772, 4782, 4784, 4855, 4857, 4873, 4927, 4932, 5365, 5505, 6452, 6863
    };

    @Test
    void noInvariantIsBrokenAndEveryFaultStrikes() {
        FleetSweep sweep = FleetSweep.over(LongStream.rangeClosed(1, SEEDS), FleetBreaks.NONE);

        assertThat(sweep.failures()).isEmpty();
        assertThat(sweep.faults().keySet()).containsAll(everyFault());
    }

    @Test
    void whatBrokeOnceHolds() {
        assertThat(FleetSweep.over(LongStream.of(ONCE_BROKEN), FleetBreaks.NONE).failures())
                .isEmpty();
    }

    @Test
    void aSeedReplaysExactly() {
        List<String> first = FleetStory.explain(7, FleetBreaks.NONE);

        assertThat(FleetStory.explain(7, FleetBreaks.NONE)).isEqualTo(first);
        assertThat(FleetStory.explain(8, FleetBreaks.NONE)).isNotEqualTo(first);
    }

    private static List<String> everyFault() {
        return Stream.of(
                        Arrays.stream(Mishap.values()).map(Mishap::name),
                        Arrays.stream(Calls.Ending.values()).map(Calls.Ending::fault),
                        Stream.of(
                                "the operator dies before a call",
                                "the operator dies after a call",
                                "an event is late",
                                "an event comes twice",
                                "an event is lost",
                                "a watch ends with 410 Gone",
                                "an event is missed while a watch is gone",
                                "a start reads what is past",
                                "an agent gives an old answer"))
                .flatMap(each -> each)
                .toList();
    }
}
