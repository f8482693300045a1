package org.flowanchor.flow.domain.load;

/** Verdict on an access link. */
public enum Congestion {
    NORMAL,
    CONGESTED
}
