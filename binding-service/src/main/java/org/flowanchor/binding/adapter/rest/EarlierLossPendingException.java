package org.flowanchor.binding.adapter.rest;

import org.flowanchor.mobility.ProxyCareOfAddress;

/** Bindings with that gateway are going already, and one loss of them is carried out at a time. */
final class EarlierLossPendingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EarlierLossPendingException(ProxyCareOfAddress gateway) {
        super("an earlier loss of the bindings with gateway " + gateway
                + " (it restarted, or was released) is not carried out yet; ask again");
    }
}
