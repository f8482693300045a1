package org.flowanchor.api;

/**
 * Kafka topics. The number of partitions is fixed at creation; the partition is the anchor's stored number, never a key's hash. A topic
 * that is no anchor's has one partition.
 */
public final class Topics {
    /** {@code BindingEvent}, compacted, key {@code <LMA address>/<mobile node>/<BID>}. */
    public static final String BINDINGS = "bindings";

    /** {@code OffloadPolicyEvent}, compacted, key policy name. */
    public static final String POLICIES = "policies";

    /** {@code SubscriberEvent}, compacted, key mobile node identifier, one partition. */
    public static final String SUBSCRIBERS = "subscribers";

    /** {@code LinkSample}, short retention, key {@code <Proxy-CoA>/<kind>/<link>}. */
    public static final String LINK_SAMPLES = "link-samples";

    /** {@code FlowMoved}, key flow id. */
    public static final String FLOW_MOVES = "flow-moves";

    /** Record header with the entity's version, decimal ASCII, on values and tombstones alike. */
    public static final String VERSION_HEADER = "version";

    /** Record header with the W3C trace context of what changed the entity; absent where that is not known. */
    public static final String TRACEPARENT_HEADER = "traceparent";

    private Topics() {}
}
