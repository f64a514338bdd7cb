package dev.sluice.agent;

import dev.sluice.postfix.NodeFacts;

/** Makes mail transfer agents of one kind; found by {@link java.util.ServiceLoader}. */
public interface MailTransferAgentFactory {

    /** The name by which {@code sluice agent --mta} asks for the kind. */
    String kind();

    /** An agent for one node. */
    MailTransferAgent create(NodeFacts facts);
}
