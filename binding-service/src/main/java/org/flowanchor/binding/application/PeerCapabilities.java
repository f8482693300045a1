package org.flowanchor.binding.application;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.flowanchor.binding.domain.GatewayCapabilities;
import org.flowanchor.binding.domain.MessageKind;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * What gateways have said they do not know, of all anchors, and what they are configured not to know. What another replica heard comes with
 * the next refresh; until then the gateway says it once more. What a gateway turns out to know is forgotten likewise.
 */
public final class PeerCapabilities implements GatewayCapabilities {
    private final Map<ProxyCareOfAddress, Set<MessageKind>> configured;

    /** By anchor, as the store has it. */
    private final Map<LmaAddress, Map<ProxyCareOfAddress, Set<MessageKind>>> unknown = new ConcurrentHashMap<>();

    /** @param configured what gateways are never sent */
    public PeerCapabilities(Map<ProxyCareOfAddress, Set<MessageKind>> configured) {
        this.configured = Map.copyOf(configured);
    }

    @Override
    public boolean knows(ProxyCareOfAddress gateway, MessageKind kind) {
        return !configured.getOrDefault(gateway, Set.of()).contains(kind)
                && unknown.values().stream()
                        .noneMatch(ofAnchor ->
                                ofAnchor.getOrDefault(gateway, Set.of()).contains(kind));
    }

    /** @param kinds all that the store says this gateway does not know */
    void learn(LmaAddress anchor, ProxyCareOfAddress gateway, Set<MessageKind> kinds) {
        unknown.compute(anchor, (same, before) -> {
            if (before != null && kinds.equals(before.get(gateway))) {
                return before;
            }
            Map<ProxyCareOfAddress, Set<MessageKind>> after = new HashMap<>(before == null ? Map.of() : before);
            after.put(gateway, kinds);
            return Map.copyOf(after);
        });
    }

    /** @param stored of all gateways */
    void learn(LmaAddress anchor, Map<ProxyCareOfAddress, Set<MessageKind>> stored) {
        unknown.put(anchor, Map.copyOf(stored));
    }
}
