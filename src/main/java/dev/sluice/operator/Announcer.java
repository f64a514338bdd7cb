package dev.sluice.operator;

import dev.sluice.api.Notification;
import dev.sluice.api.Pool;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.PoolStatus.TrialStatus;
import dev.sluice.notify.AddressBook;
import dev.sluice.notify.Destination;
import dev.sluice.notify.Message;
import dev.sluice.notify.Message.Attempt;
import dev.sluice.notify.Message.PoolName;
import dev.sluice.notify.Messages;
import dev.sluice.notify.Notifier;
import dev.sluice.notify.NotifierSettings;
import dev.sluice.notify.Outcome;
import dev.sluice.notify.Receiver;
import dev.sluice.notify.UnusableDestination;
import dev.sluice.notify.Witness;
import dev.sluice.plan.Effect;
import dev.sluice.plan.EventReason;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Brings a plan's facts to the receivers that the pool names. Their addresses are in Secrets of the pool's namespace and
 * are read when a message is sent; they are never kept, logged or written anywhere.
 */
final class Announcer implements AutoCloseable {
    private static final String ADDRESS = "url";
    private static final String SIGNING_KEY = "signingKey";
    private static final String AUTHORIZATION = "authorization";

    private final KubernetesClient client;
    private final ClusterView view;
    private final EventRecorder events;
    private final OperatorMetrics metrics;
    private final InstantSource clock;
    private final Notifier notifier;

    Announcer(
            KubernetesClient client,
            ClusterView view,
            EventRecorder events,
            OperatorMetrics metrics,
            NotifierSettings settings,
            InstantSource clock) {
        this.client = client;
        this.view = view;
        this.events = events;
        this.metrics = metrics;
        this.clock = clock;
        notifier = new Notifier(settings, addressBook(), witness(), clock, new Random());
    }

    /**
     * Has a fact told. Returns at once.
     *
     * @param status what the plan makes of the pool's status
     */
    void announce(Pool pool, Effect.Tell fact, PoolStatus status) {
        List<Notification> wanted = pool.getSpec().notifications();
        if (wanted.isEmpty()) {
            return;
        }
        PoolName name = name(pool);
        for (Message message : Messages.of(fact, name, attempt(status), clock.instant())) {
            wanted.stream()
                    .filter(each -> each.covers(message.occasion()))
                    .forEach(each -> notifier.send(
                            new Receiver(
                                    name,
                                    each.name(),
                                    each.type(),
                                    each.secretRef().name()),
                            message));
        }
    }

    void forget(Pool pool) {
        notifier.forget(name(pool));
    }

    private static PoolName name(Pool pool) {
        return new PoolName(
                pool.getMetadata().getNamespace(),
                pool.getKind(),
                pool.getMetadata().getName());
    }

    private static Optional<Attempt> attempt(PoolStatus status) {
        TrialStatus trial = status.trial();
        return Optional.ofNullable(trial)
                .map(running -> new Attempt(
                        running.rolloutName(), running.revision(), running.step(), running.weightPercent()));
    }

    private AddressBook addressBook() {
        return receiver -> {
            try {
                return destination(Optional.ofNullable(client.secrets()
                                .inNamespace(receiver.pool().namespace())
                                .withName(receiver.secret())
                                .get())
                        .orElseThrow(() ->
                                new UnusableDestination("its Secret %s does not exist".formatted(receiver.secret()))));
            } catch (KubernetesClientException e) {
                throw new UnusableDestination(
                        "its Secret %s cannot be read (status %d)".formatted(receiver.secret(), e.getCode()));
            }
        };
    }

    private static Destination destination(Secret secret) throws UnusableDestination {
        String name = secret.getMetadata().getName();
        String address = key(secret, ADDRESS)
                .orElseThrow(() -> new UnusableDestination("its Secret %s has no key url".formatted(name)));
        try {
            return new Destination(URI.create(address), key(secret, SIGNING_KEY), key(secret, AUTHORIZATION));
        } catch (IllegalArgumentException e) {
            throw new UnusableDestination(
                    "the key url of its Secret %s is no address: write https://host/path".formatted(name));
        }
    }

    private static Optional<String> key(Secret secret, String name) {
        return Optional.ofNullable(secret.getData())
                .map(data -> data.get(name))
                .map(text -> new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8).strip());
    }

    private Witness witness() {
        return new Witness() {
            @Override
            public void ended(Receiver receiver, Outcome outcome) {
                metrics.notified(receiver.type(), outcome);
            }

            @Override
            public void complains(Receiver receiver, String problem) {
                view.pools().stream()
                        .filter(pool -> name(pool).equals(receiver.pool()))
                        .findFirst()
                        .ifPresent(pool -> events.tell(
                                new Effect.Tell(
                                        EventReason.NOTIFICATION_FAILED.severity(),
                                        EventReason.NOTIFICATION_FAILED.word(),
                                        EventReason.NOTIFICATION_FAILED.action(),
                                        "receiver %s cannot be told: %s".formatted(receiver.name(), problem),
                                        Optional.empty(),
                                        Optional.empty()),
                                pool));
            }
        };
    }

    @Override
    public void close() {
        notifier.close();
    }
}
