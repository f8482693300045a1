package org.flowanchor.flow.domain;

/** Why a flow moved. */
public enum MoveCause {
    /** Loss or load: proactive. */
    QOS,
    /** The access went away: reactive. */
    OUTAGE,
    /** An operator's request. */
    MANUAL,
    /** A policy changed or the preferred access is fit again. */
    POLICY
}
