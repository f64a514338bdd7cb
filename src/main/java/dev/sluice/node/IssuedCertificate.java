package dev.sluice.node;

import java.time.Instant;

/**
 * A certificate and its key.
 *
 * @param certificatePem the certificate
 * @param keyPem the private key, PKCS #8
 * @param notAfter when it ends
 */
public record IssuedCertificate(String certificatePem, String keyPem, Instant notAfter) {
    @Override
    public String toString() {
        return "IssuedCertificate[notAfter=" + notAfter + "]";
    }
}
