package dev.sluice.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.ApiServerBinaries;
import dev.sluice.local.LocalApiServer;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The operator is killed in the middle of each act and started again: every act ends as it does without that. Real parts;
 * needs root.
 */
class DemoIT {
    private static LocalApiServer apiServer;

    @BeforeAll
    static void startApiServer() {
        apiServer = LocalApiServer.start(
                ApiServerBinaries.ofThisMachine(System.out::println).findOrBuild());
    }

    @AfterAll
    static void stopApiServer() {
        apiServer.close();
    }

    @Test
    void nodesThatTheNextHopRefusesStillGetNoMail() {
        ActReport preflight = playedWithTheOperatorKilled(ActName.PREFLIGHT).get(0);

        assertThat(preflight.acceptedByNewNodes()).isZero();
        assertThat(preflight.reason()).contains("filter-4", "east", "454");
    }

    @Test
    void canariesThatCannotDeliverAreStillTakenOutAndTheirMailIsSaved() {
        ActReport canary = playedWithTheOperatorKilled(ActName.CANARY).get(0);

        assertThat(canary.nodesEjected()).isEqualTo(2);
        assertThat(canary.handedOver()).isPositive();
        assertThat(canary.secondsFirstFailureToWeightZero()).isNotNull();
    }

    @Test
    void aServingNodeThatTurnsBadIsStillReplacedAndACommonOutageStillCostsNoNode() {
        List<ActReport> serving = playedWithTheOperatorKilled(ActName.SERVING);

        assertThat(serving).extracting(ActReport::nodesEjected).containsExactly(1, 0);
    }

    @Test
    void theScaleOutStillEndsWithAllNodesServing() {
        ActReport managed = playedWithTheOperatorKilled(ActName.MANAGED).get(0);

        assertThat(managed.acceptedByNewNodes()).isPositive();
    }

    /** What holds for every act, whatever happens to the operator: all mail arrives, once, and the books are right. */
    private static List<ActReport> playedWithTheOperatorKilled(ActName act) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        List<ActReport> reports = new Demo(
                        apiServer, out, InstantSource.system(), 50, 1, 1, Disturbance.OPERATOR_KILLED)
                .play(List.of(act), "Postfix")
                .acts();
        assertThat(reports).isNotEmpty().allSatisfy(report -> {
            assertThat(report.passed()).as(report.reason()).isTrue();
            assertThat(report.accepted()).isPositive();
            assertThat(report.delivered()).isEqualTo(report.accepted());
            assertThat(report.lost()).isZero();
            assertThat(report.bounced()).isZero();
            assertThat(report.duplicated()).isZero();
            assertThat(report.unaccounted()).isZero();
        });
        return reports;
    }
}
