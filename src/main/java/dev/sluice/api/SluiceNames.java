package dev.sluice.api;

/** Names that the API promises besides its fields: group, version, labels, annotations, finalizer. */
public final class SluiceNames {
    /** What the name of most objects is like (RFC 1123, subdomain). */
    static final String OBJECT_NAME = "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$";
    /** What the key of a label, annotation or taint is like; a domain may stand before it. */
    static final String LABEL_KEY = "^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$";
    /** What the value of a label or taint is like; it may be empty. */
    static final String LABEL_VALUE = "^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$";

    /** The API group. */
    public static final String GROUP = "sluice.dev";
    /** The API version. */
    public static final String VERSION = "v1alpha1";
    /** The category that {@code kubectl get sluice} lists. */
    public static final String CATEGORY = "sluice";
    /** Holds a node or pool until its mail is accounted for. */
    public static final String FINALIZER = "sluice.dev/drain";
    /** Label: the pool that an object belongs to. */
    public static final String POOL_LABEL = "sluice.dev/pool";
    /** Label: {@code FilterPool} or {@code TransportPool}. */
    public static final String POOL_KIND_LABEL = "sluice.dev/pool-kind";
    /** Label: the revision that a node is made of. */
    public static final String REVISION_LABEL = "sluice.dev/revision";
    /** Label: the MailNode that an object belongs to. */
    public static final String NODE_LABEL = "sluice.dev/node";
    /** Label: {@code stable}, {@code canary}, {@code baseline} or {@code draining}. */
    public static final String ROLE_LABEL = "sluice.dev/role";
    /**
     * Annotation on a MailNode: how many messages its owner agrees to lose. A drain that cannot end goes on only when
     * the number is not smaller than what is still queued or unaccounted for.
     */
    public static final String ACCEPT_LOSS_ANNOTATION = "sluice.dev/accept-loss-of";

    private SluiceNames() {}
}
