package dev.sluice.sim.fleet;

/**
 * A seed that broke an invariant.
 *
 * @param seed the seed
 * @param invariant which: I1 to I11, {@code I8-convergence}, {@code I8-quiet}, or {@code crash} for a program error
 * @param step the second of the story
 * @param what what is wrong
 */
public record FleetFailure(long seed, String invariant, long step, String what) {}
