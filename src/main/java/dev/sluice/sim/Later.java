package dev.sluice.sim;

import java.util.Arrays;
import java.util.function.IntConsumer;

/** Numbers that come back after some ticks. */
final class Later {
    private final int[][] slots;
    private final int[] sizes;
    private int now;

    Later(int mostTicks) {
        slots = new int[mostTicks + 1][4];
        sizes = new int[mostTicks + 1];
    }

    /** Gives {@code number} back after {@code ticks}, at least 1. */
    void put(int number, int ticks) {
        int slot = (now + ticks) % slots.length;
        if (sizes[slot] == slots[slot].length) {
            slots[slot] = Arrays.copyOf(slots[slot], 2 * sizes[slot]);
        }
        slots[slot][sizes[slot]++] = number;
    }

    /** One tick passes. */
    void tick(IntConsumer due) {
        now = (now + 1) % slots.length;
        for (int i = 0; i < sizes[now]; i++) {
            due.accept(slots[now][i]);
        }
        sizes[now] = 0;
    }
}
