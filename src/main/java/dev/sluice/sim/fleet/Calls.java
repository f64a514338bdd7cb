package dev.sluice.sim.fleet;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * Every call of the operator passes here: it may end in each of the ways in which HTTP lets it, its answer may be lost
 * after it took effect, and the operator may die before or after it.
 */
final class Calls {
    /** The operator's process ends. */
    static final class Died extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Died(String during) {
            super(during, null, false, false);
        }
    }

    /** A call failed, or whether it took effect is not known. */
    static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Ending ending;

        Failed(String call, Ending ending) {
            super(call + ": " + ending.words, null, false, false);
            this.ending = ending;
        }

        /** For how many seconds who called is held up by it. */
        int seconds() {
            return ending.seconds;
        }
    }

    private enum Effect {
        NONE,
        PERHAPS,
        DONE
    }

    /** How a call may end. */
    enum Ending {
        CONFLICT("409 Conflict", Effect.NONE, 1),
        TOO_MANY_REQUESTS("429 Too Many Requests", Effect.NONE, 4),
        INTERNAL_ERROR("500 Internal Server Error", Effect.PERHAPS, 2),
        UNAVAILABLE("503 Service Unavailable", Effect.NONE, 2),
        TIME_OUT("no answer in time", Effect.PERHAPS, 10),
        ANSWER_LOST("it took effect and its answer was lost", Effect.DONE, 2);

        private final String words;
        private final Effect effect;
        private final int seconds;

        Ending(String words, Effect effect, int seconds) {
            this.words = words;
            this.effect = effect;
            this.seconds = seconds;
        }

        /** As the diary counts it. */
        String fault() {
            return "a call ends: " + words;
        }
    }

    private static final List<Ending> OF_A_SERVER = List.of(Ending.values());
    private static final List<Ending> OF_AN_AGENT = List.of(Ending.UNAVAILABLE, Ending.TIME_OUT, Ending.ANSWER_LOST);

    private final VirtualTime time;
    private final Random random;
    private final Weather weather;
    private final Diary diary;
    private final Deque<Integer> deaths = new ArrayDeque<>();
    private Instant busyUntil = Instant.MIN;

    Calls(VirtualTime time, Random random, Weather weather, Diary diary) {
        this.time = time;
        this.random = random;
        this.weather = weather;
        this.diary = diary;
    }

    /** The operator dies in so many calls from now on, and then again in so many more. */
    void diesIn(List<Integer> calls) {
        deaths.clear();
        deaths.addAll(calls);
    }

    /** The server is repaired; who was to die, still does. */
    void clearUp() {
        busyUntil = Instant.MIN;
    }

    /** A call to the API server. One that answered 429 answers so to everybody for a while. */
    void toServer(String call, Runnable takesEffect) {
        mayDie(call, takesEffect);
        if (time.isBefore(busyUntil)) {
            throw new Failed(call, Ending.TOO_MANY_REQUESTS);
        }
        ends(call, takesEffect, OF_A_SERVER);
    }

    /** A call to an agent. */
    void toAgent(String call, Runnable takesEffect) {
        mayDie(call, takesEffect);
        ends(call, takesEffect, OF_AN_AGENT);
    }

    private void mayDie(String call, Runnable takesEffect) {
        if (deaths.isEmpty()) {
            return;
        }
        int left = deaths.pop();
        if (left > 0) {
            deaths.push(left - 1);
            return;
        }
        if (random.nextBoolean()) {
            takesEffect.run();
            diary.struck("the operator dies after a call");
            throw new Died(call + ", which took effect");
        }
        diary.struck("the operator dies before a call");
        throw new Died(call + ", which took no effect");
    }

    private void ends(String call, Runnable takesEffect, List<Ending> endings) {
        if (weather.callFails == 0 || random.nextDouble() >= weather.callFails) {
            takesEffect.run();
            return;
        }
        Ending ending = endings.get(random.nextInt(endings.size()));
        if (ending.effect == Effect.DONE || (ending.effect == Effect.PERHAPS && random.nextBoolean())) {
            takesEffect.run();
        }
        if (ending == Ending.TOO_MANY_REQUESTS) {
            busyUntil = time.in(1 + random.nextInt(Ending.TOO_MANY_REQUESTS.seconds));
        }
        diary.struck(ending.fault());
        throw new Failed(call, ending);
    }
}
