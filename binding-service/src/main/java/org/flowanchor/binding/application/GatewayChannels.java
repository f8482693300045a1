package org.flowanchor.binding.application;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.flowanchor.binding.domain.message.GatewayMessage;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;

/** All ways to gateways of this replica. */
public final class GatewayChannels implements GatewayChannel {
    private final List<GatewayChannel> channels = new CopyOnWriteArrayList<>();

    public void add(GatewayChannel channel) {
        channels.add(channel);
    }

    @Override
    public Set<ProxyCareOfAddress> reachable(LmaAddress anchor) {
        Set<ProxyCareOfAddress> reachable = new HashSet<>();
        channels.forEach(channel -> reachable.addAll(channel.reachable(anchor)));
        return reachable;
    }

    @Override
    public boolean reaches(LmaAddress anchor, ProxyCareOfAddress gateway) {
        return channels.stream().anyMatch(channel -> channel.reaches(anchor, gateway));
    }

    @Override
    public boolean send(LmaAddress anchor, ProxyCareOfAddress gateway, GatewayMessage message) {
        for (GatewayChannel channel : channels) {
            if (channel.send(anchor, gateway, message)) {
                return true;
            }
        }
        return false;
    }
}
