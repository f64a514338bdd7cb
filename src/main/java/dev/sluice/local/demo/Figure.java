package dev.sluice.local.demo;

/**
 * One figure that a report is held to.
 *
 * @param act the act's name, or {@code demo} for what all acts share
 * @param wanted what it has to be, in words
 * @param found what the report says
 * @param reached whether it is
 */
public record Figure(String act, String wanted, String found, boolean reached) {
    @Override
    public String toString() {
        return "%s %s: %s (found: %s)".formatted(reached ? "pass" : "FAIL", act, wanted, found);
    }
}
