package dev.sluice.postfix;

/**
 * Keeps mail that is refused for a fault of the node or its next hop, and lets refusals for the recipient's or the
 * message's sake bounce as ever. Narrower than {@code soft_bounce}, which keeps mail to unknown users too.
 */
final class DeliveryStatusFilter {
    /** Left: the RFC 3463 code and the text of the outcome; right: what they become. The first rule that fits decides. */
    static final String TEXT = """
            # Refusals of the client, whatever their code.
            /^5(\\.[0-9]+\\.[0-9]+ .*(relay access denied|relaying denied|relay not permitted|unable to relay|not (authorized|authorised|allowed|permitted) to relay|client host rejected|authentication required|loops back to myself|too many hops|mail transport unavailable|refused to talk to me).*)$/ 4$1
            # A message that is too big stays too big.
            /^5(\\.3\\.4 .*)$/ 5$1
            # A domain that does not exist will not exist later.
            /^5(\\.4\\.4 .*)$/ 5$1
            /^5(\\.[345]\\.[0-9]+ .*)$/ 4$1
            # TLS, authentication and the identity of the node.
            /^5(\\.7\\.(4|5|8|9|10|11|23|25) .*)$/ 4$1
            """;

    private DeliveryStatusFilter() {}
}
