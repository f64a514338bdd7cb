package dev.sluice.cli.kubectl;

import picocli.CommandLine.Help.Ansi;

/** Where the answer goes. The launcher asks the system; the virtual machine cannot on every version. */
final class Terminal {
    private Terminal() {}

    /** Whether a person looks at it, on a terminal that can be drawn on. */
    static boolean isDrawable() {
        return Boolean.getBoolean("sluice.terminal") && !"dumb".equals(System.getenv("TERM"));
    }

    /** Colours only for people, and only where they are welcome (no-color.org). */
    static Ansi colours() {
        String unwelcome = System.getenv("NO_COLOR");
        return isDrawable() && (unwelcome == null || unwelcome.isEmpty()) ? Ansi.ON : Ansi.OFF;
    }
}
