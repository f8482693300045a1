package org.flowanchor.mobility.option;

import org.flowanchor.mobility.Octets;

/**
 * Mobile Node Link-local Address Interface Identifier (RFC 5949 section 6.2.3).
 *
 * @param interfaceIdentifier 8 octets
 */
public record MobileNodeLinkLocalInterfaceIdentifierOption(Octets interfaceIdentifier) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 42;

    public MobileNodeLinkLocalInterfaceIdentifierOption {
        MobilityOption.requireLength(interfaceIdentifier, 8, 8, "an interface identifier");
    }

    @Override
    public int type() {
        return TYPE;
    }
}
