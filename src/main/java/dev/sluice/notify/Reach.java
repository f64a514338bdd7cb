package dev.sluice.notify;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;

/**
 * Which addresses may be called on behalf of those who write Secrets. Who may write a Secret of a namespace must not be
 * able to make the operator talk to itself or to its machine's metadata service.
 */
public enum Reach {
    /** Other machines alone; for an operator in a cluster. */
    OTHER_MACHINES {
        @Override
        boolean covers(InetAddress address) {
            return THIS_MACHINE_TOO.covers(address) && !address.isLoopbackAddress();
        }
    },
    /** The machine's own addresses too; for an operator on a person's own machine. */
    THIS_MACHINE_TOO {
        @Override
        boolean covers(InetAddress address) {
            return !address.isAnyLocalAddress()
                    && !address.isLinkLocalAddress()
                    && !address.isMulticastAddress()
                    && !address.getHostAddress().startsWith("fd00:ec2:");
        }
    };

    abstract boolean covers(InetAddress address);

    /** Lets an address pass or says why not. The JVM keeps what a name resolved to, so that the call goes there too. */
    void check(URI address) throws UnusableDestination {
        String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new UnusableDestination("its key url is not an address of the web: write https://…");
        }
        if (address.getHost() == null) {
            throw new UnusableDestination("its key url names no host: write https://host/path");
        }
        if (address.getUserInfo() != null) {
            throw new UnusableDestination(
                    "its key url holds a user's name: write \"Basic …\" into its key authorization instead");
        }
        try {
            if (!Arrays.stream(InetAddress.getAllByName(address.getHost())).allMatch(this::covers)) {
                throw new UnusableDestination(
                        "its key url leads to an address that is not called from here (the operator's own machine, link-local, multicast): write the address of a receiver elsewhere");
            }
        } catch (UnknownHostException e) {
            throw new UnusableDestination("the host in its key url is not known to the name server");
        }
    }
}
