package dev.sluice.operator;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The fencing number of this operator: how often the lease changed hands. Leader election alone is no fence, since a
 * leader that was asleep does not know that it was replaced; the agents refuse the orders of a smaller number.
 */
final class LeaderEpoch {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderEpoch.class);
    private static final int ATTEMPTS = 20;

    private final KubernetesClient client;
    private final ObjectKey lease;
    private final AtomicLong epoch = new AtomicLong();

    LeaderEpoch(KubernetesClient client, ObjectKey lease) {
        this.client = client;
        this.lease = lease;
    }

    long current() {
        return epoch.get();
    }

    /** Takes the number of the lease that this operator has just won. */
    void won() {
        Lease won = client.leases()
                .inNamespace(lease.namespace())
                .withName(lease.name())
                .require();
        epoch.set(1L + transitions(won));
    }

    /** Without an election: counts this start as a change of hands. */
    void take(String identity) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                epoch.set(1L + transitions(count(identity)));
                return;
            } catch (KubernetesClientException e) {
                if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                    throw e;
                }
            }
        }
        throw new IllegalStateException("Lease " + lease + " is written by others all the time");
    }

    private Lease count(String identity) {
        Lease existing = client.leases()
                .inNamespace(lease.namespace())
                .withName(lease.name())
                .get();
        if (existing == null) {
            return client.resource(new LeaseBuilder()
                            .withNewMetadata()
                            .withNamespace(lease.namespace())
                            .withName(lease.name())
                            .withLabels(Labels.MANAGED)
                            .endMetadata()
                            .withNewSpec()
                            .withHolderIdentity(identity)
                            .withLeaseTransitions(0)
                            .endSpec()
                            .build())
                    .create();
        }
        return client.resource(new LeaseBuilder(existing)
                        .editOrNewSpec()
                        .withHolderIdentity(identity)
                        .withLeaseTransitions(transitions(existing) + 1)
                        .endSpec()
                        .build())
                .update();
    }

    /**
     * Gives the lease back, so that another operator need not wait until it runs out. Whoever took it in the meantime
     * keeps it.
     */
    void giveBack(String identity) {
        try {
            Lease held = client.leases()
                    .inNamespace(lease.namespace())
                    .withName(lease.name())
                    .get();
            if (held != null
                    && held.getSpec() != null
                    && identity.equals(held.getSpec().getHolderIdentity())) {
                // The object has its version: a lease that has changed since is not overwritten.
                client.resource(new LeaseBuilder(held)
                                .editSpec()
                                .withHolderIdentity("")
                                .endSpec()
                                .build())
                        .update();
            }
        } catch (KubernetesClientException e) {
            LOG.warn("the lease {} could not be given back, it runs out: {}", lease, e.getMessage());
        }
    }

    private static int transitions(Lease lease) {
        return lease.getSpec() == null || lease.getSpec().getLeaseTransitions() == null
                ? 0
                : lease.getSpec().getLeaseTransitions();
    }
}
