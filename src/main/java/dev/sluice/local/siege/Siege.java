package dev.sluice.local.siege;

import dev.sluice.local.Edge;
import dev.sluice.local.KillableApiServer;
import dev.sluice.local.Laboratory;
import dev.sluice.local.LoadGenerator;
import dev.sluice.local.LoadPlan;
import dev.sluice.local.LocalRuntimeException;
import dev.sluice.local.NodeAccess;
import dev.sluice.local.Sink;
import dev.sluice.local.UserCache;
import dev.sluice.local.VolumeKind;
import dev.sluice.local.siege.BlowPlan.Planned;
import dev.sluice.node.NodeAddress;
import dev.sluice.node.NodeCallFailure;
import dev.sluice.node.NodeClient;
import dev.sluice.node.NodeReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Kills, fills and cuts at random while numbered mail flows through pools that change all the time; mends everything, and
 * holds what went in against what came out.
 */
public final class Siege {
    private static final String NAMESPACE = "siege";
    private static final int SHORTEST_PAUSE_MILLIS = 500;
    private static final int LONGEST_PAUSE_MILLIS = 3_000;
    private static final Duration SETTLES_WITHIN = Duration.ofMinutes(5);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    private static final Set<Blow> LEAVE_NO_LOG = EnumSet.of(Blow.DISK_FULL, Blow.POSTFIX_KILLED, Blow.POD_KILLED);

    private final KillableApiServer apiServer;
    private final PrintWriter out;
    private final InstantSource clock;
    private final Instant began;

    /**
     * A siege that has not begun.
     *
     * @param apiServer is closed with the siege
     * @param out where each blow is told
     */
    public Siege(KillableApiServer apiServer, PrintWriter out, InstantSource clock) {
        this.apiServer = apiServer;
        this.out = out;
        this.clock = clock;
        this.began = clock.instant();
    }

    /**
     * Runs it.
     *
     * @param blows how many fall, 1 or more
     * @param seed chooses them
     * @param messagesPerSecond the load
     * @param nodes what the nodes are, such as {@code Postfix 3.7.11}
     */
    public SiegeReport run(int blows, long seed, double messagesPerSecond, String nodes) {
        try (Laboratory laboratory = Laboratory.open(apiServer, NAMESPACE)) {
            Sink world = laboratory.startSink(25);
            world.refuse(SiegePools.NOBODY, "550 5.1.1 no such user");
            laboratory
                    .startKubelet(VolumeKind.OF_THEIR_SIZE)
                    .startEdge(List.of(Edge.Backend.of(SiegePools.BACKEND, 25, 16)))
                    .startOperator(
                            "--no-leader-election",
                            "--lease-namespace",
                            "default",
                            "--management-port",
                            "0",
                            "--poll-interval",
                            "1");
            String loadAddress = laboratory.network().loadAddress(1);
            PoolLife life =
                    new PoolLife(laboratory, loadAddress.substring(0, loadAddress.lastIndexOf('.')) + ".0/24", clock);
            laboratory.apply(List.of(
                    SiegePools.transport(SiegePools.EAST, world.address()),
                    SiegePools.transport(SiegePools.WEST, world.address()),
                    life.pool()));
            if (!await(SETTLES_WITHIN, life::asDeclared)) {
                throw new LocalRuntimeException("the pools do not come up; what the operator wrote: "
                        + kept(laboratory.operator().log()));
            }
            LoadGenerator load = laboratory.startLoad(
                    LoadPlan.of(laboratory.edge().address(), 25, messagesPerSecond, SiegePools.RECIPIENT_DOMAINS));
            tell("load", "begins", "%.0f messages a second".formatted(messagesPerSecond));
            List<Strike> strikes;
            boolean settled;
            ScheduledExecutorService keeper = Executors.newSingleThreadScheduledExecutor();
            // As its Deployment would: an operator that finds no API ends.
            ScheduledFuture<?> keeping =
                    keeper.scheduleWithFixedDelay(laboratory.operator()::startIfEnded, 1, 1, TimeUnit.SECONDS);
            try (NodeStates states = new NodeStates(laboratory.client(), NAMESPACE)) {
                life.start();
                strikes = strike(
                        BlowPlan.of(blows, seed).blows(),
                        new Striker(laboratory, apiServer, states, clock, seed),
                        new Random(seed));
                tell("siege", "is over", "everything is mended; the pools are to settle");
                life.settle();
                settled = await(SETTLES_WITHIN, life::asDeclared);
            } finally {
                keeping.cancel(true);
                keeper.shutdownNow();
                life.close();
            }
            return report(laboratory, world, load, strikes, settled, seed, messagesPerSecond, nodes);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LocalRuntimeException("interrupted", e);
        } catch (IOException e) {
            throw new LocalRuntimeException("a blow could not be dealt: " + e.getMessage(), e);
        }
    }

    private List<Strike> strike(List<Planned> plan, Striker striker, Random random)
            throws InterruptedException, IOException {
        List<Strike> strikes = new ArrayList<>();
        for (Planned planned : plan) {
            Thread.sleep(random.nextInt(SHORTEST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS));
            Strike strike = striker.strike(strikes.size() + 1, planned);
            strikes.add(strike);
            tell(
                    strike.target(),
                    strike.kind().words(),
                    "%d of %d, %s%s, %.1f s"
                            .formatted(
                                    strike.number(),
                                    plan.size(),
                                    strike.state().isEmpty() ? "no node was" : strike.state(),
                                    strike.state().equals(strike.planned()) ? "" : " instead of " + strike.planned(),
                                    Duration.between(strike.from(), strike.until())
                                                    .toMillis()
                                            / 1000.0));
        }
        return strikes;
    }

    private SiegeReport report(
            Laboratory laboratory,
            Sink world,
            LoadGenerator load,
            List<Strike> strikes,
            boolean settled,
            long seed,
            double messagesPerSecond,
            String nodes)
            throws InterruptedException {
        List<String> trouble = new ArrayList<>();
        if (!settled) {
            trouble.add("the pools are not as declared %d s after the last blow; what the operator wrote: %s"
                    .formatted(SETTLES_WITHIN.toSeconds(), laboratory.operator().log()));
        }
        if (!load.finish(Duration.ofMinutes(2))) {
            trouble.add("not all mail was accepted within 2 minutes after the load ended");
        }
        NodeClient asking = NodeAccess.ofNamespace(laboratory.client(), NAMESPACE, clock);
        boolean even = await(
                Duration.ofMinutes(3),
                () -> books(load, world, strikes).lost().isEmpty()
                        && ledgers(laboratory, asking).stream()
                                .allMatch(node -> (node.ledger().unaccounted() == 0 || mayLackLines(node, strikes))
                                        && node.queue().total() == 0));
        List<NodeReport> ledgers = ledgers(laboratory, asking);
        long queued = ledgers.stream().mapToLong(node -> node.queue().total()).sum();
        Map<String, Long> unaccounted = new TreeMap<>();
        for (NodeReport node : ledgers) {
            if (node.ledger().unaccounted() != 0) {
                unaccounted.put(node.node(), node.ledger().unaccounted());
                if (!mayLackLines(node, strikes)) {
                    trouble.add("%s does not account for %d messages"
                            .formatted(node.node(), node.ledger().unaccounted()));
                }
            }
        }
        SiegeBooks books = books(load, world, strikes);
        if (!even) {
            trouble.add("3 minutes after the load ended: %d lost, %d queued"
                    .formatted(books.lost().size(), queued));
        }
        if (ledgers.isEmpty()) {
            trouble.add("no node answers");
        }
        if (!books.hold()) {
            trouble.add("lost %s, wrongly returned %s, duplicates without a cause %s"
                    .formatted(books.lost(), books.wronglyReturned(), books.unexplained()));
        }
        SiegeReport report = new SiegeReport(
                trouble.isEmpty(),
                apiServer.description(),
                nodes,
                Edge.version(),
                seed,
                messagesPerSecond,
                books,
                queued,
                unaccounted,
                settled,
                strikes,
                trouble);
        tellEnd(report);
        return report;
    }

    /** The log goes with the laboratory; who wants to know what went wrong finds it where it is kept. */
    private static Path kept(Path log) throws IOException {
        Path directory = Files.createDirectories(UserCache.directory().resolve("siege"));
        return Files.copy(log, directory.resolve("operator.log"), StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * What Postfix does while its volume has no byte left, or in the moment in which its logger dies with it, is in no log;
     * its node then says that it does not know.
     */
    private static boolean mayLackLines(NodeReport node, List<Strike> strikes) {
        return strikes.stream()
                .anyMatch(strike ->
                        LEAVE_NO_LOG.contains(strike.kind()) && strike.target().equals(node.node()));
    }

    private static SiegeBooks books(LoadGenerator load, Sink world, List<Strike> strikes) {
        return SiegeBooks.of(load.events(), world.receipts(), Set.of(SiegePools.NOBODY), strikes);
    }

    private static List<NodeReport> ledgers(Laboratory laboratory, NodeClient asking) {
        List<NodeReport> reports = new ArrayList<>();
        for (NodeAddress address : NodeAccess.addresses(laboratory.client(), NAMESPACE)) {
            try {
                reports.add(asking.report(address));
            } catch (NodeCallFailure e) {
                // It counts as one that does not answer: the caller looks again, and says so when nobody does.
                org.slf4j.LoggerFactory.getLogger(Siege.class).debug("{} does not answer", address.node(), e);
            }
        }
        return reports;
    }

    private boolean await(Duration limit, BooleanSupplier condition) throws InterruptedException {
        Instant deadline = clock.instant().plus(limit);
        while (!condition.getAsBoolean()) {
            if (clock.instant().isAfter(deadline)) {
                return false;
            }
            Thread.sleep(LOOK_AGAIN.toMillis());
        }
        return true;
    }

    private void tell(String object, String what, String detail) {
        out.printf(
                Locale.ROOT,
                "%7.1f s  %-16s %-22s %s%n",
                Duration.between(began, clock.instant()).toMillis() / 1000.0,
                object,
                what,
                detail);
        out.flush();
    }

    private void tellEnd(SiegeReport report) {
        SiegeBooks books = report.books();
        Map<String, Long> coverage = report.strikes().stream()
                .collect(Collectors.groupingBy(
                        strike -> strike.state().isEmpty() ? "no such node" : strike.state(),
                        TreeMap::new,
                        Collectors.counting()));
        out.printf(
                "%nblows            %d, by the state of the node: %s%n",
                report.strikes().size(), coverage);
        out.printf("accepted         %d of %d offered%n", books.accepted(), books.offered());
        out.printf("delivered        %d%n", books.delivered());
        out.printf("returned         %d, the recipient does not exist%n", books.returned());
        out.printf("queued           %d%n", report.queued());
        out.printf("unaccounted      %s%n", report.unaccounted().isEmpty() ? "0" : report.unaccounted());
        out.printf("lost             %d%n", books.lost().size());
        out.printf("wrongly returned %d%n", books.wronglyReturned().size());
        out.printf(
                "duplicates       %d after a blow on the way, %d sent twice for want of an answer, %d without a cause%n",
                books.duplicates().size(),
                books.sentTwice().size(),
                books.unexplained().size());
        report.trouble().forEach(line -> out.printf("trouble          %s%n", line));
        out.printf("%s%n", report.passed() ? "nothing was lost" : "NOT PASSED");
        out.flush();
    }
}
