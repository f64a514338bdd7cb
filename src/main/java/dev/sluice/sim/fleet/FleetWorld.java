package dev.sluice.sim.fleet;

import dev.sluice.api.PoolKind;
import dev.sluice.api.PoolReference;
import dev.sluice.api.Verb;
import dev.sluice.operator.PoolKey;
import dev.sluice.plan.Effect;
import dev.sluice.plan.Request;
import dev.sluice.sim.fleet.FleetPool.Asked;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A filter pool that hands its mail to a transport pool, and an operator that cares for both, in virtual time. */
final class FleetWorld {
    private static final String NAMESPACE = "mail";
    private static final int POD_STARTS = 2;
    private static final int LONGEST_START_OF_THE_OPERATOR = 15;

    final VirtualTime time = new VirtualTime();
    final Random random;
    final FleetBreaks breaks;
    final Diary diary;
    final Weather weather = new Weather();
    final Writes writes = new Writes();
    final FleetPool filter = new FleetPool(new PoolKey(NAMESPACE, PoolKind.FILTER_POOL, "mx"), List.of("out"), time);
    final FleetPool transport =
            new FleetPool(new PoolKey(NAMESPACE, PoolKind.TRANSPORT_POOL, "out"), FleetDeclarations.RELAYS, time);
    final NextHops nextHops;
    final Calls calls;
    final Watches watches;
    final MailFlow mail;
    /** Passes of the operator over a pool. */
    long passes;
    /** The operator gets its turn each so many seconds. */
    int pace = 1;

    private final List<FleetPool> pools = List.of(filter, transport);
    private final WorldChecks checks = new WorldChecks(filter, transport);
    private Optional<OperatorProcess> operator = Optional.empty();
    private Instant operatorStarts;
    private int addresses;

    FleetWorld(long seed, FleetBreaks breaks, boolean tells) {
        this.random = new Random(seed);
        this.breaks = breaks;
        this.diary = new Diary(time, tells);
        this.nextHops = new NextHops(time, random);
        this.calls = new Calls(time, random, weather, diary);
        this.watches = new Watches(time, random, weather, diary, pools);
        this.mail = new MailFlow(time, random, nextHops, filter, transport, breaks);
        this.operatorStarts = time.instant();
    }

    List<FleetPool> pools() {
        return pools;
    }

    FleetPool pool(PoolReference reference) {
        return reference.kind() == PoolKind.FILTER_POOL ? filter : transport;
    }

    FleetPool other(FleetPool pool) {
        return pool == filter ? transport : filter;
    }

    Instant operatorsTime() {
        return time.instant().plus(weather.operatorClock);
    }

    // ---- time

    /** One second passes for everybody. */
    void passes() {
        time.passes();
        mail.passes();
        pools.forEach(this::nodesWork);
        comeBack();
        operatorWorks();
        mail.isAccountedFor();
        checks.hold();
    }

    private void nodesWork(FleetPool pool) {
        boolean comesUp = false;
        for (MailNodeModel node : pool.nodes.values()) {
            if (node.answers(time.instant())) {
                node.probe(nextHops.refusals(node, pool.hops));
            }
            comesUp |= node.upAt.equals(time.instant());
        }
        if (comesUp) {
            watches.changed(pool);
        }
    }

    /** Who deletes a pool wants it back some seconds after it is gone. */
    private void comeBack() {
        for (FleetPool pool : pools) {
            if (!pool.exists && random.nextInt(5) == 0) {
                pool.isDeclaredAgain();
                isDeclared(pool, "declares it again");
            }
        }
    }

    private void operatorWorks() {
        if (time.isBefore(operatorStarts) || time.seconds() % pace != 0) {
            return;
        }
        try {
            if (operator.isEmpty()) {
                operator = Optional.of(new OperatorProcess(this));
            }
            watches.deliver(operator.get()::hears);
            operator.get().works();
        } catch (Calls.Died death) {
            int seconds = 1 + random.nextInt(LONGEST_START_OF_THE_OPERATOR);
            diary.say("the operator dies in %s, and starts again in %d s", death.getMessage(), seconds);
            operatorStarts = time.in(seconds);
            operator = Optional.empty();
            watches.nobodyListens();
        }
    }

    // ---- what people do

    void isDeclared(FleetPool pool, String what) {
        pool.generation++;
        diary.say("a person: %s %s", pool.words(), what);
        watches.changed(pool);
    }

    void asks(FleetPool pool, Verb verb, String revision) {
        String name = "ask-" + pool.uid + "-" + pool.asked.size();
        pool.asked.put(
                name, new Asked(new Request(name, verb, Optional.ofNullable(revision), "drill"), Optional.empty()));
        diary.say("a person asks %s to %s %s", pool.words(), verb, revision);
    }

    void deletes(FleetPool pool) {
        pool.deleting = true;
        isDeclared(pool, "is deleted");
    }

    void deletes(FleetPool pool, MailNodeModel node) {
        node.deleting = true;
        diary.say("a person deletes %s", node.name);
        watches.changed(pool);
    }

    // ---- what happens to the nodes

    void moves(FleetPool pool, MailNodeModel node) {
        node.moves(address(), time.in(POD_STARTS));
        diary.say("the Pod of %s is made again elsewhere", node.name);
        watches.changed(pool);
    }

    void nodeIsMade(FleetPool pool, Effect.EnsureNode wanted) {
        if (!pool.nodes.containsKey(wanted.node())) {
            pool.nodes.put(
                    wanted.node(),
                    new MailNodeModel(
                            wanted.node(), wanted.revision(), address(), false, time.in(POD_STARTS), pool.hops));
            writes.of("MailNode " + wanted.node());
            watches.changed(pool);
        }
    }

    void nodeGoes(FleetPool pool, String name) {
        MailNodeModel node = pool.nodes.get(name);
        if (node != null) {
            WorldChecks.isEmpty(node);
            pool.nodes.remove(name);
            writes.of("MailNode " + name);
            watches.changed(pool);
        }
    }

    void poolGoes(FleetPool pool, int uid) {
        if (pool.exists && pool.uid == uid) {
            diary.say("%s is gone", pool.words());
            pool.isGone();
            writes.of(pool.words());
            watches.changed(pool);
        }
    }

    private String address() {
        addresses++;
        return "10.20." + (1 + addresses / 250) + "." + (1 + addresses % 250);
    }

    // ---- the end of all faults

    void repaired() {
        weather.clearsUp();
        calls.clearUp();
        nextHops.repaired();
        pools.forEach(pool -> {
            pool.nodes.values().forEach(MailNodeModel::repaired);
            watches.changed(pool);
        });
        diary.say("everything is repaired");
    }

    /** Whether the filter has nobody to hand its mail to, and nobody is to come unasked. */
    boolean isCutOff() {
        return Rest.isCutOff(transport);
    }

    boolean isAtRest() {
        return operator.isPresent() && watches.nothingIsComing() && Rest.isReached(filter, transport);
    }

    /** What is so at rest and not before. */
    void holdsAtRest() {
        checks.holdAtRest();
    }

    String describe() {
        StringBuilder text = new StringBuilder();
        pools.forEach(pool -> {
            text.append(pool.words()).append(' ').append(pool.status.summary()).append('\n');
            pool.status.nodes().forEach(node -> text.append("   ").append(node).append('\n'));
        });
        return text.toString();
    }
}
