package org.flowanchor.binding.domain;

import org.flowanchor.mobility.ProxyCareOfAddress;

/** What gateways can. Everything, until they say otherwise (U-09, H-07). */
@FunctionalInterface
public interface GatewayCapabilities {
    /** Every gateway knows every message. */
    GatewayCapabilities ALL = (gateway, kind) -> true;

    boolean knows(ProxyCareOfAddress gateway, MessageKind kind);
}
