package org.flowanchor.binding.application;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.LmaAddress;

/** Relay streams this replica serves: the way to gateways on the wire for messages that answer nothing. */
public final class RelayRegistry {
    private final Map<Long, Relay> relays = new ConcurrentSkipListMap<>();
    private final AtomicLong next = new AtomicLong();
    private final InstantSource clock;

    /**
     * One stream.
     *
     * @param protection as the agent states it, in lower case
     * @param ipv4Address of the anchor, for gateways that signal over IPv4
     */
    public record Relay(
            LmaAddress lmaAddress,
            String peer,
            String protection,
            Optional<Ipv4Address> ipv4Address,
            Instant connectedAt,
            RelayChannel channel) {}

    public RelayRegistry(InstantSource clock) {
        this.clock = clock;
    }

    /** Returns the stream's number. */
    public long opened(
            LmaAddress anchor,
            String peer,
            String protection,
            Optional<Ipv4Address> ipv4Address,
            RelayChannel channel) {
        long number = next.incrementAndGet();
        relays.put(number, new Relay(anchor, peer, protection, ipv4Address, clock.instant(), channel));
        return number;
    }

    public void closed(long number) {
        relays.remove(number);
    }

    /** The newest stream of an anchor: after a take-over the older ones are of an agent that lost the address. */
    public Optional<Relay> newest(LmaAddress anchor) {
        Relay newest = null;
        for (Relay relay : relays.values()) {
            if (relay.lmaAddress().equals(anchor)) {
                newest = relay;
            }
        }
        return Optional.ofNullable(newest);
    }

    public List<Relay> relays() {
        return new ArrayList<>(relays.values());
    }
}
