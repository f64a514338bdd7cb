package dev.sluice.sim.replay;

/**
 * How often something happened, with the 95 % interval of Wilson (1927), which is sound for few and for no events.
 *
 * @param events how often it happened
 * @param trials of how many times
 */
public record Proportion(int events, int trials) {
    private static final double Z = 1.959964;

    public Proportion {
        if (trials < 1 || events < 0 || events > trials) {
            throw new IllegalArgumentException(events + " of " + trials + " is no proportion");
        }
    }

    /** The share itself, 0 to 1. */
    public double share() {
        return (double) events / trials;
    }

    /** The lower limit, 0 to 1. */
    public double lower() {
        return events == 0 ? 0 : centre() - half();
    }

    /** The upper limit, 0 to 1. */
    public double upper() {
        return events == trials ? 1 : centre() + half();
    }

    private double centre() {
        return (events + Z * Z / 2) / (trials + Z * Z);
    }

    private double half() {
        return Z * Math.sqrt((double) events * (trials - events) / trials + Z * Z / 4) / (trials + Z * Z);
    }
}
