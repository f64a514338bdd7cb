package dev.sluice.cli.kubectl;

import dev.sluice.api.PoolStatus.TrialStatus;
import dev.sluice.api.TrialPhase;

/** The trial that a request is about. */
final class Trial {
    private Trial() {}

    /** The running trial; without one there is nothing to ask for, and the operator need not be bothered. */
    static TrialStatus of(PoolView view, String verb) {
        TrialStatus trial = view.trial()
                .orElseThrow(() -> new CommandFailure(
                        "nothing is on trial in %s, so there is nothing to %s; see 'kubectl sluice get %s'"
                                .formatted(view.reference(), verb, view.reference())));
        if (trial.phase() == TrialPhase.ROLLING_BACK) {
            throw new CommandFailure(
                    "%s is being rolled back already, so there is nothing to %s; see 'kubectl sluice explain %s'"
                            .formatted(trial.revision(), verb, view.reference()));
        }
        return trial;
    }
}
