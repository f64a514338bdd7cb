package dev.sluice.sim;

/** What is wrong with a node. */
sealed interface Ailment {
    /** Every next hop. */
    int EVERY_HOP = -1;

    /** Nothing. */
    record None() implements Ailment {}

    /**
     * Mail fails that others deliver.
     *
     * @param share the part that fails on top of what fails anyway, 0 to 1
     * @param hop the next hop where it does, or {@link #EVERY_HOP}
     * @param onThePath whether these are failures that practically never happen on a healthy node
     */
    record Failures(double share, int hop, boolean onThePath) implements Ailment {
        boolean hits(int stratum) {
            return hop == EVERY_HOP || hop == Strata.hop(stratum);
        }
    }

    /**
     * Deliveries take longer and longer: exponential times with a mean that grows.
     *
     * @param growth by how many seconds the mean grows in each second
     */
    record Delays(double growth) implements Ailment {}

    /** Mail is accepted and never heard of again. */
    record Silence() implements Ailment {}

    /**
     * More or less of the mail fails by what looks like the recipient's fault.
     *
     * @param share the part that fails so, 0 to 1
     */
    record RecipientFaults(double share) implements Ailment {}
}
