package org.flowanchor.agent.boot;

import java.util.Optional;
import org.flowanchor.agent.application.AccessKernel;
import org.flowanchor.agent.application.AnchorKernel;
import org.flowanchor.agent.application.AttachmentSource;
import org.flowanchor.agent.application.EchoSocket;
import org.flowanchor.agent.application.HeaderSockets;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.application.ProtectionCheck;
import org.flowanchor.agent.application.SignallingProtection;
import org.flowanchor.agent.boot.AgentConfiguration.Access;
import org.flowanchor.agent.boot.AgentConfiguration.Anchor;
import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.Ipv6Address;

/** Opens the ports to the machine; every method throws with the remedy when a right or a feature is missing. */
interface Kernels {
    /** Keeps other agents out until it is closed. */
    AutoCloseable claim() throws KernelException;

    /** @throws KernelException naming the interfaces of the configuration that are not there */
    void requireInterfaces(AgentConfiguration configuration) throws KernelException;

    AnchorKernel anchor(AgentConfiguration configuration, Anchor anchor) throws KernelException;

    AccessKernel access(AgentConfiguration configuration, Access access) throws KernelException;

    AttachmentSource attachments(AgentConfiguration configuration, Access access) throws KernelException;

    /** A way to ask gateways whether they are there, from an address of this machine. */
    EchoSocket echoSocket(Ipv6Address local) throws KernelException;

    /** Sockets for signalling at an IPv6 address of this machine, and at an IPv4 one when there is one. */
    HeaderSockets headerSockets(Ipv6Address ipv6, Optional<Ipv4Address> ipv4) throws KernelException;

    /** What is asked before signalling between an address of this machine and a peer. */
    ProtectionCheck protectionCheck(
            SignallingProtection protection, Ipv6Address local, Optional<Ipv4Address> localIpv4);
}
