package dev.sluice.notify;

/** Is told what becomes of messages. */
public interface Witness {
    /** A message has come to its end. */
    void ended(Receiver receiver, Outcome outcome);

    /**
     * A receiver cannot be told; said once until it can be again.
     *
     * @param problem what is wrong and what to do, in one line without anything secret
     */
    void complains(Receiver receiver, String problem);
}
