package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.MailNode;
import dev.sluice.api.MailNodeStatus;
import dev.sluice.api.NodeState;
import dev.sluice.api.PoolStatus.NodeEntry;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeStatusesTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    private static final KubernetesSerialization JSON = new KubernetesSerialization();
    private static final Optional<String> ADDRESS = Optional.of("192.0.2.7");

    private static MailNode node() {
        return JSON.unmarshal("""
                apiVersion: sluice.dev/v1alpha1
                kind: MailNode
                metadata: {name: edge-1, namespace: mail, generation: 1}
                spec: {poolRef: {kind: FilterPool, name: edge}, revision: v1-0123456789}
                """, MailNode.class);
    }

    private static Optional<NodeEntry> entry(NodeState state, String reason) {
        return Optional.of(
                new NodeEntry("edge-1", "v1-0123456789", state, 0, NOON, null, null, reason, "192.0.2.7", false));
    }

    /** What a server gives back after it was written. */
    private static MailNode written(MailNode node, MailNodeStatus status) {
        node.setStatus(status);
        return JSON.unmarshal(JSON.asJson(node), MailNode.class);
    }

    @Test
    void aStatusThatStillHoldsIsNotWrittenAgain() {
        Optional<NodeEntry> serving = entry(NodeState.SERVING, null);
        MailNodeStatus first = NodeStatuses.worthWriting(node(), serving, ADDRESS, NodeContact.NONE, NOON)
                .orElseThrow();

        Optional<MailNodeStatus> second = NodeStatuses.worthWriting(
                written(node(), first), serving, ADDRESS, NodeContact.NONE, NOON.plusSeconds(3600));

        assertThat(second).isEmpty();
    }

    @Test
    void aNewReasonIsWrittenAtOnce() {
        MailNodeStatus first = NodeStatuses.worthWriting(
                        node(), entry(NodeState.STAGED, "starting"), ADDRESS, NodeContact.NONE, NOON)
                .orElseThrow();

        Optional<MailNodeStatus> second = NodeStatuses.worthWriting(
                written(node(), first),
                entry(NodeState.STAGED, "its agent does not answer"),
                ADDRESS,
                NodeContact.NONE,
                NOON.plusSeconds(1));

        assertThat(second).map(MailNodeStatus::message).contains("its agent does not answer");
    }
}
