/**
 * The agent beside each mail transfer agent: follows its log, keeps the books, carries orders out, answers the operator
 * and the edge.
 * Lives here: the ledger and the supervisor (decisions), files, sockets and processes around them.
 * May not: know Kubernetes, pools or other nodes beyond what the orders name.
 */
package dev.sluice.agent;
