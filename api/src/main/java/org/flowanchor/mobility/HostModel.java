package org.flowanchor.mobility;

/** How a mobile node takes packets whose address is another interface's (RFC 7864 section 6). */
public enum HostModel {
    /** Logical interface, LIF, over all accesses (RFC 7847): every address is the logical interface's. */
    LIF,
    /** Weak end system (RFC 1122 section 3.3.4.2): takes them. */
    WEAK,
    /** Strong end system: drops them, so no flow may leave the access its address belongs to. */
    STRONG
}
