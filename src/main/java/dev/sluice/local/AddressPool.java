package dev.sluice.local;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.IntStream;

/** Addresses to give out; one that was given back comes last, so that old log lines and connections mean one node. */
final class AddressPool {
    private final Deque<String> free = new ArrayDeque<>();
    private final String prefix;

    /**
     * @param prefix the first three octets with a dot after each
     * @param first the first last octet
     * @param last the last last octet
     */
    AddressPool(String prefix, int first, int last) {
        this.prefix = prefix;
        IntStream.rangeClosed(first, last).mapToObj(octet -> prefix + octet).forEach(free::add);
    }

    synchronized String allocate() {
        String address = free.poll();
        if (address == null) {
            throw new LocalRuntimeException("all addresses of " + prefix + "0/24 are in use; delete some pods");
        }
        return address;
    }

    synchronized void reserve(String address) {
        free.remove(address);
    }

    synchronized void release(String address) {
        if (address.startsWith(prefix) && !free.contains(address)) {
            free.add(address);
        }
    }
}
