/**
 * Evidence in, verdict out.
 * Lives here: the statistics of the rollback and the promotion test, their memory, their explanation.
 * May not: read a clock, a file, the network or a Kubernetes type. Everything is an argument.
 */
package dev.sluice.gate;
