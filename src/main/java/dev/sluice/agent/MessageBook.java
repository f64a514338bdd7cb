package dev.sluice.agent;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import dev.sluice.node.MessageFates.Outcome;
import java.util.HashMap;
import java.util.Map;

/** What is known of one message that has not left the books. Changed by {@link OutcomeLedger} alone. */
@JsonAutoDetect(
        fieldVisibility = JsonAutoDetect.Visibility.ANY,
        getterVisibility = JsonAutoDetect.Visibility.NONE,
        isGetterVisibility = JsonAutoDetect.Visibility.NONE)
final class MessageBook {
    /** Where a message came from. */
    enum Source {
        CLIENT,
        /** A peer's queue. */
        HANDOVER,
        /** The node's own content filter: the same message under another identifier. */
        REINJECTED,
        /** The node itself: notices, probes. */
        INTERNAL
    }

    /** What is known of one recipient. */
    @JsonAutoDetect(
            fieldVisibility = JsonAutoDetect.Visibility.ANY,
            getterVisibility = JsonAutoDetect.Visibility.NONE,
            isGetterVisibility = JsonAutoDetect.Visibility.NONE)
    static final class RecipientBook {
        boolean done;
        /** Whether its first outcome was counted, or it was left out of the count for good. */
        boolean judged;

        String hop = "";
        String lastReply = "";

        /** What became of it at last; null while it waits. */
        Outcome outcome;

        int deferrals;
        /** When the log spoke of it last; 0 when it has not. */
        long lastMillis;
        /** Its identifier on the peer that took it. */
        String peerQueueId = "";
    }

    Source source = Source.CLIENT;
    /** The domain of the envelope sender in lower case; for the null sender the client's address. */
    String sender = "";

    /** The envelope sender, empty for notices. */
    String envelopeSender = "";

    long arrivalMillis;
    /** 0 until the queue manager has told. */
    int recipients;
    /** Recipients of unknown address whose first outcome was counted (as late). */
    int strangersJudged;
    /** Recipients of unknown address that expired. */
    int strangersExpired;

    Map<String, RecipientBook> known = new HashMap<>(2);
    /** Since when its file is not to be found; 0 when it is. */
    long missingSinceMillis;

    boolean counted() {
        return recipients > 0;
    }

    int unfinished() {
        int done = 0;
        for (RecipientBook recipient : known.values()) {
            done += recipient.done ? 1 : 0;
        }
        return Math.max(0, recipients - done);
    }

    /** Recipients of whom no log line has spoken. */
    int strangers() {
        return Math.max(0, recipients - known.size());
    }

    int strangersUnjudged() {
        return Math.max(0, strangers() - strangersJudged);
    }

    boolean settled() {
        if (strangersUnjudged() > 0) {
            return false;
        }
        for (RecipientBook recipient : known.values()) {
            if (!recipient.judged) {
                return false;
            }
        }
        return true;
    }

    RecipientBook recipient(String address) {
        return known.computeIfAbsent(address, unused -> {
            RecipientBook book = new RecipientBook();
            if (strangersJudged > 0) {
                strangersJudged--;
                book.judged = true;
            }
            return book;
        });
    }
}
