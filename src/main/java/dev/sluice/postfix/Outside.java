package dev.sluice.postfix;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/** Addresses that no declared network holds: whoever comes from one of them may not relay. */
public final class Outside {
    /** Nobody's, by RFC 5737, and by RFC 1112 for the case that somebody declares them all. */
    private static final List<String> NOBODYS = List.of("192.0.2.1", "198.51.100.1", "203.0.113.1", "240.0.0.1");

    private Outside() {}

    /** An address of nobody that is in none of the networks; empty when they hold all that are known. */
    public static Optional<String> of(List<String> networks) {
        return NOBODYS.stream().filter(address -> !isIn(address, networks)).findFirst();
    }

    /**
     * Whether one of the networks holds the address.
     *
     * @param address a literal IP address
     * @param networks in CIDR notation, or single addresses; what is no network holds nothing
     */
    public static boolean isIn(String address, List<String> networks) {
        return networks.stream().anyMatch(network -> holds(network, octets(address)));
    }

    private static boolean holds(String network, byte[] address) {
        int slash = network.indexOf('/');
        byte[] first = octets(slash < 0 ? network : network.substring(0, slash));
        if (address.length == 0 || first.length != address.length) {
            return false;
        }
        int prefix = slash < 0 ? first.length * 8 : Integer.parseInt(network.substring(slash + 1));
        for (int bit = 0; bit < Math.min(prefix, first.length * 8); bit++) {
            int mask = 0x80 >> bit % 8;
            if ((first[bit / 8] & mask) != (address[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }

    private static byte[] octets(String literal) {
        try {
            // Orders are checked for literals before they come here, so that no name is looked up.
            return literal.matches("[0-9A-Fa-f.:]+") ? InetAddress.getAllByName(literal)[0].getAddress() : new byte[0];
        } catch (UnknownHostException e) {
            return new byte[0];
        }
    }
}
