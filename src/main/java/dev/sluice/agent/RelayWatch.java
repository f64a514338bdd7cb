package dev.sluice.agent;

import dev.sluice.agent.RelayProbe.Finding;
import dev.sluice.node.NodeOrders;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether strangers are refused: proven anew after each change of the configuration, and looked at again while nothing
 * changes, since files can be edited by hand. What was found open stays open until a refusal was seen.
 */
final class RelayWatch {
    private static final Logger LOG = LoggerFactory.getLogger(RelayWatch.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(15);
    private static final Duration UNTIL_PROVEN = Duration.ofSeconds(1);
    /** Longer than the operator waits between two questions, so that it hears of it. */
    private static final Duration WHILE_OPEN = Duration.ofSeconds(3);

    private final InstantSource clock;
    private final Function<NodeOrders, Finding> probe;
    private final Executor executor;
    private long configuration;
    private boolean underWay;
    private boolean proven;
    private boolean full;
    private boolean mended;
    private boolean mendedInVain;
    private String doubt = "";
    private Optional<Finding.Open> open = Optional.empty();
    private Instant nextLook = Instant.MIN;
    private long timesOpen;

    /** A watch to which nothing is proven yet. */
    RelayWatch(InstantSource clock, Function<NodeOrders, Finding> probe, Executor executor) {
        this.clock = clock;
        this.probe = probe;
        this.executor = executor;
    }

    /** Another configuration is in force: what was proven holds no longer. */
    synchronized void changed() {
        configuration++;
        proven = false;
        full = false;
        mended = false;
        mendedInVain = false;
        nextLook = Instant.MIN;
    }

    /** The same configuration was written anew because the relay was open. */
    synchronized void mended() {
        configuration++;
        proven = false;
        full = false;
        mended = true;
        nextLook = clock.instant().plus(WHILE_OPEN);
    }

    /** Begins to ask when it is time to; called while the mail server runs. */
    synchronized void look(NodeOrders inForce) {
        if (underWay || clock.instant().isBefore(nextLook)) {
            return;
        }
        underWay = true;
        long asked = configuration;
        executor.execute(() -> found(asked, ask(inForce)));
    }

    private Finding ask(NodeOrders inForce) {
        try {
            return probe.apply(inForce);
        } catch (RuntimeException e) {
            LOG.error("the relay probe broke", e);
            return new Finding.Unknown("the probe broke: " + e);
        }
    }

    private synchronized void found(long asked, Finding finding) {
        underWay = false;
        if (asked != configuration) {
            return;
        }
        full = finding instanceof Finding.Full;
        if (finding instanceof Finding.Open now) {
            if (open.isEmpty()) {
                timesOpen++;
                LOG.error("this node is an open relay and takes no more mail: {}", now.reply());
            }
            open = Optional.of(now);
            proven = false;
            mendedInVain = mended && now.admitted();
            nextLook = clock.instant().plus(WHILE_OPEN);
        } else if (finding instanceof Finding.Refused) {
            if (open.isPresent()) {
                LOG.warn("strangers are refused again, this node does as it is ordered");
            }
            open = Optional.empty();
            proven = true;
            mended = false;
            mendedInVain = false;
            nextLook = clock.instant().plus(BETWEEN_LOOKS);
        } else if (finding instanceof Finding.Full now) {
            doubt = now.reply();
            proven = false;
            nextLook = clock.instant().plus(UNTIL_PROVEN);
        } else if (finding instanceof Finding.Unknown unknown) {
            doubt = unknown.reason();
            nextLook = clock.instant().plus(proven ? BETWEEN_LOOKS : UNTIL_PROVEN);
        }
    }

    /**
     * Whether no stranger's mail is taken: strangers were seen to be refused by the configuration in force, or the volume is
     * full. A full volume must not keep orders from being in force, since the node is to hand its mail over, for one.
     */
    synchronized boolean takesNobodys() {
        return proven || full;
    }

    /** Why it is not proven, in one line. */
    synchronized String doubt() {
        return "it is not proven yet that strangers are refused" + (doubt.isEmpty() ? "" : ": " + doubt);
    }

    /** Who was not refused, in one line; empty while no stranger was taken. */
    synchronized Optional<String> open() {
        return open.map(found -> "open relay: a stranger was not refused: " + found.reply());
    }

    /** Whether the files should be written anew, as they may have been changed by hand. */
    synchronized boolean needsMending() {
        return open.isPresent() && !mended;
    }

    /** Whether strangers are let in although the files are ours and nobody is admitted: then only a stop helps. */
    synchronized boolean cannotBeClosed() {
        return mendedInVain;
    }

    /** How often strangers were found to be let in, since this agent began. */
    synchronized long timesOpen() {
        return timesOpen;
    }
}
