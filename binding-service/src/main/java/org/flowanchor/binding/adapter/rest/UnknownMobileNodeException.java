package org.flowanchor.binding.adapter.rest;

import org.flowanchor.mobility.MobileNodeIdentifier;

/** No binding of that node. */
final class UnknownMobileNodeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnknownMobileNodeException(MobileNodeIdentifier mobileNode) {
        super("mobile node " + mobileNode + " has no binding");
    }
}
