package dev.sluice.node;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Issues the certificates by which the operator and the agents of its nodes know each other. Keys are EC P-256. */
public final class CertificateAuthority {
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(10);
    private static final String SIGNATURE = "SHA256withECDSA";
    private static final int SERIAL_BITS = 120;

    private final X509Certificate certificate;
    private final PrivateKey key;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    private CertificateAuthority(X509Certificate certificate, PrivateKey key, InstantSource clock) {
        this.certificate = certificate;
        this.key = key;
        this.clock = clock;
    }

    /** A new authority. */
    public static CertificateAuthority create(String name, Duration validity, InstantSource clock) {
        try {
            KeyPair pair = newKey();
            X500Principal subject = new X500Principal("CN=" + name);
            X509v3CertificateBuilder builder = builder(
                    subject, subject, pair, clock.instant(), clock.instant().plus(validity), new SecureRandom());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            return new CertificateAuthority(sign(builder, pair.getPrivate()), pair.getPrivate(), clock);
        } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
            throw new IllegalStateException("this Java cannot make EC P-256 certificates", e);
        }
    }

    /**
     * An authority that was written down before.
     *
     * @throws GeneralSecurityException when the text is no certificate or no key
     */
    public static CertificateAuthority load(String certificatePem, String keyPem, InstantSource clock)
            throws GeneralSecurityException {
        return new CertificateAuthority(Pem.certificates(certificatePem).get(0), Pem.key(keyPem), clock);
    }

    /** The authority's own certificate and key. */
    public IssuedCertificate own() {
        return issued(certificate, key);
    }

    /** For the agent of a node. */
    public IssuedCertificate issueNode(String node, String namespace, Duration validity) {
        // Also a client's, so that an agent that meets a node's certificate can say why it does not obey it.
        return issue(
                NodeIdentity.ofNode(node, namespace),
                validity,
                KeyPurposeId.id_kp_serverAuth,
                KeyPurposeId.id_kp_clientAuth);
    }

    /** For the operator. */
    public IssuedCertificate issueOperator(Duration validity) {
        return issue(NodeIdentity.OPERATOR, validity, KeyPurposeId.id_kp_clientAuth);
    }

    private IssuedCertificate issue(String name, Duration validity, KeyPurposeId... purposes) {
        try {
            KeyPair pair = newKey();
            Instant wanted = clock.instant().plus(validity);
            Instant latest = certificate.getNotAfter().toInstant();
            // A common name may have 64 characters at most, a node's name in its namespace more: the name stands in
            // the subject alternative name alone.
            X509v3CertificateBuilder builder = builder(
                    certificate.getSubjectX500Principal(),
                    new X500Principal("O=Sluice"),
                    pair,
                    clock.instant(),
                    wanted.isBefore(latest) ? wanted : latest,
                    random);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    true,
                    new GeneralNames(new GeneralName(GeneralName.dNSName, name)));
            return issued(sign(builder, key), pair.getPrivate());
        } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
            throw new IllegalStateException("this Java cannot make EC P-256 certificates", e);
        }
    }

    /**
     * Whether a certificate should be issued anew: two thirds of its life are over, it cannot be read, or it does not
     * come from this authority.
     */
    public boolean needsRenewal(String certificatePem) {
        Optional<X509Certificate> read = read(certificatePem);
        if (read.isEmpty()) {
            return true;
        }
        Instant begin = read.get().getNotBefore().toInstant();
        Instant end = read.get().getNotAfter().toInstant();
        Instant due = begin.plus(Duration.between(begin, end).multipliedBy(2).dividedBy(3));
        return !clock.instant().isBefore(due);
    }

    private Optional<X509Certificate> read(String certificatePem) {
        try {
            X509Certificate read = Pem.certificates(certificatePem).get(0);
            read.verify(certificate.getPublicKey());
            return Optional.of(read);
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static KeyPair newKey() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static X509v3CertificateBuilder builder(
            X500Principal issuer,
            X500Principal subject,
            KeyPair pair,
            Instant begin,
            Instant end,
            SecureRandom random) {
        return new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(SERIAL_BITS, random).setBit(SERIAL_BITS),
                Date.from(begin.minus(CLOCK_SKEW)),
                Date.from(end),
                subject,
                pair.getPublic());
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException, OperatorCreationException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(key)));
    }

    private static IssuedCertificate issued(X509Certificate certificate, PrivateKey key) {
        try {
            return new IssuedCertificate(
                    Pem.write("CERTIFICATE", certificate.getEncoded()),
                    Pem.write("PRIVATE KEY", key.getEncoded()),
                    certificate.getNotAfter().toInstant());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate just made cannot be written", e);
        }
    }
}
