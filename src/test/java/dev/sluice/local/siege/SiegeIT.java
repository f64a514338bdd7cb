package dev.sluice.local.siege;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.ApiServerBinaries;
import dev.sluice.local.KillableApiServer;
import dev.sluice.local.Machine;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

/**
 * Twenty blows at real Postfix, HAProxy, operator, kube-apiserver and etcd under load; {@code ./sluice siege --blows 200} is
 * the long form.
 */
class SiegeIT {
    private static final int BLOWS = 20;
    private static final long SEED = 1;
    private static final double MESSAGES_PER_SECOND = 40;

    @Test
    void nothingThatWasAcceptedIsLostWhateverIsKilled() {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        KillableApiServer apiServer = KillableApiServer.start(
                ApiServerBinaries.ofThisMachine(out::println).findOrBuild());

        SiegeReport report = new Siege(apiServer, out, InstantSource.system())
                .run(BLOWS, SEED, MESSAGES_PER_SECOND, Machine.nodes());

        assertThat(report.trouble()).isEmpty();
        assertThat(report.passed()).isTrue();
        assertThat(report.strikes()).hasSize(BLOWS);
        assertThat(report.books().accepted()).isGreaterThan(2_000);
        assertThat(report.books().returned()).as("mail to nobody").isPositive();
    }
}
