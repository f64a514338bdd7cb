/**
 * What is known of Postfix: its settings, its log, its queue listing, its commands, what replies mean.
 * Lives here: rendering, parsing and running; nothing that decides what a node should do.
 * May not: know orders' origin, HTTP, Kubernetes or the ledger.
 */
package dev.sluice.postfix;
