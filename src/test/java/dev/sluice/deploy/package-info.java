/**
 * What is installed on a cluster: the chart and the plain manifests.
 * Lives here: rendering them, and holding them to the kinds, to each other and to a real API server.
 * May not: test what the installed program does.
 */
package dev.sluice.deploy;
