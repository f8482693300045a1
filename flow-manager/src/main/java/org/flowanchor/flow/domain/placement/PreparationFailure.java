package org.flowanchor.flow.domain.placement;

/** Why the gateway that a flow was to go to does not carry the flow's prefix. The flow stays where it is (F-07). */
public enum PreparationFailure {
    /** The anchor knows no active binding of the mobile node at that gateway. */
    NO_BINDING,
    /** The anchor says that the prefix is none of the mobile node's. */
    NO_PREFIX,
    /** A strong host drops packets whose address is another interface's (RFC 7864 section 6). */
    HOST_MODEL,
    /** The mobile node decides itself (RFC 7864 section 3.2). */
    DECISION_AUTHORITY,
    /** The gateway does not know Update Notifications. */
    GATEWAY_CANNOT,
    /** The gateway refused, or did not answer the anchor. */
    GATEWAY_REFUSED,
    /** Nothing was heard of it in time. */
    NOT_IN_TIME,
    /** The binding-service could not be asked. */
    ANCHOR_UNAVAILABLE,
    /** What the move was for is gone: the access, the profile's permission, the congestion left behind. */
    OVERTAKEN
}
