package dev.sluice.cli.kubectl;

import dev.sluice.api.MailNode;
import dev.sluice.api.MailNodeStatus;
import dev.sluice.api.Pool;
import dev.sluice.api.PoolStatus.NodeEntry;
import dev.sluice.api.SluiceNames;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code kubectl sluice drain}: asks for a node to go. That is what deleting its MailNode means: a finalizer holds it until
 * its mail is accounted for, and the pool makes another one in its place.
 */
@Command(
        name = "drain",
        description =
                "Takes a node out: no new mail, its queue is delivered or handed over, and it goes when every message is"
                        + " accounted for. The pool makes another one in its place, if it needs one.")
public final class DrainCommand implements Callable<Integer> {
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final String REASON_ANNOTATION = SluiceNames.GROUP + "/drain-reason";

    @Mixin
    private ClusterOptions cluster;

    @Mixin
    private OutputOptions output;

    @Mixin
    private ActionOptions action;

    @Parameters(paramLabel = "NODE", description = "The name of a MailNode, with or without mn/ before it.")
    private String node;

    @Option(names = "--wait", description = "Wait until the node is gone, at most --timeout.")
    private boolean wait;

    @Override
    public Integer call() throws InterruptedException {
        output.format();
        return cluster.with(session -> {
            String name = node.replaceFirst("^(mn|mailnode|mailnodes|node)/", "");
            MailNode found = session.find(MailNode.class, name).orElseThrow(() -> noSuchNode(session, name));
            String reason = action.reason();
            output.print(List.of(effect(session, found)));
            if (!action.agreed(output.out())) {
                output.print(List.of("Nothing was done."));
                return ExitCode.ERROR;
            }
            annotate(session, name, reason);
            session.client()
                    .resources(MailNode.class)
                    .inNamespace(session.namespace())
                    .withName(name)
                    .delete();
            return wait ? await(session, name) : told(found, name);
        });
    }

    private static CommandFailure noSuchNode(Session session, String name) {
        List<String> names = session.list(MailNode.class).stream()
                .map(each -> each.getMetadata().getName())
                .toList();
        return new CommandFailure("there is no node %s in namespace %s%s"
                .formatted(
                        name,
                        session.namespace(),
                        Nearest.to(name, names)
                                .map("; did you mean %s?"::formatted)
                                .orElse(
                                        names.isEmpty()
                                                ? "; it has no nodes"
                                                : "; it has " + String.join(", ", names))));
    }

    private String effect(Session session, MailNode found) {
        var reference = found.getSpec().poolRef();
        Optional<Pool> pool = session.pools().stream()
                .filter(each -> each.kind() == reference.kind()
                        && each.getMetadata().getName().equals(reference.name()))
                .findFirst();
        long serving = pool.map(Pool::getStatus).stream()
                .flatMap(status -> status.nodes().stream())
                .filter(entry -> entry.state() == dev.sluice.api.NodeState.SERVING)
                .count();
        String state = pool.map(Pool::getStatus).stream()
                .flatMap(status -> status.nodes().stream())
                .filter(entry -> entry.name().equals(found.getMetadata().getName()))
                .map(NodeEntry::state)
                .map(Text::word)
                .findFirst()
                .orElse("unknown to its pool");
        return "This drains %s of %s (%s, %d messages queued). %d of %d nodes serve, at least %d have to; %s"
                .formatted(
                        found.getMetadata().getName(),
                        PoolName.of(reference.kind(), reference.name()),
                        state,
                        queued(Optional.ofNullable(found.getStatus())),
                        serving,
                        pool.map(each -> each.getSpec().replicas()).orElse(0),
                        pool.map(each -> each.getSpec().minAvailable()).orElse(0),
                        found.getSpec().external() == null
                                ? "the pool makes another one in its place."
                                : "the machine stays, and leaves the pool.");
    }

    private static long queued(Optional<MailNodeStatus> status) {
        return status.map(MailNodeStatus::queue).map(queue -> queue.messages()).orElse(0L);
    }

    private static void annotate(Session session, String name, String reason) {
        String patch = session.client()
                .getKubernetesSerialization()
                .asJson(Map.of("metadata", Map.of("annotations", Map.of(REASON_ANNOTATION, reason))));
        session.client()
                .resources(MailNode.class)
                .inNamespace(session.namespace())
                .withName(name)
                .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    }

    private int told(MailNode found, String name) {
        output.print(List.of(
                "%s drains.".formatted(name),
                "Next: kubectl sluice queue %s · kubectl get mailnode %s -w"
                        .formatted(
                                PoolName.of(
                                        found.getSpec().poolRef().kind(),
                                        found.getSpec().poolRef().name()),
                                name)));
        return ExitCode.FINE;
    }

    private int await(Session session, String name) throws InterruptedException {
        Instant begin = Clock.now();
        String last = "";
        while (true) {
            Optional<MailNode> left = session.find(MailNode.class, name);
            Instant now = Clock.now();
            if (left.isEmpty()) {
                output.print(List.of("%s is gone after %s; every message of it is accounted for."
                        .formatted(name, Text.age(begin, now))));
                return ExitCode.FINE;
            }
            String line = "%s: %d messages left%s"
                    .formatted(
                            name,
                            queued(left.map(MailNode::getStatus)),
                            left.map(MailNode::getStatus)
                                    .map(MailNodeStatus::message)
                                    .map(text -> ", " + text)
                                    .orElse(""));
            if (!line.equals(last)) {
                output.print(List.of(Text.of(now, now) + " " + line));
                last = line;
            }
            if (now.isAfter(begin.plus(action.timeout()))) {
                output.print(List.of("%s still drains after %s. Next: kubectl get mailnode %s -o yaml"
                        .formatted(name, Text.age(begin, now), name)));
                return ExitCode.STILL_GOING;
            }
            Clock.pause(BETWEEN_LOOKS);
        }
    }
}
