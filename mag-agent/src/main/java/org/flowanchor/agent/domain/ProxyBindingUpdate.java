package org.flowanchor.agent.domain;

import java.util.Optional;
import java.util.Set;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.ServiceSelection;

/**
 * Proxy Binding Update as a gateway sends it (RFC 5213 section 8.1): every option this agent knows is present.
 *
 * @param sequenceNumber 0..65535
 * @param prefixes the assigned ones, or ALL_ZERO alone to ask for assignment
 * @param lifetimeSeconds multiple of 4; 0 de-registers
 * @param serviceSelection what the terminal asks for (RFC 5149); empty: no option
 * @param timestamp 48.16 fixed point seconds since 1970 (RFC 5213 section 8.8)
 */
public record ProxyBindingUpdate(
        int sequenceNumber,
        LmaAddress lmaAddress,
        ProxyCareOfAddress proxyCareOfAddress,
        MobileNodeIdentifier mobileNodeIdentifier,
        Set<HomeNetworkPrefix> prefixes,
        HandoffIndicator handoffIndicator,
        AccessTechnologyType accessTechnologyType,
        LinkLayerIdentifier linkLayerIdentifier,
        int lifetimeSeconds,
        long timestamp,
        Optional<ServiceSelection> serviceSelection) {
    public ProxyBindingUpdate {
        prefixes = Set.copyOf(prefixes);
        if (prefixes.isEmpty()) {
            throw new IllegalArgumentException("an update carries at least one home network prefix option");
        }
        if (sequenceNumber < 0 || sequenceNumber > 0xffff) {
            throw new IllegalArgumentException("sequence number " + sequenceNumber + " is not in 0..65535");
        }
        if (lifetimeSeconds < 0 || lifetimeSeconds > 4 * 0xffff || lifetimeSeconds % 4 != 0) {
            throw new IllegalArgumentException(
                    "lifetime " + lifetimeSeconds + " s is not a multiple of 4 in 0..262140");
        }
    }

    /** Without a service. */
    public ProxyBindingUpdate(
            int sequenceNumber,
            LmaAddress lmaAddress,
            ProxyCareOfAddress proxyCareOfAddress,
            MobileNodeIdentifier mobileNodeIdentifier,
            Set<HomeNetworkPrefix> prefixes,
            HandoffIndicator handoffIndicator,
            AccessTechnologyType accessTechnologyType,
            LinkLayerIdentifier linkLayerIdentifier,
            int lifetimeSeconds,
            long timestamp) {
        this(
                sequenceNumber,
                lmaAddress,
                proxyCareOfAddress,
                mobileNodeIdentifier,
                prefixes,
                handoffIndicator,
                accessTechnologyType,
                linkLayerIdentifier,
                lifetimeSeconds,
                timestamp,
                Optional.empty());
    }
}
