package dev.sluice.cli.kubectl;

import dev.sluice.api.PoolStatus.TrialStatus;
import dev.sluice.api.Verb;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What the commands have in common that ask for something to be done about the trial of a pool. */
final class TrialOptions {
    @Mixin
    private ClusterOptions cluster;

    @Mixin
    private OutputOptions output;

    @Mixin
    private ActionOptions action;

    @Parameters(
            arity = "0..1",
            paramLabel = "POOL",
            converter = PoolName.Converter.class,
            description = "fp/NAME, tp/NAME or NAME. Default: the only pool of the namespace.")
    private Optional<PoolName> pool = Optional.empty();

    /**
     * What is asked for, in words.
     *
     * @param effect what it would do, shown before the person agrees
     * @param next commands that make sense when it is done
     */
    record Request(String effect, List<String> next) {}

    /** Puts a request into words. */
    interface Words {
        /** For this pool and what is on trial in it. */
        Request of(PoolView view, TrialStatus trial);
    }

    /** Asks for it, about the revision on trial, and tells the exit code. */
    int request(Verb verb, Words words) throws InterruptedException {
        return cluster.with(session -> {
            PoolView view = session.view(session.pool(pool));
            TrialStatus trial = Trial.of(view, verb.name().toLowerCase(Locale.ROOT));
            Request request = words.of(view, trial);
            return new ActionDesk(session, action, output)
                    .request(view, verb, Optional.of(trial.revision()), request.effect(), request.next());
        });
    }
}
