package dev.sluice.gate;

import java.util.Arrays;

/** Numbers that do not change. */
public final class CounterVector {
    static final CounterVector EMPTY = new CounterVector(new long[0]);

    private final long[] values;

    /** Takes over the array, which nobody may change any more. */
    CounterVector(long[] values) {
        this.values = values;
    }

    int size() {
        return values.length;
    }

    /** The number at a place, 0 beyond the end. */
    long at(int place) {
        return place < values.length ? values[place] : 0;
    }

    long[] copyOfSize(int size) {
        return Arrays.copyOf(values, Math.max(size, values.length));
    }

    boolean exceeds(long[] others) {
        for (int place = 0; place < values.length; place++) {
            if (values[place] > others[place]) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CounterVector vector && Arrays.equals(values, vector.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return Arrays.toString(values);
    }
}
