package dev.sluice.node;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;

/** The names by which operator and agents know each other; DNS names among a certificate's subject alternative names. */
public final class NodeIdentity {
    /** The operator's. */
    public static final String OPERATOR = "operator.sluice.dev";

    private static final int DNS_NAME = 2;

    private NodeIdentity() {}

    /** A node's. */
    public static String ofNode(String node, String namespace) {
        return node + "." + namespace + ".node.sluice.dev";
    }

    /** Whether the certificate carries the name. */
    public static boolean carries(X509Certificate certificate, String name) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names != null
                    && names.stream()
                            .anyMatch(entry ->
                                    Integer.valueOf(DNS_NAME).equals(entry.get(0)) && name.equals(entry.get(1)));
        } catch (CertificateParsingException e) {
            return false;
        }
    }
}
