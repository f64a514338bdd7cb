package dev.sluice.gate;

/**
 * The gate's answer to one piece of evidence.
 *
 * @param memory what to give back with the next evidence
 * @param verdict the answer
 * @param explanation the numbers behind it
 */
public record Judgement(GateMemory memory, Verdict verdict, Explanation explanation) {}
