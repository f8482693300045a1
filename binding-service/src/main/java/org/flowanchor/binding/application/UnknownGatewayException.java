package org.flowanchor.binding.application;

import org.flowanchor.mobility.ProxyCareOfAddress;

/** The anchor never heard of that gateway, and has no binding with it. */
public final class UnknownGatewayException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnknownGatewayException(ProxyCareOfAddress gateway) {
        super("gateway " + gateway + " is not known");
    }
}
