package org.flowanchor.agent.domain;

/** Sources of detach detection (RFC 5213 section 6.13); a closed label set. */
public enum Departure {
    /** The access link lost its carrier. */
    LINK_DOWN,
    /** The terminal does not answer on the link (RFC 4861 section 7.3). */
    SILENCE,
    /** Nobody can say whether it is there: then its binding must not be extended. */
    NOT_VERIFIABLE,
    /** The access network said so. */
    TRIGGER,
    /** The anchor took its binding away (RFC 5846 section 9). */
    REVOKED
}
