package org.flowanchor.mobility;

/** Who decides which access carries the flows of a mobile node; exactly one of them (RFC 7864 section 3.2). */
public enum DecisionAuthority {
    NETWORK,
    MOBILE_NODE
}
