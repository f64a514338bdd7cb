package dev.sluice.sim;

/**
 * How mail comes to a pool, and what is not the nodes' doing.
 *
 * @param messagesPerMinute on average over the day
 * @param dayCurve how far the rate of mail swings around its average, 0 to 1; a run begins at night and reaches the peak
 *     after eight hours
 * @param outagesPerDay how often a next hop fails much more mail than usual for some time, for all nodes alike
 * @param bulkShare the part of the messages that comes from bulk senders: up to some hundreds within minutes, to one
 *     stratum, that fail or succeed together
 * @param bulkFailures how many times as often bulk mail fails
 * @param recipientFaults the part of the mail that fails by the recipient's own fault
 * @param destinationLeaning how unlike the baseline's the canary's mix of destinations is: the standard deviation of the
 *     logarithm of its share of each stratum; such a share stays as it is all the time
 * @param senderLeaning the same for each sender within the strata
 */
record World(
        double messagesPerMinute,
        double dayCurve,
        double outagesPerDay,
        double bulkShare,
        double bulkFailures,
        double recipientFaults,
        double destinationLeaning,
        double senderLeaning) {
    /** 1,000 messages a minute without a day, outages or bulk. */
    static World flat() {
        return new World(1000, 0, 0, 0, 1, 0.01, 0, 0);
    }

    /** With a day curve; the rest as in {@link #flat}. */
    static World clean() {
        return new World(1000, 0.6, 0, 0, 1, 0.01, 0, 0);
    }

    /** With a day curve, outages and bulk senders whose mail fails three times as often. */
    static World real() {
        return clean().withOutages(6).withBulk(0.3, 3);
    }

    World withMessagesPerMinute(double rate) {
        return new World(
                rate,
                dayCurve,
                outagesPerDay,
                bulkShare,
                bulkFailures,
                recipientFaults,
                destinationLeaning,
                senderLeaning);
    }

    World withOutages(double perDay) {
        return new World(
                messagesPerMinute,
                dayCurve,
                perDay,
                bulkShare,
                bulkFailures,
                recipientFaults,
                destinationLeaning,
                senderLeaning);
    }

    World withBulk(double share, double failures) {
        return new World(
                messagesPerMinute,
                dayCurve,
                outagesPerDay,
                share,
                failures,
                recipientFaults,
                destinationLeaning,
                senderLeaning);
    }

    World withDestinationLeaning(double deviation) {
        return new World(
                messagesPerMinute,
                dayCurve,
                outagesPerDay,
                bulkShare,
                bulkFailures,
                recipientFaults,
                deviation,
                senderLeaning);
    }

    World withSenderLeaning(double deviation) {
        return new World(
                messagesPerMinute,
                dayCurve,
                outagesPerDay,
                bulkShare,
                bulkFailures,
                recipientFaults,
                destinationLeaning,
                deviation);
    }

    /** The rate of mail at a second of the run, as a multiple of the average. */
    double rateAt(double second) {
        return 1 + dayCurve * Math.sin(2 * Math.PI * second / 86_400 - Math.PI / 6);
    }
}
