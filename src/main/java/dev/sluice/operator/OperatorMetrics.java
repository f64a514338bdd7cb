package dev.sluice.operator;

import dev.sluice.api.NodeState;
import dev.sluice.api.Pool;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What Prometheus can ask the operator: pools and nodes by state, the run of reconciles, contact with the agents. */
final class OperatorMetrics implements Metrics {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final MultiGauge nodes = MultiGauge.builder("sluice.pool.nodes")
            .description("Nodes of a pool by where they are in their life.")
            .register(registry);
    private final MultiGauge weights = MultiGauge.builder("sluice.pool.trial.weight.percent")
            .description("The share of the traffic that the nodes on trial are to get; 0 without a trial.")
            .register(registry);
    private final MultiGauge conditions = MultiGauge.builder("sluice.pool.condition")
            .description("1 while a condition of the pool is True, else 0.")
            .register(registry);

    OperatorMetrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
    }

    PrometheusMeterRegistry registry() {
        return registry;
    }

    void watch(AgentPoller agents) {
        for (boolean reachable : new boolean[] {true, false}) {
            Gauge.builder("sluice.agents", agents, poller -> poller.reachable().get(reachable))
                    .description("Agents by whether the last call to them succeeded.")
                    .tag("reachable", Boolean.toString(reachable))
                    .register(registry);
        }
    }

    /** Takes the figures of all pools anew. */
    void pools(List<Pool> pools) {
        List<Row<?>> byState = new ArrayList<>();
        List<Row<?>> trials = new ArrayList<>();
        List<Row<?>> states = new ArrayList<>();
        for (Pool pool : pools) {
            Tags tags = Tags.of(
                    "namespace",
                    pool.getMetadata().getNamespace(),
                    "kind",
                    pool.getKind(),
                    "pool",
                    pool.getMetadata().getName());
            for (NodeState state : NodeState.values()) {
                long count = Observation.statusOf(pool).nodes().stream()
                        .filter(node -> node.state() == state)
                        .count();
                byState.add(Row.of(tags.and("state", state.name().toLowerCase(Locale.ROOT)), count));
            }
            int weight = Observation.statusOf(pool).trial() == null
                    ? 0
                    : Observation.statusOf(pool).trial().weightPercent();
            trials.add(Row.of(tags, weight));
            Observation.statusOf(pool)
                    .conditions()
                    .forEach(condition -> states.add(Row.of(
                            tags.and("type", condition.getType()), "True".equals(condition.getStatus()) ? 1 : 0)));
        }
        nodes.register(byState, true);
        weights.register(trials, true);
        conditions.register(states, true);
    }

    @Override
    public <T> T timeControllerExecution(ControllerExecution<T> execution) throws Exception {
        Timer.Sample sample = Timer.start(registry);
        String outcome = "failed";
        try {
            T result = execution.execute();
            outcome = execution.successTypeName(result);
            return result;
        } finally {
            sample.stop(Timer.builder("sluice.reconcile")
                    .description("How long a reconcile took.")
                    .tag("controller", execution.controllerName())
                    .tag("outcome", outcome)
                    .serviceLevelObjectives(
                            Duration.ofMillis(10),
                            Duration.ofMillis(50),
                            Duration.ofMillis(200),
                            Duration.ofSeconds(1),
                            Duration.ofSeconds(5),
                            Duration.ofSeconds(30))
                    .register(registry));
        }
    }
}
