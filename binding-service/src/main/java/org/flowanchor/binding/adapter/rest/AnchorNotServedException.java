package org.flowanchor.binding.adapter.rest;

import org.flowanchor.mobility.LmaAddress;

/** Its bindings are stored, but this service does not decide for it. */
final class AnchorNotServedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AnchorNotServedException(LmaAddress anchor) {
        super("anchor " + anchor + " is not configured here");
    }
}
