package dev.sluice.operator;

import dev.sluice.api.Pool;
import dev.sluice.api.ReceiverType;
import dev.sluice.notify.Outcome;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * What Prometheus can ask the operator: pools and nodes by state, leadership, the run of reconciles, contact with the
 * agents. docs/metrics.md lists them.
 */
final class OperatorMetrics implements Metrics {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final PoolMetrics pools = new PoolMetrics(registry);
    private final AtomicBoolean leads = new AtomicBoolean();

    OperatorMetrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        Gauge.builder("sluice.leader", leads, leading -> leading.get() ? 1 : 0)
                .description("1 while this operator leads, 0 while it stands by")
                .register(registry);
        Gauge.builder("sluice.build.info", () -> 1)
                .description("1; the version of this operator")
                .tag(
                        "version",
                        Optional.ofNullable(OperatorMetrics.class.getPackage().getImplementationVersion())
                                .orElse("development"))
                .register(registry);
        for (ReceiverType type : ReceiverType.values()) {
            for (Outcome outcome : Outcome.values()) {
                notifications(type, outcome);
            }
        }
    }

    PrometheusMeterRegistry registry() {
        return registry;
    }

    /** Shows what somebody else counts beside the rest. */
    void add(MeterBinder other) {
        other.bindTo(registry);
    }

    void leads(boolean leading) {
        leads.set(leading);
    }

    /** Counts a message that came to its end. */
    void notified(ReceiverType type, Outcome outcome) {
        notifications(type, outcome).increment();
    }

    private Counter notifications(ReceiverType type, Outcome outcome) {
        return Counter.builder("sluice.notifications")
                .description("Messages to receivers of notifications by what became of them.")
                .tag("type", type.name().toLowerCase(Locale.ROOT))
                .tag("result", outcome.word())
                .register(registry);
    }

    /** Takes the figures of all pools anew. */
    void pools(List<Pool> all, Function<PoolKey, Map<Boolean, Long>> reachable, Instant now) {
        pools.take(all, reachable, now);
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
                    .description("How long a reconcile took")
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
