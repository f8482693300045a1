package org.flowanchor.binding.application;

import java.util.Optional;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;

/** No binding of that node. */
public final class UnknownMobileNodeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnknownMobileNodeException(MobileNodeIdentifier mobileNode, Optional<BindingIdentifier> binding) {
        super("mobile node " + mobileNode + " has no binding"
                + binding.map(identifier -> " " + identifier).orElse(""));
    }
}
