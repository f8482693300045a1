package org.flowanchor.api.identity;

/** Why a peer was refused; a closed label set. */
public enum TlsRefusal {
    /** Its certificate's time is over. */
    EXPIRED,
    /** Its certificate's time has not begun. */
    NOT_YET_VALID,
    /** No configured authority vouches for it. */
    FOREIGN,
    /** No identity in its certificate. */
    NAMELESS,
    /** A service answered that is not the one that was dialled. */
    ANOTHER_SERVICE,
    /** It spoke for somebody else than its certificate does. */
    IMPERSONATION,
    /** A call without any certificate. */
    ANONYMOUS
}
