package dev.sluice.operator;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;

/**
 * How long the operator asks the API server for the same thing before it does something else. A pool is looked at once a
 * second: while a write to a server that is away is repeated, nobody sees a canary that turns bad.
 */
public final class ServerCalls {
    /** After 0.1, 0.2, 0.4 and 0.8 s, or when a server that is too busy says so. */
    private static final int REPETITIONS = 4;
    /** What is watched is listed anew after this time, after twice as long, up to 32 times: 8 s. */
    private static final int LISTED_AGAIN_AFTER_MILLISECONDS = 250;

    private ServerCalls() {}

    /** The same server, asked with the operator's patience. */
    public static Config patience(Config server) {
        return new ConfigBuilder(server)
                .withRequestRetryBackoffLimit(REPETITIONS)
                .withWatchReconnectInterval(LISTED_AGAIN_AFTER_MILLISECONDS)
                .build();
    }
}
