package dev.sluice.cli.kubectl;

import picocli.CommandLine.Help.Ansi;

/** A sign in front of a sentence; never colour alone. */
enum Mark {
    GOOD("✔", "green"),
    BAD("✖", "red"),
    AT_WORK("◌", "yellow"),
    HELD("‖", "yellow"),
    UNKNOWN("?", "yellow");

    private final String sign;
    private final String colour;

    Mark(String sign, String colour) {
        this.sign = sign;
        this.colour = colour;
    }

    /** The sign, in its colour where colours are wanted. */
    String in(Ansi colours) {
        return colours.string("@|%s %s|@".formatted(colour, sign));
    }

    String sign() {
        return sign;
    }
}
