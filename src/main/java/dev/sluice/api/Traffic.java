package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.sluice.api.Bounded.ListType;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/**
 * How traffic reaches the nodes; exactly one of both.
 *
 * @param haProxy by HAProxy, with weights, or null
 * @param endpointSlice by a Service's EndpointSlice, in or out, or null
 */
@ApiData
@ValidationRule(
        value = "has(self.haProxy) != has(self.endpointSlice)",
        message = "a pool has one way for its traffic: write exactly one of haProxy and endpointSlice")
public record Traffic(
        @JsonPropertyDescription(
                "HAProxy in front of the nodes: each has a weight, so that a canary can get an exact share.")
        HaProxyRouter haProxy,

        @JsonPropertyDescription(
                "A Service in front of the nodes: each is in or out; the share of a canary follows from the number of nodes.")
        EndpointSliceRouter endpointSlice) {

    /**
     * HAProxy as the edge.
     *
     * @param runtimeAddresses its runtime API, {@code host:port}, one for each HAProxy
     * @param backend the name of the backend section
     * @param proxyProtocol whether the nodes learn the client's address
     * @param weightSource how a weight reaches HAProxy
     */
    @ApiData
    @ValidationRule(
            value =
                    "self.weightSource != 'RuntimeSocket' || (has(self.runtimeAddresses) && size(self.runtimeAddresses) > 0)",
            message =
                    "weightSource RuntimeSocket needs to know where: write runtimeAddresses (host:port of each HAProxy's runtime API), or weightSource: AgentCheck")
    public record HaProxyRouter(
            @Bounded(
                    items = 16,
                    length = 259,
                    list = ListType.SET,
                    pattern = "^[A-Za-z0-9\\[]([A-Za-z0-9._:\\[\\]-]*):[0-9]{1,5}$")
            @JsonPropertyDescription(
                    "The runtime API of each HAProxy as host:port, at most 16. Needed with weightSource RuntimeSocket.")
            List<String> runtimeAddresses,

            @Required
            @Bounded(length = 128, pattern = "^[A-Za-z0-9._:-]+$")
            @JsonPropertyDescription("The name of HAProxy's backend section for this pool.")
            String backend,

            @Default("V2")
            @JsonPropertyDescription(
                    "Whether HAProxy tells the nodes the client's address: V2 (default, PROXY protocol version 2) or None.")
            ProxyProtocol proxyProtocol,

            @Default("RuntimeSocket")
            @JsonPropertyDescription(
                    "How a weight reaches HAProxy: RuntimeSocket (default, the operator sets it) or AgentCheck (HAProxy asks the agent of each node).")
            WeightSource weightSource) {
        /** What is not given becomes empty or its default. */
        public HaProxyRouter {
            runtimeAddresses = Absent.toEmpty(runtimeAddresses);
            proxyProtocol = Absent.to(ProxyProtocol.V2, proxyProtocol);
            weightSource = Absent.to(WeightSource.RUNTIME_SOCKET, weightSource);
        }
    }

    /**
     * A Service without selector, whose EndpointSlice Sluice writes.
     *
     * @param serviceName its name
     */
    @ApiData
    public record EndpointSliceRouter(
            @Required
            @Bounded(length = 63, pattern = "^[a-z]([-a-z0-9]*[a-z0-9])?$")
            @JsonPropertyDescription("A Service of this namespace without a selector; Sluice writes its EndpointSlice.")
            String serviceName) {}
}
