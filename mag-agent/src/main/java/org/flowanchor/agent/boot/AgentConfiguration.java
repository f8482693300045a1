package org.flowanchor.agent.boot;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.flowanchor.agent.adapter.kernel.KernelNumbering;
import org.flowanchor.agent.application.ServiceAddress;
import org.flowanchor.agent.application.SignallingProtection;
import org.flowanchor.api.identity.PeerIdentity;
import org.flowanchor.api.identity.TlsFiles;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.header.PeerProfile;

/**
 * One agent's configuration file.
 *
 * @param backhaulInterface interface towards the other ends of the tunnels
 * @param bindingServices replicas of binding-service; each serves every agent
 * @param flowServices instances of the flow-manager; the one that owns the anchor is told by any of them
 * @param controlSocket UNIX socket for operators and access points of this machine; empty: none
 * @param tls where the agent's own proof is; empty: plaintext, as configured
 * @param reconcileInterval between two comparisons of desired and actual kernel state
 * @param numbering what in the kernel is the agent's
 */
public record AgentConfiguration(
        LmaAddress lmaAddress,
        String backhaulInterface,
        List<ServiceAddress> bindingServices,
        List<ServiceAddress> flowServices,
        ServiceAddress operations,
        Optional<Path> controlSocket,
        Optional<TlsFiles> tls,
        Duration reconcileInterval,
        KernelNumbering numbering,
        Role role) {
    /** Whose certificate the agent's must be. */
    PeerIdentity identity() {
        return switch (role) {
            case Anchor _ -> new PeerIdentity.AnchorAgent(lmaAddress);
            case Access access -> new PeerIdentity.AccessAgent(access.proxyCareOfAddress());
        };
    }

    /** What the agent is on its machine. */
    public sealed interface Role {}

    /**
     * On the user plane of the local mobility anchor.
     *
     * @param pools home network prefixes are assigned from them
     * @param maxFlowSamples flows reported per second
     * @param trackedConnections room that the kernel's connection tracking is to have
     * @param probes how gateways are asked whether they are there; empty: they are not
     * @param signalling present: gateways that speak RFC 5213 on the wire are served too
     */
    public record Anchor(
            Set<HomeNetworkPrefix> pools,
            int maxFlowSamples,
            long trackedConnections,
            Optional<GatewayProbes> probes,
            Optional<AnchorSignalling> signalling)
            implements Role {}

    /**
     * How the anchor finds out that a gateway is gone before anybody tells it.
     *
     * @param misses in a row, until it counts as gone
     * @param wireInterval between two questions to a gateway that signals on the wire: HEARTBEAT_INTERVAL of RFC 5847 section 5
     */
    public record GatewayProbes(Duration interval, int misses, Duration wireInterval) {
        static final GatewayProbes USUAL = new GatewayProbes(Duration.ofMillis(300), 3, Duration.ofSeconds(60));
    }

    /**
     * The anchor's end of signalling on the wire.
     *
     * @param ipv4Address for UDP port 5436 (RFC 5844), when gateways signal over IPv4
     */
    public record AnchorSignalling(SignallingProtection protection, Optional<Ipv4Address> ipv4Address) {}

    /**
     * The gateway's end of signalling on the wire.
     *
     * @param profile of the anchor
     * @param heartbeatInterval between the gateway's heartbeats (RFC 5847 section 5)
     */
    public record GatewaySignalling(SignallingProtection protection, PeerProfile profile, Duration heartbeatInterval) {}

    /**
     * On a mobile access gateway.
     *
     * @param bindingLifetimeSeconds multiple of 4
     * @param signalling present: the anchor is another maker's, or wanted on the wire; empty: gRPC to binding-service
     * @param presenceInterval longest time without asking whether a terminal is there
     */
    public record Access(
            ProxyCareOfAddress proxyCareOfAddress,
            AccessTechnologyType accessTechnologyType,
            List<AccessLink> accessLinks,
            Map<LinkLayerIdentifier, MobileNodeIdentifier> mobileNodes,
            int bindingLifetimeSeconds,
            HandoffIndicator attachHandoffIndicator,
            Duration presenceInterval,
            Optional<GatewaySignalling> signalling)
            implements Role {}

    /** An interface towards terminals; the capacity is only reported. */
    public record AccessLink(String interfaceName, OptionalLong capacityBitsPerSecond) {}
}
