package dev.sluice.cli.kubectl;

import dev.sluice.api.ActionPhase;
import dev.sluice.api.PoolAction;
import dev.sluice.api.PoolActionSpec;
import dev.sluice.api.PoolActionStatus;
import dev.sluice.api.PoolReference;
import dev.sluice.api.Verb;
import dev.sluice.cli.kubectl.OutputOptions.Format;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Makes a PoolAction on a person's behalf, and waits until the operator has answered it. */
final class ActionDesk {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    private final Session session;
    private final ActionOptions options;
    private final OutputOptions output;

    ActionDesk(Session session, ActionOptions options, OutputOptions output) {
        this.session = session;
        this.options = options;
        this.output = output;
    }

    /**
     * Shows the effect, asks, requests and tells the answer.
     *
     * @param revision the revision that is meant, empty for whichever is on trial
     * @param effect what the request does, in one line
     * @param next commands that make sense afterwards
     */
    int request(PoolView view, Verb verb, Optional<String> revision, String effect, List<String> next)
            throws InterruptedException {
        Format form = output.format(Format.JSON, Format.YAML, Format.NAME);
        String reason = options.reason();
        if (form == Format.TEXT) {
            output.print(List.of(effect));
        }
        if (!options.agreed(output.out())) {
            output.print(List.of("Nothing was done."));
            return ExitCode.ERROR;
        }
        PoolAction action = create(view, verb, revision, reason);
        Optional<PoolAction> answered = await(action.getMetadata().getName());
        return tell(answered.orElse(action), view, form, next);
    }

    private PoolAction create(PoolView view, Verb verb, Optional<String> revision, String reason) {
        PoolAction action = new PoolAction();
        action.setMetadata(new ObjectMetaBuilder()
                .withNamespace(view.pool().getMetadata().getNamespace())
                .withGenerateName("%s-%s-".formatted(view.name(), word(verb)))
                .build());
        action.setSpec(new PoolActionSpec(
                new PoolReference(view.pool().kind(), view.name()), verb, revision.orElse(null), reason, 0));
        return session.client().resource(action).create();
    }

    private static String word(Verb verb) {
        return verb.name().toLowerCase(Locale.ROOT);
    }

    private Optional<PoolAction> await(String name) throws InterruptedException {
        Instant end = Clock.now().plus(options.timeout());
        while (Clock.now().isBefore(end)) {
            Optional<PoolAction> seen = session.find(PoolAction.class, name).filter(ActionDesk::answered);
            if (seen.isPresent()) {
                return seen;
            }
            Clock.pause(BETWEEN_LOOKS);
        }
        return Optional.empty();
    }

    private static boolean answered(PoolAction action) {
        return phase(action)
                .filter(phase -> phase == ActionPhase.ACCEPTED || phase == ActionPhase.REFUSED)
                .isPresent();
    }

    private static Optional<ActionPhase> phase(PoolAction action) {
        return Optional.ofNullable(action.getStatus()).map(PoolActionStatus::phase);
    }

    private int tell(PoolAction action, PoolView view, Format form, List<String> next) {
        Optional<ActionPhase> phase = phase(action).filter(known -> known != ActionPhase.PENDING);
        int code = phase.map(known -> known == ActionPhase.ACCEPTED ? ExitCode.FINE : ExitCode.REFUSED)
                .orElse(ExitCode.STILL_GOING);
        switch (form) {
            case JSON, YAML -> output.printObjects(form, List.of(action), false);
            case NAME ->
                output.print(
                        List.of("poolaction.sluice.dev/" + action.getMetadata().getName()));
            case TEXT, WIDE, CSV -> output.print(List.of(sentence(action, phase), nextLine(view, code, next)));
        }
        return code;
    }

    private String sentence(PoolAction action, Optional<ActionPhase> phase) {
        String name = action.getMetadata().getName();
        String about = Optional.ofNullable(action.getSpec().revision())
                .map(revision -> " for " + revision)
                .orElse("");
        return phase.map(known -> "action %s %s%s: %s"
                        .formatted(
                                name,
                                known == ActionPhase.ACCEPTED ? "accepted" : "REFUSED",
                                about,
                                action.getStatus().message()))
                .orElse("action %s%s is made, and the operator has not answered within %s; is it up?"
                        .formatted(name, about, Text.of(options.timeout())));
    }

    private static String nextLine(PoolView view, int code, List<String> next) {
        if (code == ExitCode.STILL_GOING) {
            return "Next: kubectl sluice check · kubectl get poolactions -o wide";
        }
        return "Next: " + (code == ExitCode.FINE ? String.join(" · ", next) : "kubectl sluice get " + view.reference());
    }
}
