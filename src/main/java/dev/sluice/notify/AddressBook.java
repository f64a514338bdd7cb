package dev.sluice.notify;

/** Where receivers are. Asked anew for each message, so that a Secret may change. */
public interface AddressBook {
    /**
     * Where a receiver is.
     *
     * @throws UnusableDestination when that cannot be told now
     */
    Destination find(Receiver receiver) throws UnusableDestination;
}
