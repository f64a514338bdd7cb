package dev.sluice.sim.replay;

/**
 * What became of one recipient on one node. Times are milliseconds since 1970.
 *
 * @param node the node that accepted the message
 * @param message the message on that node: its queue identifier
 * @param sender who sent it: the envelope sender's domain, the client's address for notices, empty when not recorded
 * @param destination the recipient's domain
 * @param nextHop where it goes next
 * @param stratum the class within which nodes are compared
 * @param arrivalMillis when the message was accepted
 * @param first how the first attempt ended
 * @param firstMillis when it ended; {@link #NEVER} when it did not within the recording
 * @param fate what became of the recipient in the end
 * @param fateMillis when; {@link #NEVER} while it is open
 */
public record RecordedOutcome(
        String node,
        String message,
        String sender,
        String destination,
        String nextHop,
        String stratum,
        long arrivalMillis,
        First first,
        long firstMillis,
        Fate fate,
        long fateMillis) {
    /** A time that did not come. */
    public static final long NEVER = Long.MAX_VALUE;

    /** How the first attempt for a recipient ended. */
    public enum First {
        DELIVERED,
        /** For a fault of the node, the next hop, a policy, or an unknown one. */
        FAILED,
        /** In a way that practically never happens to a healthy node. */
        PATH_FAILED,
        /** For a fault of the address or the mailbox: nobody's failure. */
        RECIPIENT_FAULT,
        /** Not within the recording. */
        NONE
    }

    /** What became of a recipient in the end. */
    public enum Fate {
        DELIVERED,
        BOUNCED,
        /** The queue's lifetime was over. */
        EXPIRED,
        /** Still waiting at the end of the recording. */
        OPEN,
        /** Not recorded. */
        UNTOLD
    }

    RecordedOutcome on(String otherNode) {
        return new RecordedOutcome(
                otherNode,
                message,
                sender,
                destination,
                nextHop,
                stratum,
                arrivalMillis,
                first,
                firstMillis,
                fate,
                fateMillis);
    }

    RecordedOutcome at(String hop, String group) {
        return new RecordedOutcome(
                node, message, sender, destination, hop, group, arrivalMillis, first, firstMillis, fate, fateMillis);
    }
}
