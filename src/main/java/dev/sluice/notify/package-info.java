/**
 * Tells people elsewhere what happens to a pool: facts of a plan become messages, messages are sent to receivers. What a
 * receiver does or does not do has no influence on anything else.
 *
 * <p>Effects live here (HTTP), decisions do not; nothing here knows Kubernetes.
 */
package dev.sluice.notify;
