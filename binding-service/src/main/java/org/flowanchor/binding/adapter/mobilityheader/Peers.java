package org.flowanchor.binding.adapter.mobilityheader;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.mobility.IpAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;

/** The configured gateways of the wire, by the addresses they signal from. */
public final class Peers {
    private final Map<IpAddress, Peer> bySource = new HashMap<>();
    private final Map<ProxyCareOfAddress, Peer> byCareOfAddress = new HashMap<>();

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

    Collection<IpAddress> addresses() {
        return bySource.keySet();
    }
}
