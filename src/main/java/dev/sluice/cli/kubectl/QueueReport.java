package dev.sluice.cli.kubectl;

import dev.sluice.api.MailNode;
import dev.sluice.api.MailNodeStatus;
import dev.sluice.api.MailNodeStatus.HopQueue;
import dev.sluice.api.PoolStatus.NodeEntry;
import dev.sluice.node.NodeReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What waits in the queues of a pool, counted by message.
 *
 * @param pool such as {@code fp/edge-in}
 * @param messages all that wait
 * @param oldestSeconds the age of the oldest
 * @param limitsMinutes where one group of ages ends and the next begins
 * @param hops by next hop, the longest queue first
 * @param nodes by node
 */
record QueueReport(
        String pool, long messages, long oldestSeconds, List<Integer> limitsMinutes, List<Hop> hops, List<Node> nodes) {
    private static final List<Integer> LIMITS_MINUTES = NodeReport.HopQueue.AGE_LIMITS_MINUTES;

    /**
     * What waits for one next hop.
     *
     * @param nextHop its name
     * @param messages on all nodes
     * @param byRevision on the nodes of each revision
     * @param ages messages by age, as {@code limitsMinutes} divides them; fewer than all where agents do not tell
     * @param lastReply its last refusal, or null
     */
    record Hop(String nextHop, long messages, Map<String, Long> byRevision, List<Long> ages, String lastReply) {}

    /**
     * What waits on one node.
     *
     * @param node its name
     * @param state where it is in its life
     * @param revision what it is made of
     * @param messages how many
     * @param oldestSeconds the age of the oldest
     * @param handoverTo the peer that takes its queue, or null
     * @param reportTime when it said so, or null
     */
    record Node(
            String node,
            String state,
            String revision,
            long messages,
            long oldestSeconds,
            String handoverTo,
            Instant reportTime) {}

    static QueueReport of(PoolView view) {
        List<Node> nodes = view.nodes().stream().map(node -> node(view, node)).toList();
        return new QueueReport(
                view.reference(),
                nodes.stream().mapToLong(Node::messages).sum(),
                nodes.stream().mapToLong(Node::oldestSeconds).max().orElse(0),
                LIMITS_MINUTES,
                hops(view),
                nodes);
    }

    private static Node node(PoolView view, MailNode node) {
        Optional<MailNodeStatus> status = Optional.ofNullable(node.getStatus());
        Optional<NodeEntry> entry = view.entry(node.getMetadata().getName());
        long messages =
                status.map(MailNodeStatus::queue).map(queue -> queue.messages()).orElse(0L);
        return new Node(
                node.getMetadata().getName(),
                Text.word(entry.map(NodeEntry::state).orElse(null)),
                node.getSpec().revision(),
                messages,
                messages == 0
                        ? 0
                        : status.map(MailNodeStatus::queue)
                                .map(queue -> queue.oldestSeconds())
                                .orElse(0L),
                entry.map(NodeEntry::handoverTo).orElse(null),
                status.map(MailNodeStatus::reportTime).orElse(null));
    }

    private static List<Hop> hops(PoolView view) {
        Map<String, Map<String, Long>> counts = new TreeMap<>();
        Map<String, String> replies = new TreeMap<>();
        Map<String, long[]> ages = new TreeMap<>();
        for (MailNode node : view.nodes()) {
            List<HopQueue> queues = Optional.ofNullable(node.getStatus())
                    .map(MailNodeStatus::queue)
                    .map(queue -> queue.hops())
                    .orElse(List.of());
            for (HopQueue hop : queues) {
                counts.computeIfAbsent(hop.nextHop(), name -> new TreeMap<>())
                        .merge(node.getSpec().revision(), hop.messages(), Long::sum);
                long[] groups = ages.computeIfAbsent(hop.nextHop(), name -> new long[LIMITS_MINUTES.size() + 1]);
                for (int group = 0; group < Math.min(groups.length, hop.ages().size()); group++) {
                    groups[group] += hop.ages().get(group);
                }
                if (hop.lastReply() != null) {
                    replies.put(hop.nextHop(), hop.lastReply());
                }
            }
        }
        List<Hop> hops = new ArrayList<>();
        counts.forEach((name, byRevision) -> hops.add(new Hop(
                name,
                byRevision.values().stream().mapToLong(Long::longValue).sum(),
                byRevision,
                Arrays.stream(ages.get(name)).boxed().toList(),
                replies.get(name))));
        hops.sort(Comparator.comparingLong(Hop::messages).reversed().thenComparing(Hop::nextHop));
        return hops;
    }

    /** As qshape(1) shows a queue: many young messages mean trouble of now. */
    private List<String> ages() {
        List<String> heads = new ArrayList<>(List.of("AGE IN MIN", "ALL"));
        limitsMinutes.forEach(limit -> heads.add("<=" + limit));
        heads.add(">" + limitsMinutes.get(limitsMinutes.size() - 1));
        Table table = new Table(heads.toArray(String[]::new));
        for (Hop hop : hops) {
            List<Object> cells = new ArrayList<>(List.of(
                    hop.nextHop(),
                    hop.ages().stream().mapToLong(Long::longValue).sum()));
            cells.addAll(hop.ages());
            table.row(cells.toArray());
        }
        return table.lines();
    }

    List<String> text(Instant now) {
        List<String> lines = new ArrayList<>();
        lines.add(
                messages == 0
                        ? "%s: nothing waits on %d nodes".formatted(pool, nodes.size())
                        : "%s: %d messages wait on %d nodes, the oldest for %s"
                                .formatted(pool, messages, nodes.size(), Text.of(Duration.ofSeconds(oldestSeconds))));
        if (!hops.isEmpty()) {
            List<String> revisions = hops.stream()
                    .flatMap(hop -> hop.byRevision().keySet().stream())
                    .distinct()
                    .sorted()
                    .toList();
            List<String> heads = new ArrayList<>(List.of("NEXT HOP", "MESSAGES"));
            heads.addAll(revisions);
            heads.add("LAST REPLY");
            Table table = new Table(heads.toArray(String[]::new));
            for (Hop hop : hops) {
                List<Object> cells = new ArrayList<>(List.of(hop.nextHop(), hop.messages()));
                revisions.forEach(revision -> cells.add(hop.byRevision().getOrDefault(revision, 0L)));
                cells.add(Text.orDash(hop.lastReply()));
                table.row(cells.toArray());
            }
            lines.addAll(table.lines());
            lines.addAll(ages());
        }
        Table table = new Table("NODE", "STATE", "REVISION", "MESSAGES", "OLDEST", "HANDED TO", "REPORTED");
        for (Node node : nodes) {
            table.row(
                    node.node(),
                    node.state(),
                    node.revision(),
                    node.messages(),
                    node.messages() == 0 ? null : Text.of(Duration.ofSeconds(node.oldestSeconds())),
                    node.handoverTo(),
                    node.reportTime() == null ? "never" : Text.age(node.reportTime(), now) + " ago");
        }
        lines.addAll(table.lines());
        lines.add("Next: kubectl sluice get " + pool);
        return lines;
    }
}
