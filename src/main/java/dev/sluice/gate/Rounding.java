package dev.sluice.gate;

/** What is remembered is rounded first, so that storing it changes nothing and takes little room. */
final class Rounding {
    /** Into how many parts a logarithm is divided. */
    static final double LOGARITHM_PARTS = 1e4;
    /** Into how many parts a count is divided. */
    static final double COUNT_PARTS = 100;
    /** Into how many parts the whole mass is divided. */
    static final double MASS_PARTS = 1e6;

    private Rounding() {}

    static double hundredths(double value) {
        return Math.rint(value * COUNT_PARTS) / COUNT_PARTS;
    }

    /** Downwards, so that rounding never makes evidence. */
    static double logarithm(double value) {
        return Math.floor(value * LOGARITHM_PARTS) / LOGARITHM_PARTS;
    }

    /** A part of the mass, downwards. */
    static double tiny(double value) {
        return Math.floor(value * MASS_PARTS) / MASS_PARTS;
    }
}
