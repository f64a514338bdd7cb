package dev.sluice.sim.replay;

import dev.sluice.node.Fault;
import dev.sluice.postfix.LogLine;
import dev.sluice.postfix.LogLine.Accepted;
import dev.sluice.postfix.LogLine.Delivery;
import dev.sluice.postfix.LogLine.Expired;
import dev.sluice.postfix.LogLine.Queued;
import dev.sluice.postfix.LogLine.Removed;
import dev.sluice.postfix.LogLine.Renamed;
import dev.sluice.postfix.LogLine.Status;
import dev.sluice.postfix.QueueIdentifier;
import dev.sluice.postfix.Relay;
import dev.sluice.postfix.ReplyClassifier;
import dev.sluice.postfix.ReplyClassifier.Judgement;
import dev.sluice.sim.replay.RecordedOutcome.Fate;
import dev.sluice.sim.replay.RecordedOutcome.First;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one node's log tells of each recipient, by the rules of the agent's ledger: the first attempt counts, a line
 * without an attempt is none, mail that comes back from a content filter is the same mail, notices are nobody's mail.
 */
final class NodeBook {
    private static final Pattern QUEUED_AS = Pattern.compile("queued as (?<id>\\w+)");

    private enum Source {
        CLIENT,
        /** The node itself: notices, probes. */
        INTERNAL
    }

    private static final class Message {
        private Source source = Source.CLIENT;
        private long arrivalMillis;
        private String client = "";
        private String sender = "";
        private int recipients;
        private final Map<String, Recipient> known = new LinkedHashMap<>(2);
    }

    private static final class Recipient {
        private First first = First.NONE;
        private long firstMillis = RecordedOutcome.NEVER;
        private Fate fate = Fate.OPEN;
        private long fateMillis = RecordedOutcome.NEVER;
        private String hop = "";
        /** Handed to a peer, to the content filter or to nobody: no outcome of this node. */
        private boolean leftOut;
    }

    private final String node;
    private final HopNames hops;
    private final ReplyClassifier classifier = new ReplyClassifier();
    private final Map<String, Message> open = new HashMap<>();
    private final Map<String, String> texts = new HashMap<>();
    private final List<RecordedOutcome> outcomes = new ArrayList<>();
    private long beganMillis = RecordedOutcome.NEVER;
    private long beginningUnseen;

    NodeBook(String node, HopNames hops) {
        this.node = node;
        this.hops = hops;
    }

    void enter(LogLine line) {
        // Postfix writes whole seconds, identifiers tell microseconds.
        beganMillis = Math.min(beganMillis, line.time().toEpochMilli());
        if (line instanceof Accepted accepted) {
            accepted(accepted);
        } else if (line instanceof Queued queued) {
            queued(queued);
        } else if (line instanceof Delivery delivery) {
            delivery(delivery);
        } else if (line instanceof Expired expired) {
            expired(expired);
        } else if (line instanceof Removed removed) {
            Optional.ofNullable(open.remove(removed.queueId())).ifPresent(message -> removed(removed, message));
        } else if (line instanceof Renamed renamed) {
            Optional.ofNullable(open.remove(renamed.formerId()))
                    .ifPresent(message -> open.put(renamed.queueId(), message));
        }
    }

    private void accepted(Accepted line) {
        Message message = new Message();
        message.arrivalMillis = arrival(line);
        message.client = line.clientAddress();
        open.put(line.queueId(), message);
    }

    private void queued(Queued line) {
        Message message = open.get(line.queueId());
        if (message == null) {
            message = unannounced(line);
            open.put(line.queueId(), message);
        }
        if (message.recipients == 0) {
            message.recipients = line.recipients();
            message.sender = line.sender().isEmpty() ? message.client : domain(line.sender());
        }
    }

    /** A message whose acceptance the log does not show: a notice, or one that is older than the log. */
    private Message unannounced(Queued line) {
        Message message = new Message();
        message.arrivalMillis = arrival(line);
        boolean ownMail = line.sender().isEmpty() || line.sender().startsWith("double-bounce@");
        boolean older = QueueIdentifier.arrivalTime(line.queueId()).isEmpty() || message.arrivalMillis < beganMillis;
        if (older && !ownMail) {
            beginningUnseen += line.recipients();
        }
        message.source = ownMail || older ? Source.INTERNAL : Source.CLIENT;
        return message;
    }

    private static long arrival(LogLine line) {
        return QueueIdentifier.arrivalTime(line.queueId()).orElse(line.time()).toEpochMilli();
    }

    private void delivery(Delivery line) {
        Message message = open.get(line.queueId());
        if (message == null || message.source == Source.INTERNAL) {
            return;
        }
        Recipient recipient = message.known.computeIfAbsent(line.recipient(), unused -> new Recipient());
        if (recipient.fate != Fate.OPEN || recipient.leftOut) {
            return;
        }
        long time = Math.max(message.arrivalMillis, line.time().toEpochMilli());
        Optional<Relay> target = HopNames.target(line);
        boolean toPeer = target.filter(hops::isPeer).isPresent();
        if (recipient.hop.isEmpty() && !toPeer) {
            recipient.hop = target.map(hops::name).map(this::one).orElse("");
        }
        switch (line.status()) {
            case SENT -> sent(line, message, recipient, time, toPeer);
            case DEFERRED, SOFT_BOUNCED, BOUNCED -> failed(line, recipient, target, time, toPeer);
            case DELIVERABLE, UNDELIVERABLE -> recipient.leftOut = true;
        }
    }

    private void sent(Delivery line, Message message, Recipient recipient, long time, boolean toPeer) {
        recipient.fate = Fate.DELIVERED;
        recipient.fateMillis = time;
        if (line.program().equals("discard") || toPeer || cameBack(line, message)) {
            recipient.leftOut = recipient.first == First.NONE;
            return;
        }
        if (recipient.first == First.NONE) {
            recipient.first = First.DELIVERED;
            recipient.firstMillis = time;
        }
    }

    /** Whether a content filter handed the message in again, under another identifier; it is as old as it was. */
    private boolean cameBack(Delivery line, Message before) {
        Matcher matcher = QUEUED_AS.matcher(line.text());
        Message after = matcher.find() ? open.get(matcher.group("id")) : null;
        if (after == null) {
            return false;
        }
        after.arrivalMillis = Math.min(after.arrivalMillis, before.arrivalMillis);
        return true;
    }

    private void failed(Delivery line, Recipient recipient, Optional<Relay> target, long time, boolean toPeer) {
        if (line.status() == Status.BOUNCED) {
            recipient.fate = Fate.BOUNCED;
            recipient.fateMillis = time;
        }
        if (line.withoutAttempt() || toPeer || recipient.first != First.NONE) {
            return;
        }
        boolean ownTier = target.filter(hops::isOwnTier).isPresent();
        Judgement judgement = classifier.judge(line.statusCode(), line.text(), ownTier);
        if (judgement.fault() == Fault.RECIPIENT) {
            recipient.first = First.RECIPIENT_FAULT;
        } else {
            recipient.first = judgement.pathFailure() ? First.PATH_FAILED : First.FAILED;
        }
        recipient.firstMillis = time;
    }

    private void expired(Expired line) {
        Message message = open.remove(line.queueId());
        if (message == null || message.source == Source.INTERNAL) {
            return;
        }
        long time = line.time().toEpochMilli();
        for (int stranger = message.known.size(); stranger < message.recipients; stranger++) {
            message.known.put("stranger " + stranger, new Recipient());
        }
        message.known.values().stream()
                .filter(recipient -> recipient.fate == Fate.OPEN)
                .forEach(recipient -> {
                    recipient.fate = Fate.EXPIRED;
                    recipient.fateMillis = time;
                });
        write(line.queueId(), message, message.known.size());
    }

    private void removed(Removed line, Message message) {
        // What leaves the queue without an attempt was deleted by a person.
        message.known.values().removeIf(recipient -> recipient.first == First.NONE);
        write(line.queueId(), message, message.known.size());
    }

    /** What is still open at the end of the recording, too. */
    List<RecordedOutcome> close() {
        open.forEach((id, message) -> write(id, message, message.recipients));
        open.clear();
        return outcomes;
    }

    long beginningUnseen() {
        return beginningUnseen;
    }

    private void write(String id, Message message, int recipients) {
        if (message.source == Source.INTERNAL) {
            return;
        }
        message.known.forEach((address, recipient) -> {
            if (!recipient.leftOut) {
                outcomes.add(outcome(id, message, domain(address), recipient));
            }
        });
        for (int stranger = message.known.size(); stranger < recipients; stranger++) {
            outcomes.add(outcome(id, message, "", new Recipient()));
        }
    }

    private RecordedOutcome outcome(String id, Message message, String destination, Recipient recipient) {
        return new RecordedOutcome(
                node,
                id,
                one(message.sender),
                one(destination),
                recipient.hop,
                recipient.hop,
                message.arrivalMillis,
                recipient.first,
                recipient.firstMillis,
                recipient.fate,
                recipient.fateMillis);
    }

    /** A day has millions of outcomes and few names: each is kept once. */
    private String one(String text) {
        return texts.computeIfAbsent(text, Function.identity());
    }

    private static String domain(String address) {
        int at = address.lastIndexOf('@');
        return at < 0 ? "" : address.substring(at + 1).toLowerCase(Locale.ROOT);
    }
}
