package dev.sluice.notify;

import dev.sluice.gate.Comparison;
import dev.sluice.gate.Difference;
import dev.sluice.notify.Message.Attempt;
import dev.sluice.notify.Message.PoolName;
import dev.sluice.plan.Effect.Tell;
import dev.sluice.plan.EventReason;
import dev.sluice.plan.Grounds;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Facts that tests have told. */
final class Facts {
    static final PoolName EDGE = new PoolName("mail", "FilterPool", "edge");
    static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    static final Attempt ATTEMPT = new Attempt("edge-4", "v1-3f2a9c01d4", 2, 20);

    private Facts() {}

    static Tell rollback() {
        Comparison counts = new Comparison(330, 58, 1342, 25);
        return new Tell(
                EventReason.ROLLOUT_ROLLED_BACK.severity(),
                EventReason.ROLLOUT_ROLLED_BACK.word(),
                EventReason.ROLLOUT_ROLLED_BACK.action(),
                "CanaryWorseThanBaseline at step 2 (20 % of the mail): 454 4.7.1 <Relay access denied>",
                Optional.empty(),
                Optional.of(new Grounds(
                        Grounds.Rule.FIRST_ATTEMPTS_FAIL, "partner", counts, Difference.of(counts), 5300, 400)));
    }

    static Tell promotion() {
        EventReason reason = EventReason.REVISION_PROMOTED;
        return new Tell(
                reason.severity(), reason.word(), reason.action(), "as it is", Optional.empty(), Optional.empty());
    }

    static Tell plain(EventReason reason) {
        return new Tell(
                reason.severity(), reason.word(), reason.action(), "as it is", Optional.of("edge-7"), Optional.empty());
    }

    static List<Message> told(Tell fact) {
        return Messages.of(fact, EDGE, Optional.of(ATTEMPT), NOW);
    }

    static Message rolledBack() {
        return told(rollback()).get(0);
    }
}
