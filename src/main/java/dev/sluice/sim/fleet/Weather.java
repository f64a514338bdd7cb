package dev.sluice.sim.fleet;

import java.time.Duration;

/** What may go wrong at the moment between the operator and everything around it, each by chance from 0 to 1. */
final class Weather {
    /** A call ends otherwise than it should. */
    double callFails;
    /** An event comes some seconds late, so that it may come after a younger one. */
    double eventLate;
    /** An event comes twice. */
    double eventTwice;
    /** An event never comes. */
    double eventLost;
    /** A watch ends with 410 Gone and is made anew only after some seconds. */
    double watchEnds;
    /** An operator that starts reads what was so some seconds before. */
    double staleStart;
    /** An agent gives its last answer again. */
    double oldAnswer;
    /** How far the operator's clock is from the true time. */
    Duration operatorClock = Duration.ZERO;

    void clearsUp() {
        callFails = 0;
        eventLate = 0;
        eventTwice = 0;
        eventLost = 0;
        watchEnds = 0;
        staleStart = 0;
        oldAnswer = 0;
        operatorClock = Duration.ZERO;
    }
}
