package dev.sluice.cli.kubectl;

import dev.sluice.api.FilterPool;
import dev.sluice.api.RolloutPolicy;
import dev.sluice.api.TransportPool;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusDetails;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Lets the API server say what it would make of an object, without a change of anything. */
final class DryRun {
    /** Bad content: 422 by rules, 400 by form; 500 is what server-side apply answers to a field that is not in the schema. */
    private static final Set<Integer> REFUSALS = Set.of(422, 400, 500);

    private static final PatchContext APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager("kubectl-sluice")
            .withForce(true)
            .withFieldValidation("Strict")
            .withDryRun(List.of("All"))
            .build();

    /**
     * What it said.
     *
     * @param accepted the object with all defaults, empty when it was refused
     * @param faults why it was refused, a line each
     */
    record Answer(Optional<HasMetadata> accepted, List<String> faults) {}

    private DryRun() {}

    /** Asks. A refusal of the content is an answer; one of the person's rights is a failure. */
    static Answer of(Session session, Manifest manifest) {
        GenericKubernetesResource object = read(session, manifest);
        String namespace =
                Optional.ofNullable(object.getMetadata().getNamespace()).orElse(session.namespace());
        object.getMetadata().setNamespace(namespace);
        try {
            GenericKubernetesResource accepted =
                    session.client().resource(object).inNamespace(namespace).patch(APPLY);
            return new Answer(Optional.of(typed(session, accepted)), List.of());
        } catch (KubernetesClientException e) {
            if (!REFUSALS.contains(e.getCode())) {
                throw e;
            }
            return new Answer(Optional.empty(), faults(e));
        }
    }

    /** As it stands in the file: a field that this program does not know must reach the server. */
    private static GenericKubernetesResource read(Session session, Manifest manifest) {
        try {
            GenericKubernetesResource object = session.client()
                    .getKubernetesSerialization()
                    .unmarshal(manifest.content().toString(), GenericKubernetesResource.class);
            if (object.getMetadata() != null && object.getMetadata().getName() != null) {
                return object;
            }
            throw new CommandFailure("%s: metadata.name is missing".formatted(manifest.place()));
        } catch (IllegalArgumentException | KubernetesClientException e) {
            throw new CommandFailure(
                    "%s cannot be read: see 'kubectl sluice lint -f %s'".formatted(manifest.place(), manifest.file()),
                    e);
        }
    }

    private static HasMetadata typed(Session session, GenericKubernetesResource object) {
        String json = session.client().getKubernetesSerialization().asJson(object);
        return switch (object.getKind()) {
            case "FilterPool" -> session.client().getKubernetesSerialization().unmarshal(json, FilterPool.class);
            case "TransportPool" ->
                session.client().getKubernetesSerialization().unmarshal(json, TransportPool.class);
            case "RolloutPolicy" ->
                session.client().getKubernetesSerialization().unmarshal(json, RolloutPolicy.class);
            default -> object;
        };
    }

    private static List<String> faults(KubernetesClientException refusal) {
        List<String> causes = Optional.ofNullable(refusal.getStatus())
                .map(Status::getDetails)
                .map(StatusDetails::getCauses)
                .orElse(List.of())
                .stream()
                .filter(cause -> cause.getMessage() != null
                        && !cause.getMessage().contains("some validation rules were not checked"))
                .map(cause -> ApiFailures.oneLine(
                        cause.getField() == null || cause.getField().equals("<nil>")
                                ? cause.getMessage()
                                : cause.getField() + ": " + cause.getMessage()))
                .distinct()
                .toList();
        return causes.isEmpty() ? List.of(ApiFailures.oneLine(ApiFailures.message(refusal))) : causes;
    }
}
