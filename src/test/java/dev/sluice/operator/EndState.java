package dev.sluice.operator;

import dev.sluice.api.FilterPool;
import dev.sluice.api.MailNode;
import dev.sluice.api.MessageReport;
import dev.sluice.api.PoolRollout;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.SluiceNames;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All that a story leaves behind, line by line, in words that do not depend on when it was played: no times, no figures
 * that grow, no generated names. Two runs ended alike when their lines are the same.
 */
record EndState(List<String> lines) {

    static EndState of(CrashCell cell) {
        KubernetesClient client = cell.client();
        List<PoolRollout> rollouts = client.resources(PoolRollout.class).list().getItems();
        List<String> lines = new ArrayList<>();
        cell.pool().ifPresent(pool -> lines.addAll(pool(pool)));
        client.resources(MailNode.class).list().getItems().stream()
                .map(EndState::node)
                .sorted()
                .forEach(lines::add);
        children(client).sorted().forEach(lines::add);
        rollouts.stream().map(EndState::attempt).sorted().forEach(lines::add);
        client.resources(MessageReport.class).list().getItems().stream()
                .map(report -> told(report, cell))
                .sorted()
                .forEach(lines::add);
        lines.addAll(new TreeSet<>(client.events().v1().events().list().getItems().stream()
                .filter(event -> "sluice.dev/operator".equals(event.getReportingController()))
                .map(EndState::event)
                .toList()));
        lines.addAll(mail(cell.nodes().ever()));
        return new EndState(lines);
    }

    private static List<String> pool(FilterPool pool) {
        PoolStatus status = Observation.statusOf(pool);
        List<String> lines = new ArrayList<>();
        boolean current = pool.getMetadata().getGeneration().equals(status.observedGeneration());
        lines.add("pool: of %s, %d nodes wanted, %s, stable revision is %s, candidate %s, trial %s"
                .formatted(
                        pool.getSpec().template().image(),
                        pool.getSpec().replicas(),
                        current ? "seen" : "not seen yet",
                        RevisionSchemes.KNOWN.isOf(
                                        String.valueOf(status.revisions().stable()), pool.getSpec())
                                ? "the declared one"
                                : "another one",
                        status.revisions().candidate() == null ? "none" : "one",
                        status.trial() == null ? "none" : status.trial().phase()));
        status.revisions()
                .rejected()
                .forEach(rejection -> lines.add("pool: rejected " + rejection.purpose() + ", the declared one: "
                        + RevisionSchemes.KNOWN.isOf(rejection.revision(), pool.getSpec())));
        status.conditions()
                .forEach(condition -> lines.add("pool: condition %s=%s %s"
                        .formatted(condition.getType(), condition.getStatus(), condition.getReason())));
        status.nodes().forEach(node -> lines.add("pool: node %s %s".formatted(node.name(), node.state())));
        lines.add("pool: last number " + status.lastNodeNumber() + ", attained " + status.attained());
        return lines;
    }

    private static String node(MailNode node) {
        return "node %s of %s: %s%s"
                .formatted(
                        node.getMetadata().getName(),
                        node.getSpec().template().image(),
                        node.getStatus() == null ? "unknown" : node.getStatus().state(),
                        leaving(node));
    }

    private static String leaving(HasMetadata object) {
        return object.getMetadata().getDeletionTimestamp() == null ? "" : ", is being deleted";
    }

    /** A claim in use is only marked: nobody takes the API server's protection away in a test. */
    private static Stream<String> children(KubernetesClient client) {
        return Stream.of(
                        client.pods().list().getItems().stream()
                                .map(pod -> "pod %s, %s%s"
                                        .formatted(
                                                pod.getMetadata().getName(),
                                                pod.getMetadata().getLabels().get(SluiceNames.ROLE_LABEL),
                                                leaving(pod))),
                        client.persistentVolumeClaims().list().getItems().stream()
                                .filter(claim -> claim.getMetadata().getDeletionTimestamp() == null)
                                .map(claim -> "claim " + claim.getMetadata().getName()),
                        client.secrets().list().getItems().stream()
                                .map(secret -> "secret " + secret.getMetadata().getName()),
                        client.network().v1().networkPolicies().list().getItems().stream()
                                .map(policy ->
                                        "network policy " + policy.getMetadata().getName()),
                        client.discovery().v1().endpointSlices().list().getItems().stream()
                                .map(EndState::slice))
                .flatMap(lines -> lines);
    }

    private static String slice(EndpointSlice slice) {
        return "endpoint slice %s: %s"
                .formatted(
                        slice.getMetadata().getName(),
                        Optional.ofNullable(slice.getEndpoints()).orElse(List.of()).stream()
                                .map(endpoint ->
                                        String.valueOf(endpoint.getConditions().getReady()))
                                .sorted()
                                .toList());
    }

    private static String attempt(PoolRollout rollout) {
        if (rollout.getStatus() == null) {
            return "attempt %s: nothing recorded".formatted(rollout.getSpec().purpose());
        }
        return "attempt %s: %s, %s, steps %s, decisions %s, over %s"
                .formatted(
                        rollout.getSpec().purpose(),
                        rollout.getStatus().result(),
                        rollout.getStatus().reason(),
                        rollout.getStatus().steps().stream()
                                .map(step -> String.valueOf(step.weightPercent()))
                                .toList(),
                        rollout.getStatus().decisions().stream()
                                .map(decision -> String.valueOf(decision.what()))
                                .toList(),
                        rollout.getStatus().finishedTime() != null);
    }

    private static String told(MessageReport report, CrashCell cell) {
        String node = report.getSpec().node();
        long accepted = cell.nodes().ever().stream()
                .filter(agent -> agent.node().equals(node))
                .mapToLong(FakeAgent::accepted)
                .sum();
        long told = report.getStatus() == null
                ? 0
                : report.getStatus().omittedMessages()
                        + report.getStatus().recipients().stream()
                                .map(recipient -> recipient.queueId())
                                .distinct()
                                .count();
        return "report of %s: %s"
                .formatted(node, told == accepted ? "every message is in it" : told + " of " + accepted + " messages");
    }

    private static String event(Event event) {
        return "event %s %s %s: %s %s"
                .formatted(
                        event.getRegarding().getKind(),
                        event.getRegarding().getName(),
                        event.getType(),
                        event.getReason(),
                        event.getAction());
    }

    /** What became of the mail: the books of all nodes that ever were, each closed for good when its Pod went. */
    private static List<String> mail(Collection<FakeAgent> ever) {
        List<String> lines = new ArrayList<>();
        lines.add("mail: %d nodes went with a queue"
                .formatted(ever.stream()
                        .filter(agent -> agent.isGone() && agent.queued() > 0)
                        .count()));
        lines.add("mail: %s waits on nodes that are there"
                .formatted(ever.stream().anyMatch(agent -> !agent.isGone() && agent.queued() > 0) ? "some" : "none"));
        lines.add("mail: handed over by "
                + ever.stream()
                        .filter(agent -> agent.handedOver() > 0)
                        .map(FakeAgent::node)
                        .sorted()
                        .toList());
        lines.add("mail: carried by "
                + ever.stream()
                        .filter(agent -> agent.accepted() > 0)
                        .map(FakeAgent::node)
                        .sorted()
                        .toList());
        lines.add("mail: before a preflight "
                + ever.stream().mapToLong(FakeAgent::beforePreflight).sum());
        return lines;
    }

    /** What this end has and the other has not, and the other way round. */
    String differenceFrom(EndState expected) {
        return Stream.concat(
                        expected.lines.stream()
                                .filter(line -> !lines.contains(line))
                                .map(line -> "missing: " + line),
                        lines.stream()
                                .filter(line -> !expected.lines.contains(line))
                                .map(line -> "instead: " + line))
                .collect(Collectors.joining("\n"));
    }

    @Override
    public String toString() {
        return String.join("\n", lines);
    }
}
