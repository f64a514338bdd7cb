package dev.sluice.gate;

/** Sums of numbers that are known by their logarithms. */
final class Logarithms {
    private Logarithms() {}

    static double sum(double first, double second) {
        double larger = Math.max(first, second);
        double smaller = Math.min(first, second);
        return larger == Double.NEGATIVE_INFINITY ? larger : larger + Math.log1p(Math.exp(smaller - larger));
    }
}
