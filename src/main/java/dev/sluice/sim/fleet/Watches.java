package dev.sluice.sim.fleet;

import dev.sluice.operator.PoolKey;
import dev.sluice.sim.fleet.FleetPool.View;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiConsumer;

/** What changes at the API server, on its way to the operator: it may come late, in another order, twice or not at all. */
final class Watches {
    private static final int LONGEST_DELAY = 5;
    private static final int SECONDS_BETWEEN_LISTS = 30;
    private static final int STALENESS = 3;

    private record Coming(Instant due, PoolKey pool, View view) {}

    private record Past(Instant until, View view) {}

    private final VirtualTime time;
    private final Random random;
    private final Weather weather;
    private final Diary diary;
    private final Collection<FleetPool> pools;
    private final List<Coming> coming = new ArrayList<>();
    private final Map<PoolKey, Deque<Past>> pasts = new HashMap<>();
    private final Map<PoolKey, View> current = new HashMap<>();
    private Instant goneUntil = Instant.MIN;

    Watches(VirtualTime time, Random random, Weather weather, Diary diary, Collection<FleetPool> pools) {
        this.time = time;
        this.random = random;
        this.weather = weather;
        this.diary = diary;
        this.pools = pools;
        pools.forEach(pool -> {
            pasts.put(pool.key, new ArrayDeque<>());
            current.put(pool.key, pool.view());
        });
    }

    /** Something of the pool is another now. */
    void changed(FleetPool pool) {
        pool.version++;
        View view = pool.view();
        pasts.get(pool.key).addLast(new Past(time.instant(), current.put(pool.key, view)));
        if (time.isBefore(goneUntil)) {
            diary.struck("an event is missed while a watch is gone");
        } else if (strikes(weather.watchEnds)) {
            diary.struck("a watch ends with 410 Gone");
            goneUntil = time.in(1 + random.nextInt(2 * LONGEST_DELAY));
        } else if (strikes(weather.eventLost)) {
            diary.struck("an event is lost");
        } else if (strikes(weather.eventLate)) {
            diary.struck("an event is late");
            coming.add(new Coming(time.in(1 + random.nextInt(LONGEST_DELAY)), pool.key, view));
        } else {
            coming.add(new Coming(time.instant(), pool.key, view));
        }
    }

    /** A new process lists everything. A server that reads from its own cache may tell what was so a moment ago. */
    View listedAtStart(FleetPool pool) {
        Deque<Past> past = pasts.get(pool.key);
        while (!past.isEmpty() && past.peekFirst().until().isBefore(time.in(-STALENESS))) {
            past.removeFirst();
        }
        View view = current.get(pool.key);
        if (!past.isEmpty() && strikes(weather.staleStart)) {
            diary.struck("a start reads what is past");
            coming.add(new Coming(time.in(1 + random.nextInt(STALENESS)), pool.key, view));
            return past.peekFirst().view();
        }
        return view;
    }

    /** The process that listened is dead. */
    void nobodyListens() {
        coming.clear();
        goneUntil = Instant.MIN;
    }

    /** Hands over what is due. A watch that missed something is made anew after a while and lists everything. */
    void deliver(BiConsumer<PoolKey, View> listener) {
        if (time.instant().getEpochSecond() % SECONDS_BETWEEN_LISTS == 0
                || time.instant().equals(goneUntil)) {
            pools.forEach(pool -> listener.accept(pool.key, current.get(pool.key)));
        }
        if (coming.isEmpty()) {
            return;
        }
        List<Coming> due =
                coming.stream().filter(each -> !time.isBefore(each.due())).toList();
        coming.removeAll(due);
        for (Coming each : due) {
            listener.accept(each.pool(), each.view());
            if (strikes(weather.eventTwice)) {
                diary.struck("an event comes twice");
                coming.add(new Coming(time.in(2), each.pool(), each.view()));
            }
        }
    }

    boolean nothingIsComing() {
        return coming.isEmpty() && !time.isBefore(goneUntil);
    }

    private boolean strikes(double chance) {
        return chance > 0 && random.nextDouble() < chance;
    }
}
