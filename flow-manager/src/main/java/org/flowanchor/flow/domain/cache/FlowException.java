package org.flowanchor.flow.domain.cache;

import org.flowanchor.flow.domain.Access;

/** What makes a flow differ from its class: the access that carries it instead. */
public record FlowException(Access access, Origin origin) {
    /** Who wanted it. */
    public enum Origin {
        /** An operator. */
        PIN,
        /** Its preferred access was congested. */
        OVERFLOW
    }
}
