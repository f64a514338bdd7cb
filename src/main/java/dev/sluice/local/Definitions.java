package dev.sluice.local;

import dev.sluice.api.FilterPool;
import dev.sluice.api.MailNode;
import dev.sluice.api.PoolAction;
import dev.sluice.api.PoolRollout;
import dev.sluice.api.RolloutPolicy;
import dev.sluice.api.TransportPool;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Sluice's own kinds, as this program was built with them. */
public final class Definitions {
    private static final List<Class<? extends HasMetadata>> KINDS = List.of(
            FilterPool.class,
            TransportPool.class,
            MailNode.class,
            RolloutPolicy.class,
            PoolRollout.class,
            PoolAction.class);

    private Definitions() {}

    /** Installs them and waits until the server serves them. */
    public static void install(KubernetesClient client) {
        for (Class<? extends HasMetadata> kind : KINDS) {
            client.resource(read(HasMetadata.getPlural(kind))).serverSideApply();
        }
        for (Class<? extends HasMetadata> kind : KINDS) {
            client.apiextensions()
                    .v1()
                    .customResourceDefinitions()
                    .withName(HasMetadata.getFullResourceName(kind))
                    .waitUntilCondition(definition -> definition != null && isServed(definition), 30, TimeUnit.SECONDS);
        }
    }

    /** The embedded server serves at once and says nothing about it. */
    private static boolean isServed(CustomResourceDefinition definition) {
        return definition.getStatus() == null
                || definition.getStatus().getConditions() == null
                || definition.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Established")
                                && condition.getStatus().equals("True"));
    }

    private static CustomResourceDefinition read(String plural) {
        String file = "/META-INF/crds/" + plural + ".yaml";
        try (InputStream in = Definitions.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new LocalRuntimeException(
                        "this build of Sluice lacks " + file + "; build it with ./mvnw package");
            }
            return io.fabric8.kubernetes.client.utils.Serialization.unmarshal(in, CustomResourceDefinition.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
