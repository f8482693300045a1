package org.flowanchor.binding.boot;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.flowanchor.binding.application.WireMetrics;
import org.flowanchor.mobility.header.PeerProfile;
import org.flowanchor.mobility.header.Quirk;

/**
 * Counts of signalling on the wire. Message types the codec does not know share a label; quirks come by the profile of who has them, never by
 * peer, so that labels are a closed set.
 */
final class WireMeters implements WireMetrics {
    private static final Map<Integer, String> MESSAGES = new TreeMap<>(
            Map.of(0, "brr", 5, "pbu", 6, "pba", 7, "be", 13, "heartbeat", 16, "revocation", 19, "upn", 20, "upa"));

    private final Map<Integer, Counter> received = new TreeMap<>();
    private final Map<Integer, Counter> sent = new TreeMap<>();
    private final Counter otherReceived;
    private final Counter otherSent;
    private final Map<Drop, Counter> dropped = new EnumMap<>(Drop.class);
    private final Map<String, Map<Quirk, Counter>> quirks = new TreeMap<>();

    WireMeters(MeterRegistry registry) {
        MESSAGES.forEach((type, name) -> {
            received.put(type, message(registry, "in", name));
            sent.put(type, message(registry, "out", name));
        });
        otherReceived = message(registry, "in", "other");
        otherSent = message(registry, "out", "other");
        for (Drop drop : Drop.values()) {
            dropped.put(
                    drop,
                    registry.counter(
                            "flowanchor.binding.wire.dropped",
                            "reason",
                            drop.name().toLowerCase(Locale.ROOT)));
        }
        for (PeerProfile profile : PeerProfile.NAMED) {
            Map<Quirk, Counter> counters = new EnumMap<>(Quirk.class);
            for (Quirk quirk : Quirk.values()) {
                counters.put(
                        quirk,
                        registry.counter(
                                "pmip.peer.quirk",
                                "profile",
                                profile.name(),
                                "quirk",
                                quirk.name().toLowerCase(Locale.ROOT)));
            }
            quirks.put(profile.name(), counters);
        }
    }

    private static Counter message(MeterRegistry registry, String direction, String name) {
        return registry.counter("flowanchor.binding.wire.messages", "direction", direction, "message", name);
    }

    @Override
    public void received(int messageType) {
        received.getOrDefault(messageType, otherReceived).increment();
    }

    @Override
    public void sent(int messageType) {
        sent.getOrDefault(messageType, otherSent).increment();
    }

    @Override
    public void dropped(Drop drop) {
        Counter counter = dropped.get(drop);
        if (counter != null) {
            counter.increment();
        }
    }

    @Override
    public void quirk(PeerProfile profile, Quirk quirk) {
        Counter counter = quirks.getOrDefault(profile.name(), Map.of()).get(quirk);
        if (counter != null) {
            counter.increment();
        }
    }
}
