package dev.sluice.local.demo;

import java.util.List;

/** One act of the play. */
interface Act {
    /** What is shown, in one sentence. */
    String story();

    /**
     * Plays it.
     *
     * @return its reports; more than one when it has parts that are counted apart
     */
    List<ActReport> play(Scene scene, double messagesPerSecond);
}
