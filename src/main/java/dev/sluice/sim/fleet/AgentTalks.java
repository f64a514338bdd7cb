package dev.sluice.sim.fleet;

import dev.sluice.node.NodeOrders;
import dev.sluice.node.NodeReport;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** What a process of the operator hears from the agents, and the orders that it wants to be in force. */
final class AgentTalks {
    /** What was heard of one agent. */
    record Heard(Optional<NodeReport> report, Optional<Instant> time, Optional<String> problem) {
        static final Heard NOTHING = new Heard(Optional.empty(), Optional.empty(), Optional.empty());
    }

    private final InstantSource time;
    private final InstantSource operatorsClock;
    private final Random random;
    private final Weather weather;
    private final Calls calls;
    private final Diary diary;
    private final Map<String, Heard> heard = new HashMap<>();
    private final Map<String, NodeOrders> wanted = new HashMap<>();

    AgentTalks(
            InstantSource time,
            InstantSource operatorsClock,
            Random random,
            Weather weather,
            Calls calls,
            Diary diary) {
        this.time = time;
        this.operatorsClock = operatorsClock;
        this.random = random;
        this.weather = weather;
        this.calls = calls;
        this.diary = diary;
    }

    Heard of(String node) {
        return heard.getOrDefault(node, Heard.NOTHING);
    }

    /** Asks each of them, and gives those their orders that do not have them yet. */
    void askAll(Collection<MailNodeModel> nodes) {
        nodes.forEach(this::ask);
    }

    private void ask(MailNodeModel node) {
        Heard before = of(node.name);
        if (!node.answers(time.instant())) {
            heard.put(
                    node.name, new Heard(before.report(), before.time(), Optional.of("connect: connection timed out")));
            return;
        }
        NodeReport fresh = node.report(time.instant(), MailFlow.OBJECTIVE);
        boolean old = weather.oldAnswer > 0 && before.report().isPresent() && random.nextDouble() < weather.oldAnswer;
        if (old) {
            diary.struck("an agent gives an old answer");
        }
        heard.put(
                node.name,
                new Heard(
                        old ? before.report() : Optional.of(fresh),
                        Optional.of(operatorsClock.instant()),
                        Optional.empty()));
        NodeOrders orders = wanted.get(node.name);
        if (orders != null && !orders.equals(node.orders)) {
            try {
                give(node, orders);
            } catch (Calls.Failed e) {
                diary.say("  %s", e.getMessage());
            }
        }
    }

    /** From now on these orders are wanted; {@code node} is null when it is not there any more. */
    void want(String name, NodeOrders orders, MailNodeModel node) {
        wanted.put(name, orders);
        if (node != null && node.answers(time.instant()) && !orders.equals(node.orders)) {
            give(node, orders);
        }
    }

    private void give(MailNodeModel node, NodeOrders orders) {
        calls.toAgent("orders for " + node.name, () -> node.obey(orders));
    }
}
