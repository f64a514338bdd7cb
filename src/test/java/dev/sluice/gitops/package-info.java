/**
 * What GitOps tools make of Sluice's objects.
 * Lives here: the tests of kstatus, Argo CD's scripts and Flux' expressions on recorded states, and a cycle of applies.
 * May not: write a status by hand where a story can end in it.
 */
package dev.sluice.gitops;
