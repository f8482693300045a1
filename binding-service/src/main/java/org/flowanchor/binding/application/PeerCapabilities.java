package org.flowanchor.binding.application;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
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
    synchronized void learn(LmaAddress anchor, ProxyCareOfAddress gateway, Set<MessageKind> kinds) {
        Map<ProxyCareOfAddress, Set<MessageKind>> before = unknown.getOrDefault(anchor, Map.of());
        if (!kinds.equals(before.get(gateway))) {
            Map<ProxyCareOfAddress, Set<MessageKind>> after = new HashMap<>(before);
            after.put(gateway, kinds);
            unknown.put(anchor, Map.copyOf(after));
        }
    }

    /**
     * What is learnt meanwhile comes after it: the store may have been read before that was written.
     *
     * @param stored reads what the store says of all gateways
     */
    synchronized void refresh(LmaAddress anchor, Supplier<Map<ProxyCareOfAddress, Set<MessageKind>>> stored) {
        unknown.put(anchor, Map.copyOf(stored.get()));
    }
}
