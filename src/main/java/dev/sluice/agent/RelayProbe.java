package dev.sluice.agent;

import dev.sluice.agent.SmtpProbe.Conversation;
import dev.sluice.node.NodeOrders;
import dev.sluice.node.NodeOrders.ClientAddress;
import dev.sluice.postfix.NodeFacts;
import dev.sluice.postfix.Outside;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Asks the node's own mail server for relay as somebody whom nobody declared: as an outside address by XCLIENT, where only
 * the rules for relaying are asked, and at the listeners that the world reaches, with all their rules.
 */
final class RelayProbe {
    private static final String LOOPBACK = "127.0.0.1";
    /** In a domain that nobody can have (RFC 2606), so that no server can be responsible for it. */
    private static final String RECIPIENT = "postmaster@relay-probe.invalid";
    /** Not permitted to relay, for good or for now (RFC 3463, X.7.1). A failed look-up is no refusal. */
    private static final Pattern REFUSAL = Pattern.compile("[45]\\d\\d [45]\\.7\\.1 .*");
    /** No room for anybody's mail (RFC 3463, X.3.1). */
    private static final Pattern FULL = Pattern.compile("452 4\\.3\\.1 .*");

    private final NodeFacts facts;
    private final Duration limit;

    /**
     * A probe of one node.
     *
     * @param limit the longest that one conversation may take
     */
    RelayProbe(NodeFacts facts, Duration limit) {
        this.facts = facts;
        this.limit = limit;
    }

    /** What a stranger is told. */
    sealed interface Finding {
        /** Strangers are refused. */
        record Refused() implements Finding {}

        /**
         * The volume is full: nobody's mail is taken, and how strangers would fare cannot be told.
         *
         * @param reply who was told what, in one line
         */
        record Full(String reply) implements Finding {}

        /**
         * A stranger's recipient would be taken.
         *
         * @param reply who was told what, in one line
         * @param admitted whether that was at a listener that the world reaches, so that it can be used
         */
        record Open(String reply, boolean admitted) implements Finding {}

        /** It cannot be told. */
        record Unknown(String reason) implements Finding {}
    }

    /** Asks with what the orders declare. */
    Finding ask(NodeOrders orders) {
        Optional<Finding> open = atListener(facts.smtpPort(), orders.relayNetworks(), proxied(orders))
                .or(() -> atListener(facts.handoverPort(), orders.handoverFrom(), false));
        return open.orElseGet(() -> asOutsider(orders));
    }

    /** What the rules for relaying say to an outside address. */
    private Finding asOutsider(NodeOrders orders) {
        Optional<String> outside = Outside.of(orders.relayNetworks());
        if (outside.isEmpty()) {
            return new Finding.Unknown("the declared networks leave no address to ask from");
        }
        SmtpProbe.Finding told = outsider(outside.get(), orders);
        String what = "%s at %s: %s".formatted(outside.get(), told.stage(), told.reply());
        if (told.stage().equals("rcpt") && told.accepted()) {
            return new Finding.Open(what, false);
        }
        if (refuses(told)) {
            return new Finding.Refused();
        }
        return isFull(told) ? new Finding.Full(what) : new Finding.Unknown(what);
    }

    /** The conversation of an outside address at the inspection listener. */
    SmtpProbe.Finding outsider(String address, NodeOrders orders) {
        return new SmtpProbe(Optional.empty(), limit)
                .ask(
                        LOOPBACK,
                        facts.inspectionPort(),
                        new Conversation(
                                "", helloName(orders), "ADDR=" + address + " NAME=[UNAVAILABLE]", "", RECIPIENT));
    }

    /** Whether this is the refusal of somebody who may not relay. */
    static boolean refuses(SmtpProbe.Finding told) {
        return told.stage().equals("rcpt") && REFUSAL.matcher(told.reply()).matches();
    }

    private static boolean isFull(SmtpProbe.Finding told) {
        return told.stage().equals("mail") && FULL.matcher(told.reply()).matches();
    }

    /** Nobody declares the loopback address; where somebody does, this listener cannot be asked as a stranger. */
    private Optional<Finding> atListener(int port, List<String> declared, boolean proxied) {
        Optional<String> stranger = Outside.of(declared);
        if (proxied ? stranger.isEmpty() : Outside.isIn(LOOPBACK, declared)) {
            return Optional.empty();
        }
        String address = facts.bindsToAnyAddress() ? LOOPBACK : facts.bindAddress();
        String preamble = proxied ? SmtpProbe.proxyHeader(List.of(stranger.get(), address), port) : "";
        SmtpProbe.Finding told = new SmtpProbe(Optional.of(LOOPBACK), limit)
                .ask(address, port, new Conversation(preamble, facts.hostName(), "", "", RECIPIENT));
        boolean taken = told.stage().equals("rcpt") && told.accepted();
        return taken
                ? Optional.of(new Finding.Open(
                        "%s at port %d: %s".formatted(proxied ? stranger.get() : LOOPBACK, port, told.reply()), true))
                : Optional.empty();
    }

    private String helloName(NodeOrders orders) {
        return orders.settings().getOrDefault("myhostname", facts.hostName());
    }

    private static boolean proxied(NodeOrders orders) {
        return orders.clientAddress() == ClientAddress.PROXY_PROTOCOL;
    }
}
