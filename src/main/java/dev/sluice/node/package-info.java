/**
 * The contract between operator and agent: what is ordered, what is reported, how they know each other.
 * Lives here: records, their JSON, the client, the certificates of both sides.
 * May not: know Postfix, Kubernetes or how an order is carried out.
 */
package dev.sluice.node;
