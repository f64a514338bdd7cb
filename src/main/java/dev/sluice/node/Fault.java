package dev.sluice.node;

/** Whose fault a failed delivery is, judged from the RFC 3463 code and the reply's text. */
public enum Fault {
    /** The node itself: configuration, name resolution, disk. */
    NODE,
    /** Where the node hands its mail: unreachable, refusing the node, out of order. */
    NEXT_HOP,
    /** The address or the mailbox: RFC 3463 X.1.x and X.2.x. Never held against a node. */
    RECIPIENT,
    /** A rule of the receiving side: content, reputation, greylisting, rate. */
    POLICY,
    /** Nothing above could be told. */
    UNKNOWN
}
