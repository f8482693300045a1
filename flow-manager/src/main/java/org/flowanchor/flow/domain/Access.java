package org.flowanchor.flow.domain;

import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.ProxyCareOfAddress;

/** One way to a mobile node: the gateway and the kind of access it offers. */
public record Access(ProxyCareOfAddress proxyCareOfAddress, AccessTechnologyType accessTechnologyType) {
    @Override
    public String toString() {
        return accessTechnologyType + " [" + proxyCareOfAddress + "]";
    }
}
