package org.flowanchor.agent.application;

import java.util.Locale;

/** What protects signalling on the wire (RFC 5213 section 4); wire mode does not start without one. */
public enum SignallingProtection {
    /** The kernel's policies require ESP for the Mobility Header; verified before the first packet and again at each reconcile tick. */
    IPSEC,
    /** The operator states that nobody else can reach this network. */
    TRUSTED_NETWORK;

    /** As in configuration, health and log. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
