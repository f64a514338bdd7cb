package dev.sluice.cli.kubectl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.FilterPool;
import dev.sluice.api.MailNode;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What waits, by age, over all nodes of a pool. */
class QueueReportTest {
    private final KubernetesSerialization kubernetes = new KubernetesSerialization();

    private MailNode node(String name, String ages) {
        return kubernetes.unmarshal("""
                apiVersion: sluice.dev/v1alpha1
                kind: MailNode
                metadata: {name: %s, namespace: mail}
                spec: {poolRef: {kind: FilterPool, name: edge}, revision: v1-1}
                status:
                  state: Serving
                  queue:
                    messages: 8
                    oldestSeconds: 20000
                    hops: [{nextHop: partner, messages: 8%s}]
                """.formatted(name, ages), MailNode.class);
    }

    private QueueReport report(MailNode... nodes) {
        FilterPool pool = kubernetes.unmarshal("""
                apiVersion: sluice.dev/v1alpha1
                kind: FilterPool
                metadata: {name: edge, namespace: mail}
                spec: {replicas: 2}
                """, FilterPool.class);
        return QueueReport.of(new PoolView(pool, List.of(nodes), List.of(), Optional.empty()));
    }

    @Test
    void agesOfAllNodesAreAddedUp() {
        QueueReport report = report(
                node("edge-1", ", ages: [1, 2, 0, 0, 0, 0, 0, 5]"), node("edge-2", ", ages: [0, 1, 3, 0, 0, 0, 0, 4]"));

        assertThat(report.hops())
                .singleElement()
                .satisfies(hop -> assertThat(hop.ages()).containsExactly(1L, 3L, 3L, 0L, 0L, 0L, 0L, 9L));
        assertThat(report.text(Instant.EPOCH))
                .contains(
                        "AGE IN MIN   ALL   <=5   <=10   <=20   <=40   <=80   <=160   <=320   >320",
                        "partner      16    1     3      3      0      0      0       0       9");
    }

    @Test
    void aNodeWhoseAgentDoesNotTellAgesIsCountedWithoutThem() {
        QueueReport report = report(node("edge-1", ""), node("edge-2", ", ages: [8, 0, 0, 0, 0, 0, 0, 0]"));

        assertThat(report.messages()).isEqualTo(16);
        assertThat(report.text(Instant.EPOCH))
                .contains("partner      8     8     0      0      0      0      0       0       0");
    }
}
