package dev.sluice.node;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * One side's own certificate and the authority it trusts, exchangeable while connections are open. Chains are verified
 * here; who the other side is must be asked of {@link NodeIdentity}, since nodes are reached by address and not by name.
 */
public final class MutualTls {
    /** Both sides are ours, so nothing older is needed. */
    public static final String PROTOCOL = "TLSv1.3";

    private record Material(PrivateKey key, List<X509Certificate> chain, X509TrustManager trust) {}

    private final AtomicReference<Material> material = new AtomicReference<>();
    private final SSLContext context;

    /**
     * From PEM text.
     *
     * @throws GeneralSecurityException when a part cannot be read
     */
    public MutualTls(String certificatePem, String keyPem, String authorityPem) throws GeneralSecurityException {
        material.set(material(certificatePem, keyPem, authorityPem));
        context = SSLContext.getInstance(PROTOCOL);
        context.init(new KeyManager[] {new Keys()}, new TrustManager[] {new Trust()}, null);
    }

    /**
     * Uses other certificates from now on. Connections that are open stay, so who answers on one asks {@link #trusts};
     * none that is made from now on goes back to what was agreed with the former certificates.
     *
     * @throws GeneralSecurityException when a part cannot be read; then nothing changes
     */
    public void replace(String certificatePem, String keyPem, String authorityPem) throws GeneralSecurityException {
        material.set(material(certificatePem, keyPem, authorityPem));
        forget(context.getClientSessionContext());
        forget(context.getServerSessionContext());
    }

    private static Material material(String certificatePem, String keyPem, String authorityPem)
            throws GeneralSecurityException {
        List<X509Certificate> chain = Pem.certificates(certificatePem);
        return new Material(Pem.key(keyPem), List.copyOf(chain), trust(Pem.certificates(authorityPem)));
    }

    private static void forget(SSLSessionContext sessions) {
        for (byte[] id : Collections.list(sessions.getIds())) {
            Optional.ofNullable(sessions.getSession(id)).ifPresent(SSLSession::invalidate);
        }
    }

    /**
     * Whether a client's chain would be accepted now. A connection may be older than the authority that is trusted, and
     * a resumed session brings along what was verified when it began.
     */
    public boolean trusts(Certificate[] clientChain) {
        X509Certificate[] chain = new X509Certificate[clientChain.length];
        for (int i = 0; i < chain.length; i++) {
            if (!(clientChain[i] instanceof X509Certificate certificate)) {
                return false;
            }
            chain[i] = certificate;
        }
        try {
            material.get()
                    .trust()
                    .checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
            return true;
        } catch (CertificateException e) {
            return false;
        }
    }

    /** The context of both roles. */
    public SSLContext context() {
        return context;
    }

    /** When the own certificate ends. */
    public Instant certificateEnd() {
        return material.get().chain().get(0).getNotAfter().toInstant();
    }

    private static X509TrustManager trust(List<X509Certificate> authorities) throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (int i = 0; i < authorities.size(); i++) {
                store.setCertificateEntry("authority-" + i, authorities.get(i));
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            return (X509TrustManager) factory.getTrustManagers()[0];
        } catch (IOException e) {
            throw new GeneralSecurityException("an empty key store cannot be made", e);
        }
    }

    private final class Keys extends X509ExtendedKeyManager {
        private static final String ALIAS = "own";

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
            return ALIAS;
        }

        @Override
        public String chooseEngineClientAlias(String[] keyType, Principal[] issuers, SSLEngine engine) {
            return ALIAS;
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return usable(keyType);
        }

        @Override
        public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
            return usable(keyType);
        }

        private String usable(String keyType) {
            return material.get().key().getAlgorithm().equals(keyType) ? ALIAS : null;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return material.get().chain().toArray(X509Certificate[]::new);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return material.get().key();
        }
    }

    /** Verifies the chain; names are compared by the callers, for each exchange. */
    private final class Trust extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            material.get().trust().checkClientTrusted(chain, authType);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            material.get().trust().checkServerTrusted(chain, authType);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            checkClientTrusted(chain, authType);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            checkServerTrusted(chain, authType);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            checkClientTrusted(chain, authType);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            checkServerTrusted(chain, authType);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return material.get().trust().getAcceptedIssuers();
        }
    }
}
