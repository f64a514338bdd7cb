package dev.sluice.sim.fleet;

import java.time.Instant;
import java.util.Map;

/** What is so in a world, whatever the operator knows of it. */
public interface Truth {
    /** The nodes of the pool that is looked at, by name. */
    Map<String, MailNodeModel> nodes();

    /** The time. */
    Instant now();
}
