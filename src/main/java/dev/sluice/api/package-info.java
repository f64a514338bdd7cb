/**
 * The kinds of {@code sluice.dev/v1alpha1}: data, schema annotations and validation rules.
 * Lives here: custom resources, their specs and statuses, the names that labels and annotations have.
 * May not: decide anything, import another package of Sluice, talk to a cluster.
 */
package dev.sluice.api;
