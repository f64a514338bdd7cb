/**
 * A pool on one machine: API server, kubelet, network, edge, sink and load; what {@code sluice local} and the demo run.
 * Lives here: making Kubernetes objects real as processes of this machine, and measuring the mail from outside.
 * May not: decide anything about a pool, or be needed by the operator or the agent.
 */
package dev.sluice.local;
