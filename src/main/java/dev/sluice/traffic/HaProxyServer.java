package dev.sluice.traffic;

/**
 * One server of a backend as HAProxy itself describes it.
 *
 * @param name the slot
 * @param address where it leads
 * @param port where it leads
 * @param weight 0 to 256, as it is in force now
 * @param maintenance whether it gets nothing at all
 * @param draining whether it gets no new sessions
 * @param openSessions sessions that are open to it
 */
record HaProxyServer(
        String name, String address, int port, int weight, boolean maintenance, boolean draining, int openSessions) {}
