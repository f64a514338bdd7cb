package dev.sluice.gate;

import dev.sluice.gate.Explanation.PromotionFinding;
import dev.sluice.gate.Explanation.RollbackFinding;
import java.util.Locale;

/** Says an explanation in plain words. */
final class Wording {
    private Wording() {}

    static String of(Explanation explanation) {
        StringBuilder text = new StringBuilder(decision(explanation));
        if (!explanation.ignored().isEmpty()) {
            text.append("; not counted: ").append(String.join(", ", explanation.ignored()));
        }
        return text.toString();
    }

    private static String decision(Explanation explanation) {
        Verdict verdict = explanation.verdict();
        if (verdict instanceof Verdict.NoEvidence none) {
            return "no evidence: " + none.reason();
        }
        if (verdict instanceof Verdict.RollBack) {
            return failures(explanation.deciding());
        }
        if (verdict instanceof Verdict.Promote) {
            return promoted(explanation);
        }
        return held(explanation);
    }

    private static String failures(RollbackFinding finding) {
        return comparison(finding)
                + String.format(
                        Locale.ROOT,
                        "; evidence %s against a limit of %s",
                        amount(finding.logMass()),
                        amount(finding.logLimit()));
    }

    private static String comparison(RollbackFinding finding) {
        Comparison counts = finding.total();
        String scope = finding.scope().equals(Masses.EVERYTHING) ? "all next hops" : finding.scope();
        String failed =
                switch (finding.endpoint()) {
                    case ALL_FAILURES -> "first attempts failed";
                    case PATH_FAILURES -> "first attempts failed on the way to the next hop";
                    case RECIPIENT_FAULTS -> "first attempts failed by the recipient's own fault";
                };
        String canary = String.format(
                Locale.ROOT, "%s: %d of %d %s", scope, counts.canaryFailed(), counts.canaryFinished(), failed);
        return counts.baselineFinished() == 0
                ? canary + " on the canary, nothing finished on a baseline"
                : canary
                        + String.format(
                                Locale.ROOT,
                                " on the canary, %d of %d on the baseline",
                                counts.baselineFailed(),
                                counts.baselineFinished());
    }

    private static String promoted(Explanation explanation) {
        PromotionFinding promotion = explanation.promotion();
        return String.format(
                Locale.ROOT,
                "%s; %d units of mail older than the objective in %d s; evidence for the step %s, needed %s",
                comparison(explanation.general()),
                promotion.finished(),
                promotion.seconds(),
                amount(promotion.logEvidence()),
                amount(promotion.logLimit()));
    }

    private static String held(Explanation explanation) {
        StringBuilder text = new StringBuilder(failures(explanation.deciding()));
        if (!explanation.missing().isEmpty()) {
            text.append("; missing for a promotion: ").append(String.join(", ", explanation.missing()));
        }
        explanation
                .promotion()
                .secondsToGo()
                .ifPresent(seconds -> text.append("; about ").append(seconds).append(" s more at the present rate"));
        explanation
                .insufficientTraffic()
                .ifPresent(traffic -> text.append(String.format(
                        Locale.ROOT,
                        "; insufficient traffic: %.1f units of mail of the canary in an hour, a healthy canary needs about"
                                + " %d more, that is %s at today's traffic",
                        traffic.unitsPerHour(),
                        traffic.unitsToGo(),
                        duration(traffic.secondsToGo()))));
        return text.toString();
    }

    private static String duration(long seconds) {
        long hours = Math.max(1, Math.round(seconds / 3600.0));
        return hours < 48 ? hours + " h" : Math.round(hours / 24.0) + " days";
    }

    /** A number that grows by factors, in few digits whatever its size. */
    static String amount(double logarithm) {
        double decimal = logarithm / Math.log(10);
        if (decimal < 4 && decimal > -2) {
            double value = Math.exp(logarithm);
            // Two digits of 99.9 would be written as 1.0e+02.
            return value >= 99.5 || value == Math.rint(value)
                    ? String.format(Locale.ROOT, "%.0f", value)
                    : String.format(Locale.ROOT, "%.2g", value);
        }
        double exponent = Math.floor(decimal);
        double mantissa = Math.rint(Math.pow(10, decimal - exponent) * 10) / 10;
        if (mantissa >= 10) {
            mantissa = 1;
            exponent++;
        }
        return String.format(Locale.ROOT, "%.1fe%.0f", mantissa, exponent);
    }
}
