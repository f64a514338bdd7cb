package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.FilterPool;
import dev.sluice.api.PoolSpec;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;

class RevisionHashTest {
    private static final String DECLARATION = """
            apiVersion: sluice.dev/v1alpha1
            kind: FilterPool
            metadata: {name: edge}
            spec:
              replicas: %d
              template:
                image: "%s"
                postfix: {%s}
                resources: {limits: {memory: 1Gi}}
              nextHops:
                - {name: partner, addresses: [{host: mx.example.net}], recipientDomains: [example.net]}
              traffic: {endpointSlice: {serviceName: smtp}}
            """;

    private static PoolSpec declared(int replicas, String image, String postfix) {
        return new KubernetesSerialization()
                .unmarshal(DECLARATION.formatted(replicas, image, postfix), FilterPool.class)
                .getSpec();
    }

    @Test
    void theNameOfADeclarationIsTheSameInEveryVersionOfThisProgram() {
        PoolSpec spec = declared(3, "mail:1", "message_size_limit: \"52428800\", maximal_queue_lifetime: 5d");

        assertThat(RevisionHash.of(spec)).isEqualTo("v1-65b0a09129");
    }

    @Test
    void theOrderOfSettingsAndTheNumberOfNodesMakeNoOtherRevision() {
        PoolSpec one = declared(3, "mail:1", "a: x, b: y");
        PoolSpec other = declared(9, "mail:1", "b: y, a: x");

        assertThat(RevisionHash.of(one)).isEqualTo(RevisionHash.of(other));
    }

    @Test
    void whatANodeIsMadeOfMakesAnotherRevision() {
        String one = RevisionHash.of(declared(3, "mail:1", "a: x"));

        assertThat(RevisionHash.of(declared(3, "mail:2", "a: x"))).isNotEqualTo(one);
        assertThat(RevisionHash.of(declared(3, "mail:1", "a: y"))).isNotEqualTo(one);
    }
}
