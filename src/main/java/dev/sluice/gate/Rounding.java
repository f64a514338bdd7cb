package dev.sluice.gate;

/** What is remembered is rounded first, so that storing it changes nothing and takes little room. */
final class Rounding {
    private Rounding() {}

    static double hundredths(double value) {
        return Math.rint(value * 100) / 100;
    }

    /** Downwards, so that rounding never makes evidence. */
    static double logarithm(double value) {
        return Math.floor(value * 1e4) / 1e4;
    }
}
