package org.flowanchor.agent.application;

import org.flowanchor.agent.domain.LinkRates.LinkRate;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * One link in one interval.
 *
 * @param proxyCareOfAddress gateway it belongs to
 * @param capacityBitsPerSecond configured; 0 unknown
 */
public record LinkReport(
        ProxyCareOfAddress proxyCareOfAddress,
        LmaAddress lmaAddress,
        Kind kind,
        AccessTechnologyType accessTechnologyType,
        LinkRate rate,
        long sampledAtMs,
        int intervalMs,
        long capacityBitsPerSecond) {
    /** Which end of the access network it is. */
    public enum Kind {
        ACCESS_LINK,
        TUNNEL
    }
}
