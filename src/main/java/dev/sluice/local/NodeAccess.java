package dev.sluice.local;

import dev.sluice.node.CertificateAuthority;
import dev.sluice.node.IssuedCertificate;
import dev.sluice.node.MutualTls;
import dev.sluice.node.NodeAddress;
import dev.sluice.node.NodeClient;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Collection;

/** How whoever watches from outside asks the nodes of a namespace themselves: as an operator of its authority. */
public final class NodeAccess {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private NodeAccess() {}

    /** A client whose certificate comes from the namespace's own authority, which the operator has made. */
    public static NodeClient ofNamespace(KubernetesClient client, String namespace, InstantSource clock) {
        Secret secret =
                client.secrets().inNamespace(namespace).withName("sluice-ca").require();
        try {
            return ofAuthority(CertificateAuthority.load(decode(secret, "tls.crt"), decode(secret, "tls.key"), clock));
        } catch (GeneralSecurityException e) {
            throw new LocalRuntimeException("the namespace's authority cannot be read: " + e.getMessage(), e);
        }
    }

    /** The same with an authority that no operator made. */
    public static NodeClient ofAuthority(CertificateAuthority authority) {
        try {
            IssuedCertificate certificate = authority.issueOperator(Duration.ofHours(1));
            return new NodeClient(
                    new MutualTls(
                            certificate.certificatePem(),
                            certificate.keyPem(),
                            authority.own().certificatePem()),
                    PATIENCE);
        } catch (GeneralSecurityException e) {
            throw new LocalRuntimeException("cannot use a certificate just issued: " + e.getMessage(), e);
        }
    }

    private static String decode(Secret secret, String key) {
        return new String(Base64.getDecoder().decode(secret.getData().get(key)), StandardCharsets.UTF_8);
    }

    /** Where the nodes of a namespace are that have an address now. */
    public static Collection<NodeAddress> addresses(KubernetesClient client, String namespace) {
        return client.pods().inNamespace(namespace).list().getItems().stream()
                .filter(pod -> pod.getStatus() != null && pod.getStatus().getPodIP() != null)
                .map(pod -> new NodeAddress(
                        pod.getMetadata().getName(), namespace, pod.getStatus().getPodIP(), NodeAddress.DEFAULT_PORT))
                .toList();
    }
}
