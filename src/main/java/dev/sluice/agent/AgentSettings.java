package dev.sluice.agent;

import dev.sluice.postfix.NodeFacts;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What an agent is told when it starts.
 *
 * @param node the name of the MailNode
 * @param namespace its namespace
 * @param facts what the mail transfer agent is made of
 * @param stateDirectory orders and books, kept over restarts
 * @param tlsDirectory {@code tls.crt}, {@code tls.key}, {@code ca.crt}
 * @param apiPort orders and reports, mutual TLS
 * @param agentCheckPort HAProxy's agent-check
 * @param metricsPort metrics and health, plain
 * @param drainGrace how long sessions that stay open may go on after new mail is no longer welcome
 * @param stopGrace how long deliveries under way may take when the agent is told to stop
 * @param largestLog the mail log is begun anew at this size, in bytes
 */
public record AgentSettings(
        String node,
        String namespace,
        NodeFacts facts,
        Path stateDirectory,
        Path tlsDirectory,
        int apiPort,
        int agentCheckPort,
        int metricsPort,
        Duration drainGrace,
        Duration stopGrace,
        long largestLog) {}
