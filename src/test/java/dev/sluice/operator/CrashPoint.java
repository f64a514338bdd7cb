package dev.sluice.operator;

/**
 * Where an operator dies.
 *
 * @param step after which of its steps, counted from 1; a step is a write to the API server or an order to an agent
 * @param manner how the step ends
 */
record CrashPoint(int step, Manner manner) {
    /** A point that is never reached. */
    static final CrashPoint NEVER = new CrashPoint(Integer.MAX_VALUE, Manner.ANSWERED);

    /** How the last step ends. */
    enum Manner {
        /** It takes effect and is answered; then the operator dies. */
        ANSWERED,
        /** It takes effect; the operator dies before the answer comes. */
        ANSWER_LOST,
        /** It takes effect; the answer is lost, and the operator lives on and sees a broken connection. */
        ANSWER_LOST_ALIVE
    }

    @Override
    public String toString() {
        return "step " + step + ", " + manner;
    }
}
