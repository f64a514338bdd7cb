package dev.sluice.sim.scope;

import dev.sluice.node.NodeOrders;
import java.util.Optional;

/**
 * A node as it really is.
 *
 * @param name the MailNode's name
 * @param revision what it is made of
 * @param move how often its Pod was made again elsewhere
 * @param proven the address that its probes proved, empty before
 * @param orders what it was told last
 * @param hasMail whether anything waits in its queue
 * @param deleting whether a person asked for it to go
 * @param silent whether its agent does not answer
 * @param failed whether its mail transfer agent stopped
 */
record ScopeNode(
        String name,
        String revision,
        int move,
        String proven,
        Optional<NodeOrders> orders,
        boolean hasMail,
        boolean deleting,
        boolean silent,
        boolean failed) {
    static ScopeNode made(String name, String revision) {
        return new ScopeNode(name, revision, 0, "", Optional.empty(), false, false, false, false);
    }

    String address() {
        String pool = name.startsWith("mx") ? "10.1." : "10.2.";
        return pool + move + "." + name.substring(name.lastIndexOf('-') + 1);
    }

    ScopeNode ordered(NodeOrders given) {
        boolean probes = given.preflight().isPresent() && !failed;
        return new ScopeNode(
                name,
                revision,
                move,
                probes ? address() : proven,
                Optional.of(given),
                hasMail,
                deleting,
                silent,
                failed);
    }

    /** The orders are in force, and every probe is refused. */
    ScopeNode refused(NodeOrders given) {
        return new ScopeNode(name, revision, move, proven, Optional.of(given), hasMail, deleting, silent, failed);
    }

    ScopeNode withMail(boolean waits) {
        return new ScopeNode(name, revision, move, proven, orders, waits, deleting, silent, failed);
    }

    ScopeNode moved() {
        return new ScopeNode(name, revision, move + 1, proven, Optional.empty(), hasMail, deleting, silent, failed);
    }

    ScopeNode toldToGo() {
        return new ScopeNode(name, revision, move, proven, orders, hasMail, true, silent, failed);
    }

    ScopeNode fallenSilent() {
        return new ScopeNode(name, revision, move, proven, orders, hasMail, deleting, true, failed);
    }

    ScopeNode broken() {
        return new ScopeNode(name, revision, move, proven, orders, hasMail, deleting, silent, true);
    }

    ScopeNode healed() {
        return new ScopeNode(name, revision, move, proven, orders, hasMail, deleting, false, false);
    }
}
