package dev.sluice.node;

/** Why an agent could not be asked or ordered. */
public abstract sealed class NodeCallFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private NodeCallFailure(String message, Throwable cause) {
        super(message, cause);
    }

    /** No answer: no connection, no trust, or no end within the time. Says nothing about the node's mail. */
    public static final class Unreachable extends NodeCallFailure {
        private static final long serialVersionUID = 1L;

        /** With one line on what failed. */
        public Unreachable(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The agent understood and said no. */
    public static final class Refused extends NodeCallFailure {
        private static final long serialVersionUID = 1L;
        private final int status;
        private final String text;

        /** With the agent's words. */
        public Refused(int status, String text) {
            super("the agent answered " + status + ": " + text, null);
            this.status = status;
            this.text = text;
        }

        /** The HTTP status; 409 for orders of an older leader or for another node. */
        public int status() {
            return status;
        }

        /** The agent's line. */
        public String text() {
            return text;
        }
    }

    /** An answer that is no report, is too long, or comes from another node. Never evidence. */
    public static final class Nonsense extends NodeCallFailure {
        private static final long serialVersionUID = 1L;

        /** With one line on what is wrong with it. */
        public Nonsense(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
