package dev.sluice.local.siege;

import dev.sluice.api.FilterPool;
import dev.sluice.api.TransportPool;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The platform under siege: a filter tier behind HAProxy and two transport tiers. Volumes are small enough to be filled,
 * and everything takes seconds, so that all states of a node come by.
 */
final class SiegePools {
    static final String FILTER = "filter";
    static final String EAST = "east";
    static final String WEST = "west";
    static final String BACKEND = "filters";

    /** Nobody in it exists; the world says so with 550 5.1.1. */
    static final String NOBODY = "nobody.east.test";

    static final List<String> RECIPIENT_DOMAINS = Stream.concat(
                    IntStream.rangeClosed(1, 12)
                            .boxed()
                            .flatMap(number -> Stream.of(number + ".east.test", number + ".west.test")),
                    Stream.of(NOBODY))
            .toList();

    private SiegePools() {}

    static TransportPool transport(String name, String world) {
        return Serialization.unmarshal("""
                apiVersion: sluice.dev/v1alpha1
                kind: TransportPool
                metadata:
                  name: %s
                spec:
                  replicas: 1
                  template:
                    image: sluice.dev/node
                    queue: {size: 256Mi}
                    postfix:
                      default_process_limit: "20"
                      minimal_backoff_time: 3s
                      maximal_backoff_time: 6s
                      queue_run_delay: 2s
                  relayAccess:
                    fromPools: [%s]
                  nextHops:
                    - name: world
                      addresses:
                        - {host: %s, port: 25}
                  rollout:
                    policy:
                      steps: [{weightPercent: 100, leastMessages: 1}]
                      bakeSeconds: 0
                      gate: {objectiveSeconds: 5, staleSeconds: 5}
                      preflight: {timeoutSeconds: 3, deadlineSeconds: 120}
                """.formatted(name, FILTER, world), TransportPool.class);
    }

    /**
     * The filter tier.
     *
     * @param replicas how many nodes
     * @param edition changes the template without changing what it does
     * @param clients who may relay
     * @param runtimeApi host and port of the edge's runtime API
     */
    static FilterPool filter(int replicas, int edition, String clients, String runtimeApi) {
        return Serialization.unmarshal(
                """
                apiVersion: sluice.dev/v1alpha1
                kind: FilterPool
                metadata:
                  name: %s
                spec:
                  replicas: %d
                  minAvailable: 2
                  template:
                    image: sluice.dev/node
                    queue: {size: 256Mi}
                    podAnnotations: {example.com/edition: "%d"}
                    postfix:
                      default_process_limit: "20"
                      minimal_backoff_time: 3s
                      maximal_backoff_time: 6s
                      queue_run_delay: 2s
                  acceptFrom: [%s]
                  nextHops:
                    - name: east
                      transportPoolRef: {name: east}
                      recipientDomains: [".east.test"]
                    - name: west
                      transportPoolRef: {name: west}
                  traffic:
                    haProxy:
                      runtimeAddresses: ["%s"]
                      backend: %s
                      proxyProtocol: V2
                  rollout:
                    policy:
                      steps:
                        - {weightPercent: 10, leastMessages: 10, leastSeconds: 4, delta: "0.2"}
                        - {weightPercent: 100, leastMessages: 30, leastSeconds: 4, delta: "0.1"}
                      bakeSeconds: 0
                      progressDeadlineSeconds: 300
                      gate: {objectiveSeconds: 5, staleSeconds: 5}
                      preflight: {timeoutSeconds: 3, deadlineSeconds: 120}
                """.formatted(FILTER, replicas, edition, clients, runtimeApi, BACKEND), FilterPool.class);
    }
}
