package dev.sluice.local.siege;

import java.time.Instant;

/**
 * A blow that fell.
 *
 * @param number counts from 1
 * @param kind what was broken
 * @param planned the state that was to be hit
 * @param target what was hit: a node's name, or the part of the platform
 * @param state the state that the target had, or that some node had when the platform was hit; empty when no node had the
 *     state that was planned
 * @param from when it fell
 * @param until when it was mended, or the program was started again
 */
public record Strike(int number, Blow kind, String planned, String target, String state, Instant from, Instant until) {}
