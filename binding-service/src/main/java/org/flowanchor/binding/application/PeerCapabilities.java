package org.flowanchor.binding.application;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.flowanchor.binding.domain.GatewayCapabilities;
import org.flowanchor.binding.domain.MessageKind;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * What gateways have said they do not know, of all anchors, and what they are configured not to know. What another replica heard comes with
 * the next refresh; until then the gateway says it once more.
 */
public final class PeerCapabilities implements GatewayCapabilities {
    private final Map<ProxyCareOfAddress, Set<MessageKind>> configured;
    private final Map<ProxyCareOfAddress, Set<MessageKind>> unknown = new ConcurrentHashMap<>();

    /** @param configured what gateways are never sent */
    public PeerCapabilities(Map<ProxyCareOfAddress, Set<MessageKind>> configured) {
        this.configured = Map.copyOf(configured);
    }

    @Override
    public boolean knows(ProxyCareOfAddress gateway, MessageKind kind) {
        return !configured.getOrDefault(gateway, Set.of()).contains(kind)
                && !unknown.getOrDefault(gateway, Set.of()).contains(kind);
    }

    void learn(ProxyCareOfAddress gateway, MessageKind kind) {
        unknown.merge(gateway, Set.of(kind), (before, more) -> {
            EnumSet<MessageKind> all = EnumSet.copyOf(before);
            all.addAll(more);
            return all;
        });
    }

    void learn(Map<ProxyCareOfAddress, Set<MessageKind>> stored) {
        stored.forEach((gateway, kinds) -> kinds.forEach(kind -> learn(gateway, kind)));
    }
}
