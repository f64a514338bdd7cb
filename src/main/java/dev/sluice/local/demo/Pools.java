package dev.sluice.local.demo;

import dev.sluice.api.FilterPool;
import dev.sluice.api.TransportPool;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The platform of the demo: a filter tier behind HAProxy, and behind it two transport tiers, one for each half of the
 * world. Everything takes seconds instead of minutes and hours, so that it can be watched.
 */
final class Pools {
    static final String FILTER = "filter";
    static final String EAST = "east";
    static final String WEST = "west";
    /** All domains below it go by way of the east, all others by way of the west. */
    static final String EAST_DOMAINS = ".east.test";
    /** In turn to the east and to the west. */
    static final List<String> RECIPIENT_DOMAINS = IntStream.rangeClosed(1, 10)
            .boxed()
            .flatMap(number -> Stream.of(number + ".east.test", number + ".west.test"))
            .toList();

    static final String BACKEND = "filters";

    /**
     * The transport tier's refusal is 454 instead of 554: it is the milder of the two, and the one of the incident (the
     * mail is kept, retried and bounced when its time is over).
     */
    static final String REFUSAL = "relay_domains_reject_code";

    static final String REFUSAL_CODE = "454";

    private Pools() {}

    /** A transport tier of one node that admits the nodes of the filter pool, kept up to date by Sluice. */
    static TransportPool managedTransport(String name, String sink) {
        return transport(name, sink, "fromPools: [" + FILTER + "]");
    }

    /** A transport tier of one node whose admitted addresses are written down by hand. */
    static TransportPool transportAdmitting(String name, String sink, List<String> networks) {
        return transport(name, sink, "networks: " + networks);
    }

    private static TransportPool transport(String name, String sink, String relayAccess) {
        return Serialization.unmarshal(
                """
                apiVersion: sluice.dev/v1alpha1
                kind: TransportPool
                metadata:
                  name: %s
                spec:
                  replicas: 1
                  template:
                    image: sluice.dev/node
                    postfix:
                      default_process_limit: "20"
                      %s: "%s"
                  relayAccess:
                    %s
                  nextHops:
                    - name: world
                      addresses:
                        - {host: %s, port: 25}
                  rollout:
                    policy:
                      steps: [{weightPercent: 100, leastMessages: 1}]
                      bakeSeconds: 0
                      gate: {objectiveSeconds: 5, staleSeconds: 5}
                      preflight: {timeoutSeconds: 3, deadlineSeconds: 60}
                """.formatted(name, REFUSAL, REFUSAL_CODE, relayAccess, sink), TransportPool.class);
    }

    /**
     * The filter tier.
     *
     * @param clients who may relay; the PROXY protocol shows the nodes the client, not the edge
     * @param runtimeApi host and port of the edge's runtime API
     * @param preflightSeconds how long new nodes may fail their preflight
     */
    static FilterPool filter(int replicas, String clients, String runtimeApi, int preflightSeconds) {
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
                    postfix:
                      default_process_limit: "20"
                      minimal_backoff_time: 5s
                      maximal_backoff_time: 10s
                      queue_run_delay: 2s
                  acceptFrom: [%s]
                  nextHops:
                    - name: east
                      transportPoolRef: {name: east}
                      recipientDomains: ["%s"]
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
                        - {weightPercent: 10, leastMessages: 20, leastSeconds: 5, delta: "0.2"}
                        - {weightPercent: 100, leastMessages: 60, leastSeconds: 5, delta: "0.1"}
                      bakeSeconds: 0
                      progressDeadlineSeconds: 300
                      gate: {objectiveSeconds: 5, staleSeconds: 5}
                      preflight: {timeoutSeconds: 3, deadlineSeconds: %d}
                """.formatted(FILTER, replicas, clients, EAST_DOMAINS, runtimeApi, BACKEND, preflightSeconds),
                FilterPool.class);
    }
}
