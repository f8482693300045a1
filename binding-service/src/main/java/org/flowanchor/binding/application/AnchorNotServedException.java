package org.flowanchor.binding.application;

import org.flowanchor.mobility.LmaAddress;

/** Its bindings are stored, but this service does not decide for it. */
public final class AnchorNotServedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public AnchorNotServedException(LmaAddress anchor) {
        super("anchor " + anchor + " is not configured here");
    }
}
