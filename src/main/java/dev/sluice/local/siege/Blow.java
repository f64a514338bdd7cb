package dev.sluice.local.siege;

import java.util.Arrays;
import java.util.List;

/** What can be broken, and where it hits. */
public enum Blow {
    /** SIGKILL of Postfix's master daemon. */
    POSTFIX_KILLED("Postfix killed", Target.NODE),
    /** SIGKILL of the agent beside it. */
    AGENT_KILLED("agent killed", Target.NODE),
    /** SIGKILL of every process of the pod. */
    POD_KILLED("pod killed", Target.NODE),
    /** No byte left on the volume of the queue, for some seconds. */
    DISK_FULL("disk full", Target.NODE),
    /** Nothing gets in or out of the node, for some seconds. */
    NETWORK_CUT("network cut", Target.NODE),
    /** One next hop refuses the node's connections, for some seconds. */
    NEXT_HOP_CUT("next hop cut", Target.NODE),
    /** SIGKILL of HAProxy; it comes back with every place empty. */
    EDGE_KILLED("HAProxy killed", Target.PLATFORM),
    /** SIGKILL of the operator. */
    OPERATOR_KILLED("operator killed", Target.PLATFORM),
    /** SIGKILL of kube-apiserver; back after some seconds. */
    API_SERVER_KILLED("kube-apiserver killed", Target.PLATFORM),
    /** SIGKILL of etcd; back after some seconds. */
    ETCD_KILLED("etcd killed", Target.PLATFORM);

    /** What a blow hits. */
    enum Target {
        /** One node of the pool. */
        NODE,
        /** Something that all nodes share. */
        PLATFORM
    }

    private final String words;
    private final Target target;

    Blow(String words, Target target) {
        this.words = words;
        this.target = target;
    }

    /** For a person. */
    public String words() {
        return words;
    }

    /** Whether it hits one node. */
    public boolean hitsNode() {
        return target == Target.NODE;
    }

    static List<Blow> all() {
        return Arrays.asList(values());
    }
}
