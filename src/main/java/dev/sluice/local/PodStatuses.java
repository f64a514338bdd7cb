package dev.sluice.local;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The status of a pod as a kubelet would write it. */
final class PodStatuses {
    private static final Set<String> OURS = Set.of("PodScheduled", "Initialized", "ContainersReady", "Ready");

    private PodStatuses() {}

    /** How often a container was restarted before this kubelet began, one more for what it does now. */
    static int restartsSoFar(Pod pod, String container) {
        if (pod.getStatus() == null || pod.getStatus().getContainerStatuses() == null) {
            return 0;
        }
        return pod.getStatus().getContainerStatuses().stream()
                .filter(status -> status.getName().equals(container))
                .filter(status -> status.getState() != null && status.getState().getRunning() != null)
                .findFirst()
                .map(status -> status.getRestartCount() + 1)
                .orElse(0);
    }

    static PodStatus of(
            Pod pod,
            List<ContainerLife> lives,
            String address,
            String hostAddress,
            Instant created,
            String waitingFor) {
        List<ContainerStatus> containers = new ArrayList<>();
        for (int index = 0; index < pod.getSpec().getContainers().size(); index++) {
            Container container = pod.getSpec().getContainers().get(index);
            containers.add(
                    index < lives.size()
                            ? lives.get(index).status(container, waitingFor)
                            : creating(container, waitingFor));
        }
        boolean allReady = !lives.isEmpty() && lives.stream().allMatch(ContainerLife::isReady);
        boolean begun = lives.stream().anyMatch(life -> life.isRunning() || life.hasEnded())
                || containers.stream().anyMatch(status -> status.getRestartCount() > 0);
        boolean allEnded = !lives.isEmpty() && lives.stream().allMatch(ContainerLife::hasEnded);
        String phase = allEnded
                ? (lives.stream().allMatch(life -> life.exitCode() == 0) ? "Succeeded" : "Failed")
                : begun ? "Running" : "Pending";
        PodStatusBuilder status = new PodStatusBuilder()
                .withPhase(phase)
                .withQosClass(pod.getStatus() == null ? null : pod.getStatus().getQosClass())
                .withObservedGeneration(
                        pod.getStatus() == null ? null : pod.getStatus().getObservedGeneration())
                .withStartTime(startTime(pod, created))
                .withContainerStatuses(containers)
                .withConditions(conditions(pod, allReady, waitingFor));
        if (!address.isEmpty()) {
            status.withPodIP(address)
                    .addNewPodIP(address)
                    .withHostIP(hostAddress)
                    .addNewHostIP(hostAddress);
        }
        return status.build();
    }

    private static String startTime(Pod pod, Instant created) {
        return Optional.ofNullable(pod.getStatus())
                .map(PodStatus::getStartTime)
                .orElse(created.truncatedTo(ChronoUnit.SECONDS).toString());
    }

    private static ContainerStatus creating(Container container, String waitingFor) {
        return new ContainerStatusBuilder()
                .withName(container.getName())
                .withImage(container.getImage() == null ? "" : container.getImage())
                .withImageID("")
                .withReady(false)
                .withStarted(false)
                .withRestartCount(0)
                .withNewLastState()
                .endLastState()
                .withNewState()
                .withNewWaiting()
                .withReason("ContainerCreating")
                .withMessage(waitingFor.isEmpty() ? null : waitingFor)
                .endWaiting()
                .endState()
                .build();
    }

    private static List<PodCondition> conditions(Pod pod, boolean containersReady, String waitingFor) {
        List<PodCondition> before = pod.getStatus() == null || pod.getStatus().getConditions() == null
                ? List.of()
                : pod.getStatus().getConditions();
        boolean gatesOpen = pod.getSpec().getReadinessGates() == null
                || pod.getSpec().getReadinessGates().stream()
                        .allMatch(gate -> before.stream()
                                .anyMatch(condition -> condition.getType().equals(gate.getConditionType())
                                        && "True".equals(condition.getStatus())));
        List<PodCondition> conditions = new ArrayList<>();
        conditions.add(condition(before, "PodScheduled", true, ""));
        conditions.add(condition(before, "Initialized", true, ""));
        conditions.add(condition(before, "ContainersReady", containersReady, waitingFor));
        conditions.add(condition(before, "Ready", containersReady && gatesOpen, waitingFor));
        // Others may add conditions, such as a readiness gate.
        before.stream().filter(condition -> !OURS.contains(condition.getType())).forEach(conditions::add);
        return conditions;
    }

    private static PodCondition condition(List<PodCondition> before, String type, boolean holds, String message) {
        String status = holds ? "True" : "False";
        String since = before.stream()
                .filter(condition -> condition.getType().equals(type)
                        && status.equals(condition.getStatus())
                        && condition.getLastTransitionTime() != null)
                .findFirst()
                .map(PodCondition::getLastTransitionTime)
                .orElseGet(() -> Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        return new PodConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withLastTransitionTime(since)
                .withReason(holds || type.equals("PodScheduled") ? null : "ContainersNotReady")
                .withMessage(holds || message.isEmpty() ? null : message)
                .build();
    }
}
