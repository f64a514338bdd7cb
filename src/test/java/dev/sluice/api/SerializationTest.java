package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.PoolStatus.HopOutage;
import dev.sluice.api.PoolStatus.NodeEntry;
import dev.sluice.api.PoolStatus.Rejection;
import dev.sluice.api.PoolStatus.Revisions;
import dev.sluice.api.PoolStatus.Shares;
import dev.sluice.api.PoolStatus.Summary;
import dev.sluice.api.PoolStatus.TrialStatus;
import dev.sluice.api.PoolStatus.WatchMemory;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the client of the cluster makes of the types. */
class SerializationTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    private final KubernetesSerialization client = new KubernetesSerialization();

    @Test
    void aStatusComesBackAsItWent() {
        PoolStatus status = status();

        assertThat(client.unmarshal(client.asJson(status), PoolStatus.class)).isEqualTo(status);
    }

    @Test
    void timesAreWrittenAsKubernetesWritesThem() {
        assertThat(client.asJson(status())).contains("\"startedTime\":\"2026-11-23T12:00:00Z\"");
    }

    @Test
    void choicesAreWrittenInCamelCase() {
        assertThat(client.asJson(status())).contains("\"purpose\":\"ScaleOut\"").contains("\"state\":\"Serving\"");
    }

    @Test
    void whatIsEmptyIsNotWritten() {
        assertThat(client.asJson(PoolStatus.NEVER_OBSERVED))
                .doesNotContain("null")
                .doesNotContain("[]")
                .doesNotContain("\"trial\"");
    }

    @Test
    void aFieldOfALaterVersionIsOverlooked() {
        FilterPool pool = client.unmarshal("""
                {"apiVersion": "sluice.dev/v1alpha1", "kind": "FilterPool", "metadata": {"name": "edge-in"},
                 "spec": {"replicas": 2, "later": 1, "drain": {"later": {}}, "nextHops": [{"name": "a", "later": []}]},
                 "status": {"later": true, "nodes": [{"name": "n", "state": "Serving", "later": "x"}]}}
                """, FilterPool.class);

        assertThat(pool.getSpec().replicas()).isEqualTo(2);
        assertThat(pool.getStatus().nodes()).extracting(NodeEntry::state).containsExactly(NodeState.SERVING);
    }

    @Test
    void listsAndMapsAreNeverNull() {
        for (Class<?> type : List.of(
                FilterPoolSpec.class,
                TransportPoolSpec.class,
                RolloutPolicySpec.class,
                MailNodeSpec.class,
                PoolRolloutSpec.class,
                PoolActionSpec.class,
                PoolStatus.class,
                MailNodeStatus.class,
                RolloutPolicyStatus.class,
                PoolRolloutStatus.class,
                PoolActionStatus.class,
                NodeTemplate.class,
                NextHop.class,
                RelayAccess.class)) {
            assertNoNullCollection(type, client.unmarshal("{}", type));
        }
    }

    @Test
    void aPoolIsOneOfTwoKinds() {
        Pool filter = new FilterPool();
        Pool transport = new TransportPool();

        assertThat(List.of(filter.kind(), transport.kind()))
                .containsExactly(PoolKind.FILTER_POOL, PoolKind.TRANSPORT_POOL);
        assertThat(filter.getApiVersion()).isEqualTo("sluice.dev/v1alpha1");
    }

    @Test
    void theBuiltInPolicyKeepsTheRulesOfTheSchema() {
        List<RolloutPolicySpec.Step> steps = RolloutPolicySpec.STANDARD.steps();

        assertThat(steps).allSatisfy(step -> assertThat(step.leastMessages()).isPositive());
        assertThat(steps)
                .extracting(RolloutPolicySpec.Step::weightPercent)
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void aStepWithoutADeltaGetsOneThatItsWeightCanExclude() {
        assertThat(List.of(1, 4, 5, 24, 25, 100))
                .extracting(weight -> new RolloutPolicySpec.Step(weight, 100, 0, null).delta())
                .containsExactly("0.05", "0.05", "0.02", "0.02", "0.01", "0.01");
    }

    private static void assertNoNullCollection(Class<?> type, Object value) {
        for (RecordComponent component : type.getRecordComponents()) {
            if (Collection.class.isAssignableFrom(component.getType()) || component.getType() == Map.class) {
                try {
                    assertThat(component.getAccessor().invoke(value))
                            .as("%s.%s", type.getSimpleName(), component.getName())
                            .isNotNull();
                } catch (ReflectiveOperationException e) {
                    throw new LinkageError(component.toString(), e);
                }
            }
        }
    }

    private static PoolStatus status() {
        return new PoolStatus(
                7L,
                3,
                "sluice.dev/pool=edge-in",
                List.of(new ConditionBuilder()
                        .withType("Ready")
                        .withStatus("Unknown")
                        .withReason("RolloutInProgress")
                        .withMessage("step 2/4")
                        .withLastTransitionTime(NOON.toString())
                        .withObservedGeneration(7L)
                        .build()),
                new Revisions(
                        "v1-a",
                        "v1-b",
                        List.of(new Rejection(
                                "v1-c", Purpose.NEW_REVISION, 3, 6, NOON, "CanaryWorse", "12 of 30", 2, 5, "r-6"))),
                new TrialStatus(
                        "r-7",
                        Purpose.SCALE_OUT,
                        "v1-b",
                        2,
                        25,
                        "24.7",
                        NOON,
                        NOON.plusSeconds(60),
                        NOON.plusSeconds(3600),
                        NOON.plusSeconds(90),
                        "for lunch",
                        TrialPhase.CANARY),
                List.of(new NodeEntry(
                        "edge-in-1", "v1-a", NodeState.SERVING, 256, NOON, null, "p-1", null, "10.0.0.7", true)),
                List.of(new HopOutage("relay", HopState.RECOVERING, NOON)),
                new WatchMemory("{}", NOON),
                4,
                3,
                "again",
                List.of("abort-1"),
                new Shares(25, "24.7", NOON),
                new Summary("2/4", 25, "3/3", "Hold", "needs 12 more messages"),
                null);
    }
}
