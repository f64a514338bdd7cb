package dev.sluice.operator;

import dev.sluice.api.FilterPool;
import dev.sluice.operator.CrashPoint.Manner;
import dev.sluice.testkit.ApiServerDoor.Fate;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A namespace of its own with nodes that count mail and an operator that dies at one point and is started anew. */
final class CrashCell implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);
    private static final Duration REST = Duration.ofSeconds(2);
    private static final long MESSAGES_AT_ONCE = 100;

    private final Config cluster;
    private final KubernetesClient client;
    private final FakeNodes nodes;
    private final SweptStory story;
    private final CrashPoint point;
    private final ScheduledExecutorService mail = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "mail");
        thread.setDaemon(true);
        return thread;
    });
    private final List<MortalOperator> operators = new ArrayList<>();
    private final List<String> steps = new ArrayList<>();
    private Future<?> flow = CompletableFuture.completedFuture(null);
    private boolean counting;
    private boolean struck;

    /**
     * How a run ended.
     *
     * @param end what is there
     * @param steps the operator's steps, in order
     * @param struck whether the point was reached
     */
    record Run(EndState end, List<String> steps, boolean struck) {}

    CrashCell(Config cluster, SweptStory story, CrashPoint point) {
        this.cluster = cluster;
        this.story = story;
        this.point = point;
        try (KubernetesClient anywhere =
                new KubernetesClientBuilder().withConfig(cluster).build()) {
            String namespace = anywhere.resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withGenerateName("crash-")
                            .endMetadata()
                            .build())
                    .create()
                    .getMetadata()
                    .getName();
            client = new KubernetesClientBuilder()
                    .withConfig(
                            new ConfigBuilder(cluster).withNamespace(namespace).build())
                    .build();
        }
        nodes = new FakeNodes(client);
    }

    /** Plays the story until it has come to rest, wherever that is. */
    Run play() throws InterruptedException {
        tell();
        await("the story's end", () -> {
            story.carryOn(this);
            return story.over(this);
        });
        EndState before = EndState.of(this);
        for (Instant still = Instant.now(); Instant.now().isBefore(still.plus(REST.multipliedBy(2))); ) {
            Thread.sleep(BETWEEN_LOOKS.toMillis());
            EndState now = EndState.of(this);
            if (!now.equals(before)) {
                before = now;
                still = Instant.now();
            }
        }
        return run(before);
    }

    /** Plays the story until it has come to rest at this end, or for as long as patience lasts. */
    Run playUntil(EndState expected) throws InterruptedException {
        tell();
        Instant limit = Instant.now().plus(PATIENCE);
        Optional<Instant> since = Optional.empty();
        Optional<EndState> seen = Optional.empty();
        while (Instant.now().isBefore(limit)) {
            story.carryOn(this);
            seen = Optional.of(this).filter(story::over).map(EndState::of);
            if (!seen.equals(Optional.of(expected))) {
                since = Optional.empty();
            } else if (since.isEmpty()) {
                since = Optional.of(Instant.now());
            } else if (since.get().plus(REST).isBefore(Instant.now())) {
                break;
            }
            Thread.sleep(BETWEEN_LOOKS.toMillis());
        }
        return run(seen.orElseGet(() -> EndState.of(this)));
    }

    private void tell() {
        story.prepare(this);
        synchronized (this) {
            counting = true;
        }
        if (story == SweptStory.ROLLOUT) {
            mailFlows();
        }
        story.begin(this);
    }

    private synchronized Run run(EndState end) {
        return new Run(end, List.copyOf(steps), struck);
    }

    private synchronized Fate fate(MortalOperator operator, String step) {
        if (!counting) {
            return Fate.PASS;
        }
        steps.add(step);
        if (struck || steps.size() != point.step()) {
            return Fate.PASS;
        }
        struck = true;
        Runnable death = () -> {
            operator.kill();
            // The thread that took the last step belongs to the dead.
            Thread successor = new Thread(this::startOperator, "successor");
            successor.setDaemon(true);
            successor.start();
        };
        return point.manner() == Manner.ANSWERED
                ? new Fate.Pass(death)
                : point.manner() == Manner.ANSWER_LOST ? new Fate.Lose(death) : Fate.LOSE_THE_ANSWER;
    }

    void startOperator() {
        MortalOperator operator = new MortalOperator(
                cluster,
                client.getNamespace(),
                OperatorSettings.alone(List.of(client.getNamespace()), client.getNamespace(), "test"),
                this::fate);
        synchronized (operators) {
            operators.add(operator);
        }
        operator.start();
    }

    KubernetesClient client() {
        return client;
    }

    FakeNodes nodes() {
        return nodes;
    }

    Optional<FilterPool> pool() {
        return Optional.ofNullable(
                client.resources(FilterPool.class).withName("edge").get());
    }

    /** What the pool says of itself, for a person who looks for the reason of a difference. */
    String lastWords() {
        return pool().map(Observation::statusOf)
                .map(status -> status.summary() + " " + status.trial() + " " + status.shares())
                .orElse("nothing, the pool is gone");
    }

    void apply(String yaml) {
        for (HasMetadata resource : client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                .items()) {
            client.resource(resource)
                    .inNamespace(client.getNamespace())
                    .fieldManager("person")
                    .forceConflicts()
                    .serverSideApply();
        }
    }

    void mailFlows() {
        flow = mail.scheduleAtFixedRate(
                () -> nodes.all().forEach(agent -> agent.receive(MESSAGES_AT_ONCE)), 0, 100, TimeUnit.MILLISECONDS);
    }

    void stopMail() {
        flow.cancel(false);
    }

    void await(String what, BooleanSupplier happens) {
        Instant limit = Instant.now().plus(PATIENCE);
        while (!happens.getAsBoolean()) {
            if (Instant.now().isAfter(limit)) {
                throw new AssertionError(
                        "%s, %s: %s did not come; there is%n%s".formatted(story, point, what, EndState.of(this)));
            }
            try {
                Thread.sleep(BETWEEN_LOOKS.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }
    }

    @Override
    public void close() {
        mail.shutdownNow();
        synchronized (operators) {
            operators.forEach(MortalOperator::close);
        }
        nodes.close();
        client.close();
    }
}
