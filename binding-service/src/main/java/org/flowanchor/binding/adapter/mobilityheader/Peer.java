package org.flowanchor.binding.adapter.mobilityheader;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.flowanchor.mobility.IpAddress;
import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.header.PeerProfile;

/**
 * A gateway that signals on the wire.
 *
 * @param proxyCareOfAddress its end of the tunnel when an update names no other; also its name in metrics
 * @param signallingAddresses outer sources from which it signals; the network (IPsec, or a trusted network) authenticates them
 * @param alternateCareOfAddresses which it may name in an Alternate Care-of Address option
 * @param profile empty: recognised update by update
 */
public record Peer(
        ProxyCareOfAddress proxyCareOfAddress,
        Set<IpAddress> signallingAddresses,
        Set<ProxyCareOfAddress> alternateCareOfAddresses,
        Optional<PeerProfile> profile) {
    public Peer {
        signallingAddresses = Set.copyOf(signallingAddresses);
        alternateCareOfAddresses = Set.copyOf(alternateCareOfAddresses);
        if (signallingAddresses.isEmpty()) {
            throw new IllegalArgumentException("gateway " + proxyCareOfAddress + " has no address to signal from");
        }
    }

    /** Where it is reached about a care-of address before it said so itself: there, else over IPv6, else over IPv4. */
    IpAddress signallingAddress(ProxyCareOfAddress careOfAddress) {
        if (signallingAddresses.contains(careOfAddress.address())) {
            return careOfAddress.address();
        }
        return signallingAddresses.stream()
                .min(Comparator.comparing((IpAddress address) -> address instanceof Ipv4Address)
                        .thenComparing(IpAddress::toString))
                .orElseThrow();
    }

    /** All it may use, the one it signals from first. */
    List<ProxyCareOfAddress> careOfAddresses(IpAddress source) {
        return Stream.concat(Stream.of(proxyCareOfAddress), alternateCareOfAddresses.stream())
                .distinct()
                .sorted(Comparator.comparing(address -> !address.address().equals(source)))
                .toList();
    }

    boolean signalsOverIpv6() {
        return signallingAddresses.stream().anyMatch(Ipv6Address.class::isInstance);
    }

    /** Whether it may act for this care-of address. */
    boolean mayUse(ProxyCareOfAddress careOfAddress) {
        return careOfAddress.equals(proxyCareOfAddress) || alternateCareOfAddresses.contains(careOfAddress);
    }
}
