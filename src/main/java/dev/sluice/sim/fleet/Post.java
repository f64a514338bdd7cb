package dev.sluice.sim.fleet;

/** The books of the whole world: everything that was answered with 250 has to be somewhere (invariant I11). */
final class Post {
    private long accepted;
    private long delivered;
    private long bounced;
    private long duplicates;

    void accepted() {
        accepted++;
    }

    void delivered() {
        delivered++;
    }

    void bounced() {
        bounced++;
    }

    /** A crash between peers left a message with both. */
    void duplicated() {
        duplicates++;
    }

    void isAccountedFor(long queued) {
        BrokenInvariant.unless(
                accepted + duplicates == delivered + bounced + queued,
                "I11",
                "%d messages were accepted and %d duplicated by a crash, but %d delivered, %d bounced and %d are queued",
                accepted,
                duplicates,
                delivered,
                bounced,
                queued);
    }
}
