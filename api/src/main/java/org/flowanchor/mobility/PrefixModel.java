package org.flowanchor.mobility;

/** How prefixes belong to the sessions of one mobile node (RFC 7864 section 3.2). */
public enum PrefixModel {
    /** Every session has the same prefixes. */
    SHARED,
    /** Every session has prefixes of its own. */
    UNIQUE,
    /** Some prefixes are shared, and every session has some of its own. */
    HYBRID
}
