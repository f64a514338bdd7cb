package dev.sluice.agent;

import dev.sluice.postfix.NodeFacts;

/** Makes real Postfix instances. */
public final class PostfixAgentFactory implements MailTransferAgentFactory {
    @Override
    public String kind() {
        return "postfix";
    }

    @Override
    public MailTransferAgent create(NodeFacts facts) {
        return new PostfixAgent(facts);
    }
}
