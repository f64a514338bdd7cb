/**
 * {@code kubectl sluice}: what people ask of pools and tell them, through the Kubernetes API alone.
 * Lives here: reading objects, saying in words and tables what they mean, PoolActions on a person's behalf.
 * May not: decide anything about a pool, talk with agents, or judge evidence by rules of its own.
 */
package dev.sluice.cli.kubectl;
