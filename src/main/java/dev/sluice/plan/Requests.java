package dev.sluice.plan;

import dev.sluice.api.ConditionReason;
import dev.sluice.api.NodeState;
import dev.sluice.api.RolloutResult;
import dev.sluice.api.TrialPhase;
import dev.sluice.plan.Effect.Answer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Answers what people ask for: by a PoolAction, or in Git by {@code spec.rollout.retryNonce}. */
final class Requests {
    private static final int REMEMBERED = 64;

    private Requests() {}

    static void answer(Draft draft) {
        String nonce = draft.snapshot().spec().rollout().retryNonce();
        if (nonce != null && !Objects.equals(nonce, draft.handledRetryNonce())) {
            retry(draft);
            draft.retryNonceHandled(nonce);
        }
        for (Request request : draft.snapshot().requests()) {
            if (!draft.handledActions().contains(request.name())) {
                handle(request, draft);
                remember(request, draft);
            }
        }
    }

    private static void remember(Request request, Draft draft) {
        List<String> handled = draft.handledActions();
        handled.add(request.name());
        while (handled.size() > REMEMBERED) {
            handled.remove(0);
        }
    }

    private static void handle(Request request, Draft draft) {
        switch (request.verb()) {
            case RETRY -> handleRetry(request, draft);
            case PAUSE, RESUME, ABORT, PROMOTE -> handleOfTrial(request, draft);
        }
    }

    private static void handleRetry(Request request, Draft draft) {
        boolean known = draft.rejected().stream()
                .anyMatch(rejection ->
                        request.revision().filter(rejection.revision()::equals).isPresent());
        boolean wanted = request.revision()
                .filter(revision -> revision.equals(draft.snapshot().desiredRevision())
                        || draft.stable().filter(revision::equals).isPresent())
                .isPresent();
        if (known && !wanted) {
            refuse(
                    request,
                    "revision %s is not what the pool declares (%s); declare it again, it is then tried after a retry"
                            .formatted(named(request), draft.snapshot().desiredRevision()),
                    draft);
        } else if (known) {
            retry(draft);
            accept(request, "revision %s is tried again".formatted(named(request)), draft);
        } else {
            refuse(
                    request,
                    "revision %s was not rejected; there is nothing to retry: what can be is in status.revisions.rejected"
                            .formatted(named(request)),
                    draft);
        }
    }

    private static void retry(Draft draft) {
        String desired = draft.snapshot().desiredRevision();
        draft.rejected()
                .removeIf(rejection -> rejection.revision().equals(desired)
                        || draft.stable().filter(rejection.revision()::equals).isPresent());
    }

    private static void handleOfTrial(Request request, Draft draft) {
        Optional<TrialDraft> running = draft.trial()
                .filter(trial ->
                        request.revision().map(trial.revision()::equals).orElse(true))
                .filter(trial -> trial.phase() != TrialPhase.ROLLING_BACK);
        if (running.isEmpty()) {
            refuse(
                    request,
                    draft.trial().map(trial -> why(trial, request)).orElseGet(() -> nothingRuns(request, draft)),
                    draft);
            return;
        }
        TrialDraft trial = running.get();
        switch (request.verb()) {
            case PAUSE -> {
                trial.pause(request.reason());
                accept(
                        request,
                        "held at %d %% of the mail; the gate stays armed".formatted(trial.weightPercent()),
                        draft);
            }
            case RESUME -> {
                resume(request, trial, draft);
            }
            case ABORT -> {
                Endings.rollBack(
                        trial,
                        RolloutResult.ABORTED,
                        ConditionReason.ABORTED_BY_USER,
                        request.reason(),
                        Optional.empty(),
                        draft);
                accept(
                        request,
                        Begin.isGrowth(trial.purpose())
                                ? "rolled back; the pool does not try again to get more nodes of %s"
                                        .formatted(trial.revision())
                                : "rolled back; revision %s is recorded as rejected".formatted(trial.revision()),
                        draft);
            }
            case PROMOTE -> promote(request, trial, draft);
            case RETRY -> throw new IllegalArgumentException("a retry is not a request about a running trial");
        }
    }

    private static void resume(Request request, TrialDraft trial, Draft draft) {
        if (trial.pausedBecause().isEmpty()) {
            refuse(request, "no person holds the trial" + stillHeld(trial, draft), draft);
            return;
        }
        trial.resume();
        accept(request, "no person holds it any more" + stillHeld(trial, draft), draft);
    }

    private static String stillHeld(TrialDraft trial, Draft draft) {
        return Hold.of(trial.step() + 1, draft)
                .map(hold -> "; " + hold.message())
                .orElse("");
    }

    /** A person may shorten the wait for evidence, but nobody promotes on none (invariant I3). */
    private static void promote(Request request, TrialDraft trial, Draft draft) {
        boolean delivered = draft.in(NodeState.CANARY).stream()
                .flatMap(node -> node.freshReport(draft.now(), draft.staleAfter()).stream())
                .anyMatch(report -> report.ledger().delivered() > 0);
        if (trial.phase() != TrialPhase.CANARY) {
            refuse(request, "no step is being judged now; ask again when the new nodes carry mail", draft);
        } else if (!delivered) {
            refuse(request, "the new nodes have delivered nothing yet; without evidence nothing is promoted", draft);
        } else {
            draft.requestPromotion();
            accept(request, "step %d is taken as passed%s".formatted(trial.step(), stillHeld(trial, draft)), draft);
        }
    }

    private static void accept(Request request, String message, Draft draft) {
        draft.want(new Effect.AnswerRequest(request.name(), Answer.ACCEPTED, message));
        draft.tell(
                EventReason.ACTION_ACCEPTED,
                "%s %s: %s"
                        .formatted(request.verb().name().toLowerCase(java.util.Locale.ROOT), named(request), message));
    }

    private static void refuse(Request request, String message, Draft draft) {
        draft.want(new Effect.AnswerRequest(request.name(), Answer.REFUSED, message));
        draft.tell(
                EventReason.ACTION_REFUSED,
                "%s %s: %s"
                        .formatted(request.verb().name().toLowerCase(java.util.Locale.ROOT), named(request), message));
    }

    /** What the person may have wanted, and how to get it. */
    private static String nothingRuns(Request request, Draft draft) {
        boolean inService = request.revision().isPresent() && request.revision().equals(draft.stable());
        return switch (request.verb()) {
            case PAUSE -> "no trial is running; to keep the next one from beginning write spec.rollout.paused: true";
            case ABORT ->
                inService
                        ? "no trial is running: revision %s is in service; to leave it declare the revision that you want instead"
                                .formatted(named(request))
                        : "no trial is running; what kubectl get shows under CANDIDATE can be aborted";
            case PROMOTE ->
                inService
                        ? "no trial is running: revision %s is in service already".formatted(named(request))
                        : "no trial is running; what kubectl get shows under CANDIDATE can be promoted";
            case RESUME -> "no trial is running, so no person holds one; see the condition Paused for what else does";
            case RETRY -> throw new IllegalArgumentException("a retry is not a request about a running trial");
        };
    }

    private static String named(Request request) {
        return request.revision().orElse("the trial");
    }

    private static String why(TrialDraft trial, Request request) {
        return trial.phase() == TrialPhase.ROLLING_BACK
                ? "revision %s is being rolled back already".formatted(trial.revision())
                : "on trial is revision %s, not %s".formatted(trial.revision(), named(request));
    }
}
