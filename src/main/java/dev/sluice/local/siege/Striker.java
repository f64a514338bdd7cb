package dev.sluice.local.siege;

import dev.sluice.api.NodeState;
import dev.sluice.local.KillableApiServer;
import dev.sluice.local.KillableApiServer.Program;
import dev.sluice.local.Laboratory;
import dev.sluice.local.LocalRuntimeException;
import dev.sluice.local.NetworkFault;
import dev.sluice.local.NetworkNamespace;
import dev.sluice.local.siege.BlowPlan.Planned;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Deals the blows, one after the other, and mends what does not mend itself. */
final class Striker {
    private static final Duration LONGEST_WAIT_FOR_STATE = Duration.ofSeconds(12);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    private static final int SHORTEST_FAULT_MILLIS = 2_000;
    private static final int LONGEST_FAULT_MILLIS = 6_000;
    private static final String MASTER = "master";
    private static final String AGENT = "java";

    private final Laboratory laboratory;
    private final KillableApiServer apiServer;
    private final NodeStates states;
    private final InstantSource clock;
    private final Random random;

    Striker(Laboratory laboratory, KillableApiServer apiServer, NodeStates states, InstantSource clock, long seed) {
        this.laboratory = laboratory;
        this.apiServer = apiServer;
        this.states = states;
        this.clock = clock;
        this.random = new Random(seed);
    }

    private record Aim(String node, NodeState state) {}

    /** Waits a while for the state that is planned; when it does not come, the blow falls where it can. */
    Strike strike(int number, Planned planned) throws InterruptedException, IOException {
        Optional<Aim> aim = awaitAim(planned);
        Instant from = clock.instant();
        String target = planned.kind().hitsNode()
                ? aim.map(Aim::node).orElseThrow(() -> new LocalRuntimeException("there is no node to strike"))
                : planned.kind().words().replace(" killed", "");
        deal(planned, target);
        return new Strike(
                number,
                planned.kind(),
                planned.state().name(),
                target,
                aim.map(hit -> hit.state().name()).orElse(""),
                from,
                clock.instant());
    }

    private Optional<Aim> awaitAim(Planned planned) throws InterruptedException {
        Instant deadline = clock.instant().plus(LONGEST_WAIT_FOR_STATE);
        while (clock.instant().isBefore(deadline)) {
            Optional<Aim> aim = aim(planned, planned.state());
            if (aim.isPresent()) {
                return aim;
            }
            Thread.sleep(LOOK_AGAIN.toMillis());
        }
        return planned.kind().hitsNode() ? aim(planned, NodeState.SERVING) : Optional.empty();
    }

    private Optional<Aim> aim(Planned planned, NodeState state) {
        List<String> candidates = states.in(state).stream()
                .filter(node -> !planned.kind().hitsNode() || canBeHit(planned.kind(), node))
                .toList();
        return candidates.isEmpty()
                ? Optional.empty()
                : Optional.of(new Aim(candidates.get((int) (planned.choice() % candidates.size())), state));
    }

    /** A node that is being made may have no volume or no process yet. */
    private boolean canBeHit(Blow kind, String node) {
        return switch (kind) {
            case POSTFIX_KILLED ->
                network(node).filter(there -> there.runs(MASTER)).isPresent();
            case AGENT_KILLED, POD_KILLED ->
                network(node).filter(there -> there.runs(AGENT)).isPresent();
            case DISK_FULL -> laboratory.kubelet().volumeOf(node).isPresent();
            // The way from the filter tier to the transport tier is what a next hop is here.
            case NEXT_HOP_CUT ->
                node.startsWith(SiegePools.FILTER + "-") && network(node).isPresent();
            default -> network(node).isPresent();
        };
    }

    private Optional<NetworkNamespace> network(String node) {
        return laboratory.kubelet().namespaceOf(node);
    }

    private void deal(Planned planned, String target) throws InterruptedException, IOException {
        switch (planned.kind()) {
            case POSTFIX_KILLED -> network(target).ifPresent(there -> there.kill(MASTER));
            case AGENT_KILLED -> network(target).ifPresent(there -> there.kill(AGENT));
            case POD_KILLED -> laboratory.kubelet().kill(target);
            case DISK_FULL -> fillDisk(target);
            case NETWORK_CUT -> cut(network(target).map(NetworkNamespace::cutOff));
            case NEXT_HOP_CUT -> cut(network(target).flatMap(this::refuseAtNextHop));
            case EDGE_KILLED -> laboratory.edge().restart();
            case OPERATOR_KILLED -> laboratory.operator().restart();
            case API_SERVER_KILLED -> killAndRevive(Program.API_SERVER);
            case ETCD_KILLED -> killAndRevive(Program.ETCD);
        }
    }

    private Optional<NetworkFault> refuseAtNextHop(NetworkNamespace node) {
        String tier = random.nextBoolean() ? SiegePools.EAST : SiegePools.WEST;
        return states.in(NodeState.SERVING).stream()
                .filter(name -> name.startsWith(tier + "-"))
                .findFirst()
                .flatMap(this::network)
                .map(hop -> hop.blockFrom(node, NetworkNamespace.Block.REJECT));
    }

    private void cut(Optional<NetworkFault> fault) throws InterruptedException {
        if (fault.isEmpty()) {
            return;
        }
        holdOut();
        try {
            fault.get().close();
        } catch (LocalRuntimeException e) {
            // The node went away with its fault.
            org.slf4j.LoggerFactory.getLogger(Striker.class).debug("nothing to mend", e);
        }
    }

    private void fillDisk(String node) throws InterruptedException, IOException {
        Optional<Path> volume = laboratory.kubelet().volumeOf(node);
        if (volume.isEmpty()) {
            return;
        }
        Path ballast = volume.get().resolve("ballast");
        try (OutputStream out = Files.newOutputStream(ballast)) {
            byte[] block = new byte[64 * 1024];
            for (int size = block.length; size > 0; size /= 4) {
                writeUntilFull(out, block, size);
            }
        }
        holdOut();
        Files.deleteIfExists(ballast);
    }

    private static void writeUntilFull(OutputStream out, byte[] bytes, int size) {
        try {
            while (true) {
                out.write(bytes, 0, size);
            }
        } catch (IOException full) {
            // This is what was wanted: nothing of this size fits any more.
            return;
        }
    }

    private void killAndRevive(Program program) throws InterruptedException {
        apiServer.kill(program);
        holdOut();
        apiServer.revive(program);
    }

    private void holdOut() throws InterruptedException {
        Thread.sleep(random.nextInt(SHORTEST_FAULT_MILLIS, LONGEST_FAULT_MILLIS));
    }
}
