package dev.sluice.operator;

import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.Optional;
import java.util.stream.Stream;

/** Why a Pod is not up, in the cluster's own words. */
final class PodProblem {
    private PodProblem() {}

    static Optional<String> of(Optional<Pod> pod) {
        return pod.map(Pod::getStatus)
                .flatMap(status -> Stream.of(ended(status), waiting(status), unscheduled(status))
                        .flatMap(Optional::stream)
                        .findFirst());
    }

    private static Optional<String> ended(PodStatus status) {
        return "Failed".equals(status.getPhase())
                ? Optional.of(sentence("its Pod failed", status.getReason(), status.getMessage()))
                : Optional.empty();
    }

    private static Optional<String> waiting(PodStatus status) {
        return status.getContainerStatuses().stream()
                .filter(container ->
                        container.getState() != null && container.getState().getWaiting() != null)
                .map(PodProblem::waiting)
                .findFirst();
    }

    private static String waiting(ContainerStatus container) {
        ContainerStateWaiting waiting = container.getState().getWaiting();
        return sentence("its container waits", waiting.getReason(), waiting.getMessage());
    }

    private static Optional<String> unscheduled(PodStatus status) {
        return status.getConditions().stream()
                .filter(condition ->
                        "PodScheduled".equals(condition.getType()) && "False".equals(condition.getStatus()))
                .map((PodCondition condition) ->
                        sentence("its Pod has no place", condition.getReason(), condition.getMessage()))
                .findFirst();
    }

    private static String sentence(String what, String reason, String message) {
        return what
                + (reason == null || reason.isEmpty() ? "" : ": " + reason)
                + (message == null || message.isEmpty() ? "" : ": " + message.replaceAll("\\s+", " "));
    }
}
