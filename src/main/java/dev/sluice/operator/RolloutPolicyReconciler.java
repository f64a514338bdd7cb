package dev.sluice.operator;

import dev.sluice.api.RolloutPolicy;
import dev.sluice.api.RolloutPolicySpec;
import dev.sluice.api.RolloutPolicyStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Says of a policy whether it can be used; what the schema cannot check is checked here. */
final class RolloutPolicyReconciler implements Reconciler<RolloutPolicy> {
    private final StatusWriter statuses;
    private final InstantSource clock;

    RolloutPolicyReconciler(StatusWriter statuses, InstantSource clock) {
        this.statuses = statuses;
        this.clock = clock;
    }

    @Override
    public UpdateControl<RolloutPolicy> reconcile(RolloutPolicy policy, Context<RolloutPolicy> context) {
        Optional<String> objection = objection(policy.getSpec());
        List<Condition> before =
                policy.getStatus() == null ? List.of() : policy.getStatus().conditions();
        List<Condition> conditions = objection
                .map(why -> List.of(
                        condition(policy, before, "Ready", "False", "InvalidSpec", why),
                        condition(policy, before, "Stalled", "True", "InvalidSpec", why)))
                .orElseGet(() -> List.of(condition(policy, before, "Ready", "True", "Valid", "can be used by pools")));
        Long generation = policy.getMetadata().getGeneration();
        boolean same = policy.getStatus() != null
                && Objects.equals(policy.getStatus().observedGeneration(), generation)
                && before.equals(conditions);
        if (!same) {
            statuses.policy(policy, new RolloutPolicyStatus(generation, conditions), context);
        }
        return UpdateControl.noUpdate();
    }

    /** What is wrong with a policy, in one line; empty when nothing is. */
    static Optional<String> objection(RolloutPolicySpec spec) {
        return spec.freezeWindows().stream()
                .map(RolloutPolicySpec.FreezeWindow::timeZone)
                .filter(zone -> !isZone(zone))
                .findFirst()
                .map(zone ->
                        "freezeWindows: there is no time zone %s; write a name of the IANA database, such as Europe/Berlin"
                                .formatted(zone));
    }

    private static boolean isZone(String name) {
        try {
            return ZoneId.of(name) != null;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private Condition condition(
            RolloutPolicy policy, List<Condition> before, String type, String value, String reason, String message) {
        String since = before.stream()
                .filter(known -> type.equals(known.getType()) && value.equals(known.getStatus()))
                .map(Condition::getLastTransitionTime)
                .findFirst()
                .orElseGet(() ->
                        Instant.ofEpochSecond(clock.instant().getEpochSecond()).toString());
        return new ConditionBuilder()
                .withType(type)
                .withStatus(value)
                .withReason(reason)
                .withMessage(message)
                .withLastTransitionTime(since)
                .withObservedGeneration(policy.getMetadata().getGeneration())
                .build();
    }
}
