package org.flowanchor.agent.boot;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.agent.adapter.attachment.LinuxAttachmentSource;
import org.flowanchor.agent.adapter.kernel.GatewayClaim;
import org.flowanchor.agent.adapter.kernel.Interfaces;
import org.flowanchor.agent.adapter.kernel.KernelConfiguration;
import org.flowanchor.agent.adapter.kernel.LinuxAccessKernel;
import org.flowanchor.agent.adapter.kernel.LinuxAnchorKernel;
import org.flowanchor.agent.adapter.kernel.LinuxEchoSocket;
import org.flowanchor.agent.adapter.mobilityheader.LinuxHeaderSockets;
import org.flowanchor.agent.adapter.mobilityheader.XfrmProtection;
import org.flowanchor.agent.application.AccessKernel;
import org.flowanchor.agent.application.AnchorKernel;
import org.flowanchor.agent.application.AttachmentSource;
import org.flowanchor.agent.application.EchoSocket;
import org.flowanchor.agent.application.HeaderSockets;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.application.ProtectionCheck;
import org.flowanchor.agent.application.SignallingProtection;
import org.flowanchor.agent.boot.AgentConfiguration.Access;
import org.flowanchor.agent.boot.AgentConfiguration.AccessLink;
import org.flowanchor.agent.boot.AgentConfiguration.Anchor;
import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.Ipv6Address;

/** This machine, in the network namespace of this process. */
final class LinuxKernels implements Kernels {
    @Override
    public AutoCloseable claim() throws KernelException {
        return GatewayClaim.take();
    }

    @Override
    public void requireInterfaces(AgentConfiguration configuration) throws KernelException {
        Set<String> names = new LinkedHashSet<>(Set.of(configuration.backhaulInterface()));
        if (configuration.role() instanceof Access access) {
            access.accessLinks().forEach(link -> names.add(link.interfaceName()));
        }
        Interfaces.require(names);
    }

    private static KernelConfiguration kernelConfiguration(AgentConfiguration configuration) {
        return new KernelConfiguration(configuration.backhaulInterface(), configuration.numbering(), null);
    }

    @Override
    public AnchorKernel anchor(AgentConfiguration configuration, Anchor anchor) throws KernelException {
        Capabilities.require(Capabilities.CAP_NET_ADMIN);
        LinuxAnchorKernel kernel =
                new LinuxAnchorKernel(kernelConfiguration(configuration), anchor.trackedConnections());
        try {
            kernel.verify();
        } catch (KernelException e) {
            kernel.close();
            throw e;
        }
        return kernel;
    }

    @Override
    public AccessKernel access(AgentConfiguration configuration, Access access) throws KernelException {
        Capabilities.require(Capabilities.CAP_NET_ADMIN, Capabilities.CAP_NET_RAW);
        LinuxAccessKernel kernel = new LinuxAccessKernel(kernelConfiguration(configuration));
        try {
            kernel.verify();
        } catch (KernelException e) {
            kernel.close();
            throw e;
        }
        return kernel;
    }

    @Override
    public AttachmentSource attachments(AgentConfiguration configuration, Access access) throws KernelException {
        Set<String> names = new LinkedHashSet<>();
        for (AccessLink link : access.accessLinks()) {
            names.add(link.interfaceName());
        }
        return new LinuxAttachmentSource(names, LinuxAccessKernel.FIXED_LINK_LOCAL_ADDRESS);
    }

    @Override
    public EchoSocket echoSocket(Ipv6Address local) throws KernelException {
        Capabilities.require(Capabilities.CAP_NET_RAW);
        return new LinuxEchoSocket(local);
    }

    @Override
    public HeaderSockets headerSockets(Ipv6Address ipv6, Optional<Ipv4Address> ipv4) throws KernelException {
        Capabilities.require(Capabilities.CAP_NET_RAW);
        return new LinuxHeaderSockets(ipv6, ipv4, System::nanoTime);
    }

    @Override
    public ProtectionCheck protectionCheck(
            SignallingProtection protection, Ipv6Address local, Optional<Ipv4Address> localIpv4) {
        return switch (protection) {
            case IPSEC -> new XfrmProtection(local, localIpv4);
            case TRUSTED_NETWORK -> ProtectionCheck.NONE_NEEDED;
        };
    }
}
