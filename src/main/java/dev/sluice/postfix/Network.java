package dev.sluice.postfix;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A network in CIDR notation, as Postfix wants it in {@code mynetworks}. */
final class Network {
    private static final Pattern FORM = Pattern.compile("([0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)(?:/(\\d{1,3}))?");
    private static final int LEAST_PREFIX_V4 = 8;
    private static final int LEAST_PREFIX_V6 = 19;

    private Network() {}

    /**
     * The networks in Postfix's notation.
     *
     * @throws UnusableOrders when one is no network, has bits set behind its prefix, or is so wide that it would make
     *     an open relay
     */
    static List<String> checked(String field, List<String> networks) throws UnusableOrders {
        List<String> checked = new ArrayList<>(networks.size());
        for (String network : networks) {
            Matcher form = FORM.matcher(network);
            Optional<byte[]> address = form.matches() ? octets(form.group(1)) : Optional.empty();
            if (address.isEmpty()) {
                throw new UnusableOrders(field + ": \"" + network.replaceAll("\\p{Cntrl}", "?")
                        + "\" is no network; write it as 192.0.2.0/24 or 2001:db8::/32");
            }
            int bits = address.get().length * 8;
            int prefix = form.group(2) == null ? bits : Integer.parseInt(form.group(2));
            int least = bits == 32 ? LEAST_PREFIX_V4 : LEAST_PREFIX_V6;
            if (prefix > bits || prefix < least) {
                throw new UnusableOrders(field + ": " + network + " has a prefix of " + prefix
                        + " bits, which would admit strangers; write one from " + least + " to " + bits);
            }
            if (hostBits(address.get(), prefix)) {
                throw new UnusableOrders(field + ": " + network + " has bits set behind its prefix of " + prefix
                        + "; write the network's first address, or /" + bits + " for one address");
            }
            checked.add(bits == 32 ? form.group(1) + "/" + prefix : "[" + form.group(1) + "]/" + prefix);
        }
        return checked;
    }

    private static Optional<byte[]> octets(String text) {
        try {
            // The pattern above admits literals only, so that no name is looked up.
            byte[] octets = java.net.InetAddress.getAllByName(text)[0].getAddress();
            boolean short4 = text.indexOf(':') < 0 && text.split("\\.", -1).length != 4;
            // An IPv4 address in IPv6's notation becomes one of four octets: its prefix would count from elsewhere.
            boolean mapped = text.indexOf(':') >= 0 && octets.length == 4;
            return short4 || mapped ? Optional.empty() : Optional.of(octets);
        } catch (java.net.UnknownHostException e) {
            return Optional.empty();
        }
    }

    private static boolean hostBits(byte[] address, int prefix) {
        for (int bit = prefix; bit < address.length * 8; bit++) {
            if ((address[bit / 8] >> (7 - bit % 8) & 1) == 1) {
                return true;
            }
        }
        return false;
    }
}
