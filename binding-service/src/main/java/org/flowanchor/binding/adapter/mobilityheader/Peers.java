package org.flowanchor.binding.adapter.mobilityheader;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.mobility.IpAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;

/** The configured gateways of the wire, by the addresses they signal from. */
public final class Peers {
    private final Map<IpAddress, Peer> bySource = new HashMap<>();
    private final Map<ProxyCareOfAddress, Peer> byCareOfAddress = new HashMap<>();
    private final Set<ProxyCareOfAddress> overIpv6 = new HashSet<>();

    /** @throws IllegalArgumentException when two gateways have one address */
    public Peers(Collection<Peer> peers) {
        for (Peer peer : peers) {
            for (IpAddress address : peer.signallingAddresses()) {
                if (bySource.put(address, peer) != null) {
                    throw new IllegalArgumentException("two gateways signal from " + address);
                }
            }
            put(peer.proxyCareOfAddress(), peer);
            peer.alternateCareOfAddresses().forEach(address -> put(address, peer));
        }
    }

    private void put(ProxyCareOfAddress address, Peer peer) {
        Peer other = byCareOfAddress.put(address, peer);
        if (peer.signalsOverIpv6()) {
            overIpv6.add(address);
        }
        if (other != null && !other.equals(peer)) {
            throw new IllegalArgumentException("two gateways have the Proxy-CoA " + address);
        }
    }

    Optional<Peer> signallingFrom(IpAddress source) {
        return Optional.ofNullable(bySource.get(source));
    }

    /** Who serves a tunnel end. */
    Optional<Peer> serving(ProxyCareOfAddress careOfAddress) {
        return Optional.ofNullable(byCareOfAddress.get(careOfAddress));
    }

    Set<ProxyCareOfAddress> careOfAddresses() {
        return Collections.unmodifiableSet(byCareOfAddress.keySet());
    }

    /** Of gateways that can be asked over IPv6. */
    Set<ProxyCareOfAddress> careOfAddressesOverIpv6() {
        return Collections.unmodifiableSet(overIpv6);
    }

    public Collection<IpAddress> addresses() {
        return bySource.keySet();
    }
}
