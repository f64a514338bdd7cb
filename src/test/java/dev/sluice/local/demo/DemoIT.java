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
 * The operator is killed in the middle of the acts in which nodes are taken out, and started again: they end as they do
 * without that. Each step of the other acts is swept on the API server alone, and the siege kills the operator amid mail in
 * every state. Real parts; needs root.
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
