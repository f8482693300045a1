package org.flowanchor.binding.domain;

import java.util.List;
import java.util.Optional;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.ServiceSelection;

/**
 * Proxy Binding Update, PBU (RFC 5213 section 8.1). An option that is missing is empty: the anchor has a status for each.
 *
 * @param sequenceNumber 0..65535
 * @param homeNetworkPrefixes in the order of the message; {@link HomeNetworkPrefix#ALL_ZERO} asks for one
 * @param lifetime units of 4 seconds, 0..65535; 0 de-registers
 * @param timestamp empty: the sequence number orders
 * @param linkLocalAddress the gateway's on the access link (RFC 5213 section 8.7); {@code ::} asks for one
 * @param serviceSelection RFC 5149
 */
public record ProxyBindingUpdate(
        int sequenceNumber,
        LmaAddress lmaAddress,
        ProxyCareOfAddress proxyCareOfAddress,
        Optional<MobileNodeIdentifier> mobileNodeIdentifier,
        List<HomeNetworkPrefix> homeNetworkPrefixes,
        Optional<HandoffIndicator> handoffIndicator,
        Optional<AccessTechnologyType> accessTechnologyType,
        Optional<LinkLayerIdentifier> linkLayerIdentifier,
        int lifetime,
        Optional<Timestamp> timestamp,
        Optional<Ipv6Address> linkLocalAddress,
        Optional<ServiceSelection> serviceSelection) {
    public ProxyBindingUpdate {
        requireUnsigned16(sequenceNumber, "sequence number");
        requireUnsigned16(lifetime, "lifetime");
        homeNetworkPrefixes = List.copyOf(homeNetworkPrefixes);
        linkLocalAddress.ifPresent(address -> {
            if (!address.isUnspecified() && !address.isLinkLocal()) {
                throw new IllegalArgumentException("link-local address " + address + " is not link-local");
            }
        });
    }

    static void requireUnsigned16(int value, String what) {
        if (value < 0 || value > 65535) {
            throw new IllegalArgumentException(what + " " + value + " is not in 0..65535");
        }
    }

    public boolean deregisters() {
        return lifetime == 0;
    }

    /** Prefixes named by value, without the requests for allocation. */
    public List<HomeNetworkPrefix> nonZeroPrefixes() {
        return homeNetworkPrefixes.stream()
                .filter(prefix -> !prefix.isAllZero())
                .toList();
    }
}
