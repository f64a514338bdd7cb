/**
 * What tests need to stand on real ground.
 * Lives here: the cluster that tests run on, a namespace for each of them.
 * May not: replace a part of Sluice or of Kubernetes by an imitation.
 */
package dev.sluice.testkit;
