package dev.sluice.sim.scope;

import dev.sluice.api.NodeState;
import dev.sluice.api.PoolStatus.NodeEntry;
import dev.sluice.sim.fleet.MailNodeModel;
import dev.sluice.sim.fleet.Truth;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The nodes of a pool at one look, with the mail that they tell of. */
final class ScopeTruth implements Truth {
    private static final String REFUSED = "454 4.7.1 Relay access denied";
    private static final int MUCH = 120;
    private static final int A_LITTLE = 2;
    /** Older than the time within which mail is to be delivered. */
    private static final Duration BEFORE = Duration.ofSeconds(8);

    private final Map<String, MailNodeModel> nodes = new TreeMap<>();
    private final Instant now;
    private final List<String> hops;

    /** The nodes before any mail was counted. */
    ScopeTruth(ScopePool pool, List<String> hops, Instant now) {
        this.now = now;
        this.hops = hops;
        for (ScopeNode node : pool.nodes()) {
            MailNodeModel model =
                    new MailNodeModel(node.name(), node.revision(), node.address(), false, Instant.MIN, hops);
            node.orders().ifPresent(orders -> {
                model.obey(orders);
                model.probe(node.proven().equals(node.address()) ? Map.of() : Map.of(hops.get(0), REFUSED));
            });
            model.provenAddress = node.proven();
            if (node.failed()) {
                model.mtaFailure = Optional.of("fatal: bad parameter");
            }
            if (node.hasMail()) {
                model.acceptFromPeer(hops.get(0), Optional.of(REFUSED), now.minus(BEFORE));
            }
            nodes.put(node.name(), model);
        }
    }

    /** Lets the nodes that get mail tell that of it. */
    void tells(ScopePool pool, Evidence evidence) {
        Optional<String> canary = first(pool, NodeState.CANARY);
        Optional<String> serving = first(pool, NodeState.SERVING);
        Map<String, Integer> weights = pool.weights();
        for (NodeEntry entry : pool.status().nodes()) {
            MailNodeModel node = nodes.get(entry.name());
            if (node == null || weights.getOrDefault(entry.name(), 0) == 0 || !node.acceptsMail(now)) {
                continue;
            }
            boolean fails =
                    switch (evidence) {
                        case GOOD, NONE, LITTLE -> false;
                        case CANARIES_FAIL -> entry.state() == NodeState.CANARY;
                        case ONE_CANARY_FAILS ->
                            canary.filter(entry.name()::equals).isPresent();
                        case ONE_SERVING_FAILS ->
                            serving.filter(entry.name()::equals).isPresent();
                        case ALL_FAIL -> true;
                    };
            int messages =
                    switch (evidence) {
                        case NONE -> 0;
                        case LITTLE -> A_LITTLE;
                        default -> MUCH;
                    };
            tells(node, messages, fails);
        }
    }

    private void tells(MailNodeModel node, int messages, boolean fails) {
        // Who delivers does so after the others ceased to.
        Instant when = fails ? now.minus(BEFORE) : now.minus(BEFORE).plusSeconds(2);
        for (String hop : hops) {
            for (int i = 0; i < messages; i++) {
                node.accept(hop, fails ? Optional.of(REFUSED) : Optional.empty(), when);
            }
        }
    }

    private static Optional<String> first(ScopePool pool, NodeState state) {
        return pool.status().nodes().stream()
                .filter(node -> node.state() == state)
                .map(NodeEntry::name)
                .findFirst();
    }

    @Override
    public Map<String, MailNodeModel> nodes() {
        return nodes;
    }

    @Override
    public Instant now() {
        return now;
    }
}
