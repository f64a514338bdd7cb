package dev.sluice.sim.fleet;

import dev.sluice.api.Verb;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** What people do and what goes wrong while a story runs. */
enum Mishap {
    // ---- people

    SCALES(scene -> scene.person("scales it", pool -> {
        pool.replicas = 1 + scene.upTo(4);
        pool.minAvailable = Math.min(pool.minAvailable, pool.replicas);
    })),
    DECLARES(scene -> scene.person("declares another revision", pool -> pool.revision = "v1-" + scene.upTo(4))),
    DECLARES_WHAT_IS_BAD(scene -> {
        String revision = "v1-" + (1 + scene.upTo(3));
        scene.world().diary.say("nodes of %s cannot hand on mail", revision);
        scene.world().nextHops.badRevision(revision);
        scene.person("declares " + revision, pool -> pool.revision = revision);
    }),
    PAUSES(scene -> scene.person("pauses it, or goes on", pool -> pool.paused = !pool.paused)),
    ASKS(scene -> scene.world().asks(scene.pool(), scene.oneOf(List.of(Verb.values())), scene.pool().revision)),
    RETRIES(scene -> scene.person("writes another retryNonce", pool -> pool.retryNonce = "nonce-" + scene.upTo(100))),
    DELETES_A_NODE(scene ->
            scene.node("its time has come", node -> scene.world().deletes(scene.pool(), node))),
    DELETES_A_POOL(scene -> {
        if (scene.pool().exists && scene.upTo(3) == 0) {
            scene.world().deletes(scene.pool());
        }
    }),

    // ---- next hops

    DOWN(scene -> scene.hop(HopTrouble.always("is down", new Attempt.Deferred("connection refused")))),
    SLOW(scene -> scene.hop(HopTrouble.slow(1 + scene.upTo(15)))),
    TARPIT(scene -> scene.hop(HopTrouble.tarpit())),
    REFUSES_FOR_NOW(scene -> scene.hop(HopTrouble.always("answers 4xx", new Attempt.Deferred("421 4.3.2 later")))),
    REFUSES(scene -> scene.hop(HopTrouble.always("answers 5xx", new Attempt.Refused("554 5.7.1 no")))),
    REFUSES_MAIL_ONLY(
            scene -> scene.hop(HopTrouble.ofMailOnly("answers 5xx to mail", new Attempt.Refused("550 5.7.1 no")))),
    PARTLY_DOWN(scene -> scene.hop(HopTrouble.partly(1 + scene.upTo(5)))),
    FAILS_LATER(scene -> scene.hop(HopTrouble.partly(5).onlyFrom(scene.soon()))),
    FAILS_AT_THE_PEAK(
            scene -> scene.hop(HopTrouble.ofMailOnly("is too busy", new Attempt.Deferred("421 4.3.2 too busy"))
                    .onlyAtThePeak())),
    DENIES_ONE_NODE(scene -> scene.node(
            "is denied relay",
            node -> scene.world()
                    .nextHops
                    .trouble(
                            node.name,
                            scene.hop(),
                            HopTrouble.ofMailOnly(
                                    "denies it", new Attempt.Deferred("454 4.7.1 Relay access denied"))))),

    // ---- nodes and agents

    AGENT_SILENT(scene -> scene.node("its agent is silent", node -> node.reachable = false)),
    AGENT_CRASHES(scene -> scene.node(
            "its agent crashes", node -> node.agentCrashes(scene.world().time.in(1 + scene.upTo(10))))),
    BOOKS_LOST(scene -> scene.node("its agent crashes and loses its books", node -> {
        node.agentCrashes(scene.world().time.in(1 + scene.upTo(10)));
        node.booksAreLost();
    })),
    NONSENSE(scene -> scene.node("its counters contradict themselves", node -> node.nonsense = true)),
    CLOCK_STEPS(scene ->
            scene.node("its clock steps", node -> node.clockAhead = Duration.ofSeconds(scene.upTo(7200) - 3600L))),
    MTA_FAILS(scene -> scene.node("its MTA fails", node -> node.mtaFailure = Optional.of("fatal: bad parameter"))),
    MTA_CRASHES(scene -> scene.node("its MTA crashes between peers", MailNodeModel::breaksOffAHandover)),
    POD_MOVES(scene -> scene.node("its Pod is evicted", node -> scene.world().moves(scene.pool(), node))),

    // ---- the API server, its events, and the operator

    CALLS_FAIL(scene -> scene.weather("three in ten calls fail", it -> it.callFails = 0.3)),
    EVENTS_COME_BADLY(scene -> scene.weather("events come late, twice, or not at all", it -> {
        it.eventLate = 0.4;
        it.eventTwice = 0.3;
        it.eventLost = 0.2;
        it.watchEnds = 0.1;
    })),
    OLD_ANSWERS(scene -> scene.weather("agents give old answers", it -> it.oldAnswer = 0.5)),
    STALE_STARTS(scene -> scene.weather("a start reads what is past", it -> {
        it.staleStart = 0.8;
        scene.world().calls.diesIn(List.of(scene.upTo(10), scene.upTo(10)));
    })),
    OPERATOR_CLOCK_STEPS(scene -> scene.weather(
            "the operator's clock steps", it -> it.operatorClock = Duration.ofSeconds(scene.upTo(600) - 300L))),
    OPERATOR_DIES(scene -> scene.world()
            .calls
            .diesIn(IntStream.range(0, 1 + scene.upTo(3))
                    .map(each -> scene.upTo(20))
                    .boxed()
                    .toList())),
    REPAIRED(scene -> scene.world().repaired());

    /** Each holds nothing but what it does. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final Consumer<Scene> strike;

    Mishap(Consumer<Scene> strike) {
        this.strike = strike;
    }

    void strikes(Scene scene) {
        scene.world().diary.struck(name());
        strike.accept(scene);
    }
}
