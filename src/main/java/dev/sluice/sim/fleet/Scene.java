package dev.sluice.sim.fleet;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/** Where a mishap strikes: a pool, perhaps one of its nodes, and one of its next hops, drawn by chance. */
record Scene(FleetWorld world, Random random, FleetPool pool, Optional<MailNodeModel> node, String hop) {
    static Scene drawn(FleetWorld world, Random random) {
        FleetPool pool = random.nextBoolean() ? world.filter : world.transport;
        List<String> names = List.copyOf(pool.nodes.keySet());
        Optional<MailNodeModel> node = names.isEmpty()
                ? Optional.empty()
                : Optional.of(pool.nodes.get(names.get(random.nextInt(names.size()))));
        return new Scene(world, random, pool, node, pool.hops.get(random.nextInt(pool.hops.size())));
    }

    int upTo(int bound) {
        return random.nextInt(bound);
    }

    <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    Instant soon() {
        return world.time.in(random.nextInt(60));
    }

    /** Strikes a node, if there is one. */
    void node(String words, Consumer<MailNodeModel> strike) {
        node.ifPresent(one -> {
            world.diary.say("%s: %s", one.name, words);
            strike.accept(one);
        });
    }

    /** From now on the next hop does that, to everybody. */
    void hop(HopTrouble trouble) {
        world.diary.say("%s %s", hop, trouble.words());
        world.nextHops.trouble(hop, trouble);
    }

    void weather(String words, Consumer<Weather> change) {
        world.diary.say("%s", words);
        change.accept(world.weather);
    }

    void person(String words, Consumer<FleetPool> edit) {
        edit.accept(pool);
        world.isDeclared(pool, words);
    }
}
