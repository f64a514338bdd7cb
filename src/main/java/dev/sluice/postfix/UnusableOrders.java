package dev.sluice.postfix;

/** Orders that no Postfix can be made of; the message says in one line what is wrong and what to write instead. */
public final class UnusableOrders extends Exception {
    private static final long serialVersionUID = 1L;

    /** With the line to show. */
    public UnusableOrders(String message) {
        super(message);
    }
}
