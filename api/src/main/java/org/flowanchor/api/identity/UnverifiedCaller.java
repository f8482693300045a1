package org.flowanchor.api.identity;

/** TLS is off: whoever reaches the port is believed. */
record UnverifiedCaller() implements Caller {
    @Override
    public void require(PeerIdentity claimed) {}
}
