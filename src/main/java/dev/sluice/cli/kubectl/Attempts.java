package dev.sluice.cli.kubectl;

import dev.sluice.api.PoolRollout;
import dev.sluice.api.PoolStatus.Rejection;
import dev.sluice.api.PoolStatus.TrialStatus;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which attempt people mean. */
final class Attempts {
    private Attempts() {}

    static Optional<PoolRollout> meant(PoolView view, Optional<String> revision) {
        if (revision.isPresent()) {
            return Optional.of(view.rolloutOf(revision.get())
                    .filter(rollout -> rollout.getStatus() != null)
                    .orElseThrow(() -> unknown(view, revision.get())));
        }
        return view.trial()
                .map(TrialStatus::rolloutName)
                .or(() -> view.lastRejection()
                        .filter(rejection -> view.is("Stalled", "True"))
                        .map(Rejection::rolloutName))
                .flatMap(view::rollout)
                .or(() -> view.rollouts().stream().findFirst())
                .filter(rollout -> rollout.getStatus() != null);
    }

    private static CommandFailure unknown(PoolView view, String revision) {
        List<String> known = view.rollouts().stream()
                .map(rollout -> rollout.getSpec().revision())
                .distinct()
                .toList();
        return new CommandFailure("--revision: no attempt of %s with revision %s is on record; %s"
                .formatted(
                        view.reference(),
                        revision,
                        known.isEmpty()
                                ? "none was made yet"
                                : "on record are " + known.stream().collect(Collectors.joining(", "))));
    }
}
