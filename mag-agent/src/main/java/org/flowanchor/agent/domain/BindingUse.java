package org.flowanchor.agent.domain;

/** What a binding may be used for, by the subscriber profile of its mobile node. */
public enum BindingUse {
    /** The binding route, classes and flow exceptions. */
    ANY,
    /**
     * The binding route only: the mobile node decides itself (RFC 7864 section 3.2), or is a strong host and would drop what comes over
     * another access (section 6).
     */
    ROUTE_ONLY,
    /** An access the profile does not allow: the binding route, and only while no other binding has the prefix. */
    LAST_RESORT
}
