/**
 * The command line: {@code sluice} and {@code kubectl sluice}.
 * Lives here: reading arguments, wiring, printing, what the log looks like.
 * May not: decide anything about a pool; the decisions are in {@code plan} and {@code gate}.
 */
package dev.sluice.cli;
