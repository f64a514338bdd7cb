/**
 * A fleet in virtual time, seeded: worlds of mail, what ails a canary, and the rules that judge it.
 * Lives here: everything that {@code sluice simulate} plays and what it is measured by.
 * May not: read a clock, a file, the network or a Kubernetes type; the same seed gives the same figures.
 */
package dev.sluice.sim;
