package dev.sluice.operator;

import dev.sluice.api.SluiceNames;
import dev.sluice.node.CertificateAuthority;
import dev.sluice.node.IssuedCertificate;
import dev.sluice.node.MutualTls;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The certificates of one cluster's operator and agents. Each namespace has its own authority in the Secret
 * {@value #AUTHORITY_SECRET}, made once and never overwritten; each node's certificate is in a Secret of its own; the
 * operator's own certificates live in memory alone.
 */
final class Certificates {
    static final String AUTHORITY_SECRET = "sluice-ca";
    static final String CERTIFICATE = "tls.crt";
    static final String KEY = "tls.key";
    static final String AUTHORITY = "ca.crt";
    private static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);
    private static final Duration NODE_LIFE = Duration.ofDays(90);
    private static final Duration OPERATOR_LIFE = Duration.ofDays(1);
    private static final Duration BETWEEN_CHECKS = Duration.ofHours(6);

    private final KubernetesClient client;
    private final InstantSource clock;
    private final Map<String, CertificateAuthority> authorities = new ConcurrentHashMap<>();
    private final Map<String, Own> own = new HashMap<>();
    private final Map<ObjectKey, Instant> checked = new ConcurrentHashMap<>();

    private record Own(MutualTls identity, Instant due) {}

    Certificates(KubernetesClient client, InstantSource clock) {
        this.client = client;
        this.clock = clock;
    }

    /** The name of the Secret that a node's Pod mounts. */
    static String secretOf(String node) {
        return node + "-agent";
    }

    /** The operator's side of the connections to the agents of a namespace. */
    synchronized MutualTls operatorIdentity(String namespace) {
        return own.computeIfAbsent(namespace, this::newIdentity).identity();
    }

    /** Issues the operator's certificate anew when two thirds of its life are over. Costs nothing before: each call asks. */
    synchronized void renewOperatorCertificate(String namespace) {
        Own current = own.get(namespace);
        if (current == null || clock.instant().isBefore(current.due())) {
            return;
        }
        CertificateAuthority authority = authority(namespace);
        IssuedCertificate issued = authority.issueOperator(OPERATOR_LIFE);
        try {
            current.identity()
                    .replace(
                            issued.certificatePem(),
                            issued.keyPem(),
                            authority.own().certificatePem());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate just issued cannot be read", e);
        }
        own.put(namespace, new Own(current.identity(), renewalTime()));
    }

    private Instant renewalTime() {
        return clock.instant().plus(OPERATOR_LIFE.multipliedBy(2).dividedBy(3));
    }

    private Own newIdentity(String namespace) {
        CertificateAuthority authority = authority(namespace);
        IssuedCertificate issued = authority.issueOperator(OPERATOR_LIFE);
        try {
            return new Own(
                    new MutualTls(
                            issued.certificatePem(),
                            issued.keyPem(),
                            authority.own().certificatePem()),
                    renewalTime());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate just issued cannot be read", e);
        }
    }

    /** Sees to it that the Secret of a node exists and is good for a while. Asks the server rarely. */
    void ensureOfNode(PoolKey pool, String node, String revision) {
        ObjectKey key = new ObjectKey(pool.namespace(), node);
        Instant last = checked.get(key);
        if (last != null && last.plus(BETWEEN_CHECKS).isAfter(clock.instant())) {
            return;
        }
        CertificateAuthority authority = authority(pool.namespace());
        Secret existing = client.secrets()
                .inNamespace(pool.namespace())
                .withName(secretOf(node))
                .get();
        boolean good = existing != null
                && read(existing, CERTIFICATE)
                        .filter(certificate -> !authority.needsRenewal(certificate))
                        .isPresent();
        if (!good) {
            write(pool, node, revision, authority);
        }
        checked.put(key, clock.instant());
    }

    /** Forgets that the Secret of a node exists. */
    void forget(ObjectKey node) {
        checked.remove(node);
    }

    private void write(PoolKey pool, String node, String revision, CertificateAuthority authority) {
        IssuedCertificate issued = authority.issueNode(node, pool.namespace(), NODE_LIFE);
        client.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace(pool.namespace())
                        .withName(secretOf(node))
                        .withLabels(Labels.ofNode(pool, node, revision))
                        .endMetadata()
                        .withType("kubernetes.io/tls")
                        .addToData(CERTIFICATE, encode(issued.certificatePem()))
                        .addToData(KEY, encode(issued.keyPem()))
                        .addToData(AUTHORITY, encode(authority.own().certificatePem()))
                        .build())
                .fieldManager(Apply.FIELD_MANAGER)
                .forceConflicts()
                .serverSideApply();
    }

    private CertificateAuthority authority(String namespace) {
        return authorities.computeIfAbsent(namespace, this::findOrCreate);
    }

    private CertificateAuthority findOrCreate(String namespace) {
        Secret existing = client.secrets()
                .inNamespace(namespace)
                .withName(AUTHORITY_SECRET)
                .get();
        if (existing == null) {
            CertificateAuthority made = CertificateAuthority.create("sluice " + namespace, AUTHORITY_LIFE, clock);
            try {
                client.resource(secretOf(made, namespace)).create();
                return made;
            } catch (KubernetesClientException e) {
                if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                    throw e;
                }
                existing = client.secrets()
                        .inNamespace(namespace)
                        .withName(AUTHORITY_SECRET)
                        .require();
            }
        }
        try {
            return CertificateAuthority.load(
                    read(existing, CERTIFICATE).orElseThrow(() -> unusable(namespace, CERTIFICATE, null)),
                    read(existing, KEY).orElseThrow(() -> unusable(namespace, KEY, null)),
                    clock);
        } catch (GeneralSecurityException e) {
            throw unusable(namespace, CERTIFICATE + " or " + KEY, e);
        }
    }

    private static IllegalStateException unusable(String namespace, String part, Exception cause) {
        return new IllegalStateException(
                "Secret %s/%s is no certificate authority: %s cannot be read; restore it, or delete it and all Pods of the namespace's pools one by one"
                        .formatted(namespace, AUTHORITY_SECRET, part),
                cause);
    }

    private static Secret secretOf(CertificateAuthority authority, String namespace) {
        IssuedCertificate pair = authority.own();
        return new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(AUTHORITY_SECRET)
                .addToLabels(Labels.MANAGED_BY, Labels.MANAGER)
                .addToLabels("app.kubernetes.io/part-of", "sluice")
                .addToAnnotations(
                        SluiceNames.GROUP + "/description",
                        "Signs the certificates of the mail nodes of this namespace and of the operator.")
                .endMetadata()
                .withType("kubernetes.io/tls")
                .addToData(CERTIFICATE, encode(pair.certificatePem()))
                .addToData(KEY, encode(pair.keyPem()))
                .build();
    }

    private static Optional<String> read(Secret secret, String part) {
        return Optional.ofNullable(secret.getData())
                .map(data -> data.get(part))
                .map(text -> new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8));
    }

    private static String encode(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
