package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.PoolKind;
import dev.sluice.node.MutualTls;
import dev.sluice.testkit.Cluster;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Certificates are issued anew long before they end, while the operator runs. */
@ExtendWith(Cluster.class)
class CertificatesIT {
    private static final Duration HOUR = Duration.ofHours(1);

    private Instant now = Instant.parse("2026-11-01T00:00:00Z");
    private final InstantSource clock = () -> now;

    private static X509Certificate ofNode(KubernetesClient client) throws GeneralSecurityException {
        String encoded = client.secrets()
                .withName(Certificates.secretOf("edge-1"))
                .require()
                .getData()
                .get(Certificates.CERTIFICATE);
        byte[] text = Base64.getDecoder().decode(encoded);
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(text));
    }

    private void hoursPass(int hours, Runnable eachHour) {
        for (int hour = 0; hour < hours; hour++) {
            now = now.plus(HOUR);
            eachHour.run();
        }
    }

    @Test
    void aNodesCertificateIsRenewedAMonthBeforeItEndsAndNoSooner(KubernetesClient client) throws Exception {
        Certificates certificates = new Certificates(client, clock);
        PoolKey pool = new PoolKey(client.getNamespace(), PoolKind.FILTER_POOL, "edge");
        Runnable pass = () -> certificates.ensureOfNode(pool, "edge-1", "v1-1");
        pass.run();
        X509Certificate first = ofNode(client);

        hoursPass(24 * 59, pass);
        assertThat(ofNode(client)).as("after 59 of 90 days").isEqualTo(first);

        hoursPass(24 * 2, pass);
        X509Certificate second = ofNode(client);
        assertThat(second.getSerialNumber()).as("after 61 of 90 days").isNotEqualTo(first.getSerialNumber());
        assertThat(second.getNotAfter().toInstant())
                .isAfter(first.getNotAfter().toInstant().plus(Duration.ofDays(50)));
    }

    @Test
    void theOperatorsOwnIsRenewedUnderTheConnectionsThatUseIt(KubernetesClient client) throws Exception {
        Certificates certificates = new Certificates(client, clock);
        String namespace = client.getNamespace();
        MutualTls identity = certificates.operatorIdentity(namespace);
        Instant end = identity.certificateEnd();
        Runnable call = () -> certificates.renewOperatorCertificate(namespace);

        hoursPass(15, call);
        assertThat(identity.certificateEnd()).as("after 15 of 24 hours").isEqualTo(end);

        hoursPass(2, call);
        assertThat(identity.certificateEnd())
                .as("after 17 of 24 hours, in the same identity")
                .isAfter(end.plus(Duration.ofHours(12)));
        assertThat(certificates.operatorIdentity(namespace)).isSameAs(identity);

        hoursPass(24 * 7, call);
        assertThat(identity.certificateEnd()).as("a week later").isAfter(now);
    }
}
