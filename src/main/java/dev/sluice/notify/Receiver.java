package dev.sluice.notify;

import dev.sluice.api.ReceiverType;
import dev.sluice.notify.Message.PoolName;

/**
 * Somebody who is told of one pool.
 *
 * @param pool the pool
 * @param name tells the receivers of a pool apart
 * @param type what it understands
 * @param secret the Secret in the pool's namespace that has its address
 */
public record Receiver(PoolName pool, String name, ReceiverType type, String secret) {}
