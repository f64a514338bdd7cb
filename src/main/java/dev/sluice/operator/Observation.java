package dev.sluice.operator;

import dev.sluice.api.ActionPhase;
import dev.sluice.api.MailNode;
import dev.sluice.api.MailNodeSpec.ExternalNode;
import dev.sluice.api.NextHop;
import dev.sluice.api.NodeState;
import dev.sluice.api.NodeTemplate;
import dev.sluice.api.Pool;
import dev.sluice.api.PoolAction;
import dev.sluice.api.PoolKind;
import dev.sluice.api.PoolRolloutStatus;
import dev.sluice.api.PoolSpec;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.PoolStatus.NodeEntry;
import dev.sluice.api.RelayAccess;
import dev.sluice.api.Rollout;
import dev.sluice.api.RolloutPolicy;
import dev.sluice.api.RolloutPolicySpec;
import dev.sluice.api.SluiceNames;
import dev.sluice.plan.NodeFacts;
import dev.sluice.plan.PoolSnapshot;
import dev.sluice.plan.Request;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Takes the snapshot of one pool from what is already known; asks nobody. */
final class Observation {
    private static final int SMTP_PORT = 25;
    private static final int HANDOVER_PORT = 2526;
    /** An answer may have been written and its decision lost with the process; for so long it is looked at again. */
    private static final Duration ANSWER_MAY_BE_ALONE = Duration.ofMinutes(5);

    /** The API server's times are whole seconds: of two pools of one second the filter counts as the older. */
    private static final Comparator<Pool> AGE = Comparator.comparing(
                    (Pool pool) -> String.valueOf(pool.getMetadata().getCreationTimestamp()))
            .thenComparing(Pool::kind);

    private final ClusterView view;
    private final NodeAddresses addresses;
    private final NextHops nextHops;
    private final AgentPoller agents;
    private final TrafficKeeper traffic;
    private final RolloutRecords records;
    private final GateMemoryStore memories;
    private final Refusals refusals;
    private final InstantSource clock;

    Observation(
            ClusterView view,
            NodeAddresses addresses,
            NextHops nextHops,
            AgentPoller agents,
            TrafficKeeper traffic,
            RolloutRecords records,
            GateMemoryStore memories,
            Refusals refusals,
            InstantSource clock) {
        this.view = view;
        this.addresses = addresses;
        this.nextHops = nextHops;
        this.agents = agents;
        this.traffic = traffic;
        this.records = records;
        this.memories = memories;
        this.refusals = refusals;
        this.clock = clock;
    }

    /** The snapshot of a pool. */
    PoolSnapshot of(Pool pool) {
        return of(pool, view.pools(pool.getMetadata().getNamespace()));
    }

    /**
     * The snapshot of a pool, with the other pools of the namespace as they are given.
     *
     * @param others all pools of the namespace
     */
    PoolSnapshot of(Pool pool, Collection<? extends Pool> others) {
        PoolKey key = PoolKey.of(pool);
        PoolSpec spec = pool.getSpec();
        PoolStatus status = statusOf(pool);
        Optional<PoolRolloutStatus> rollout = Optional.ofNullable(status.trial())
                .flatMap(trial -> records.current(new ObjectKey(key.namespace(), trial.rolloutName())));
        return new PoolSnapshot(
                key.reference(),
                pool.getMetadata().getGeneration(),
                pool.getMetadata().getDeletionTimestamp() != null,
                spec,
                policy(key, spec.rollout()),
                RevisionSchemes.KNOWN.desired(spec, status),
                status,
                nodes(key, spec),
                refusedNodes(key, status),
                nextHops.resolve(key.namespace(), spec.nextHops()),
                relaySources(key, spec),
                trialOnPath(key, others),
                starvingOnPath(key, others),
                traffic.problem(key),
                olderOfTheSameName(pool, others),
                requests(key),
                rollout,
                memories.of(key, status, rollout));
    }

    static PoolStatus statusOf(Pool pool) {
        return Optional.ofNullable(pool.getStatus()).orElse(PoolStatus.NEVER_OBSERVED);
    }

    private Optional<RolloutPolicySpec> policy(PoolKey pool, Rollout rollout) {
        if (rollout.policyRef() != null) {
            return view.policy(
                            new ObjectKey(pool.namespace(), rollout.policyRef().name()))
                    .map(RolloutPolicy::getSpec);
        }
        return Optional.of(Optional.ofNullable(rollout.policy()).orElse(RolloutPolicySpec.STANDARD));
    }

    private List<NodeFacts> nodes(PoolKey pool, PoolSpec spec) {
        return view.mailNodes(pool).stream()
                .sorted(Comparator.comparing(node -> node.getMetadata().getName()))
                .map(node -> facts(node, spec))
                .toList();
    }

    /** One that exists may lack its Pod; that is said with what else is known of it. */
    private Map<String, String> refusedNodes(PoolKey pool, PoolStatus status) {
        Map<String, String> refused = new HashMap<>();
        for (NodeEntry entry : status.nodes()) {
            ObjectKey node = new ObjectKey(pool.namespace(), entry.name());
            if (view.mailNode(node).isEmpty()) {
                refusals.of(node).ifPresent(words -> refused.put(entry.name(), words));
            }
        }
        return refused;
    }

    private NodeFacts facts(MailNode node, PoolSpec pool) {
        ObjectKey key = ObjectKey.of(node);
        Optional<ExternalNode> machine = Optional.ofNullable(node.getSpec().external());
        NodeTemplate template = Optional.ofNullable(node.getSpec().template()).orElse(pool.template());
        List<NextHop> hops = node.getSpec().nextHops().isEmpty() && machine.isPresent()
                ? pool.nextHops()
                : node.getSpec().nextHops();
        NodeContact contact = agents.contact(key);
        return new NodeFacts(
                key.name(),
                node.getSpec().revision(),
                machine.isPresent(),
                node.getMetadata().getDeletionTimestamp() != null,
                addresses.of(node),
                machine.map(ExternalNode::smtpPort).orElse(SMTP_PORT),
                HANDOVER_PORT,
                template,
                nextHops.resolve(key.namespace(), hops),
                machine.isPresent()
                        ? Optional.empty()
                        : PodProblem.of(view.pod(key)).or(() -> refusals.of(key)),
                contact.report(),
                contact.reportTime(),
                contact.problem(),
                acceptedLoss(node));
    }

    private static Optional<Long> acceptedLoss(MailNode node) {
        return Optional.ofNullable(node.getMetadata().getAnnotations())
                .map(annotations -> annotations.get(SluiceNames.ACCEPT_LOSS_ANNOTATION))
                .map(String::strip)
                .filter(text -> text.matches("[0-9]{1,18}"))
                .map(Long::valueOf);
    }

    /** The nodes of the pools that may relay, each by its own address, while they are up. */
    private List<String> relaySources(PoolKey pool, PoolSpec spec) {
        return spec.relayRules().map(RelayAccess::fromPools).orElse(List.of()).stream()
                .map(name -> new PoolKey(pool.namespace(), PoolKind.FILTER_POOL, name))
                .flatMap(this::upNodesOf)
                .distinct()
                .sorted()
                .toList();
    }

    private Stream<String> upNodesOf(PoolKey filterPool) {
        Map<String, NodeEntry> entries = view.pool(filterPool)
                .map(Observation::statusOf)
                .map(status -> status.nodes().stream())
                .orElse(Stream.empty())
                .collect(java.util.stream.Collectors.toMap(NodeEntry::name, entry -> entry));
        return view.mailNodes(filterPool).stream()
                .filter(node -> Optional.ofNullable(
                                entries.get(node.getMetadata().getName()))
                        .map(entry -> entry.state() != NodeState.GONE)
                        .orElse(true))
                .flatMap(node -> addresses.of(node).stream())
                .map(NodeAddresses::exactly);
    }

    /** Nodes, slices and policies are named after their pool alone. Who was there first keeps the names. */
    static Optional<String> olderOfTheSameName(Pool pool, Collection<? extends Pool> others) {
        return others.stream()
                .filter(other -> !PoolKey.of(other).equals(PoolKey.of(pool)))
                .filter(other ->
                        other.getMetadata().getName().equals(pool.getMetadata().getName()))
                .filter(other -> AGE.compare(other, pool) < 0)
                .map(other -> PoolKey.of(other).words())
                .findFirst();
    }

    static Optional<String> trialOnPath(PoolKey pool, Collection<? extends Pool> others) {
        Set<PoolKey> path = new MailPaths(others).with(pool);
        return others.stream()
                .filter(other -> path.contains(PoolKey.of(other)))
                .filter(other -> statusOf(other).trial() != null)
                .map(other -> PoolKey.of(other).words())
                .sorted()
                .findFirst();
    }

    /** Its condition says that it waits for the path alone; that it has none in service makes it urgent. */
    static Optional<String> starvingOnPath(PoolKey pool, Collection<? extends Pool> others) {
        Set<PoolKey> path = new MailPaths(others).with(pool);
        return others.stream()
                .filter(other -> path.contains(PoolKey.of(other)))
                .filter(other -> Starvation.of(statusOf(other)))
                .map(other -> PoolKey.of(other).words())
                .sorted()
                .findFirst();
    }

    private List<Request> requests(PoolKey pool) {
        return view.actions(pool).stream()
                .filter(action -> action.getMetadata().getDeletionTimestamp() == null)
                .filter(this::unanswered)
                .sorted(Comparator.comparing(
                                (PoolAction action) -> action.getMetadata().getCreationTimestamp())
                        .thenComparing(action -> action.getMetadata().getName()))
                .map(action -> new Request(
                        action.getMetadata().getName(),
                        action.getSpec().verb(),
                        Optional.ofNullable(action.getSpec().revision()),
                        action.getSpec().reason()))
                .toList();
    }

    private boolean unanswered(PoolAction action) {
        if (action.getStatus() == null
                || action.getStatus().phase() == null
                || action.getStatus().phase() == ActionPhase.PENDING) {
            return true;
        }
        Instant answered = action.getStatus().handledTime();
        return answered != null && answered.plus(ANSWER_MAY_BE_ALONE).isAfter(clock.instant());
    }
}
