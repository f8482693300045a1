package org.flowanchor.agent.boot;

import org.flowanchor.agent.application.AccessKernel;
import org.flowanchor.agent.application.AnchorKernel;
import org.flowanchor.agent.application.AttachmentSource;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.boot.AgentConfiguration.Access;
import org.flowanchor.agent.boot.AgentConfiguration.Anchor;

/** This machine. */
final class LinuxKernels implements Kernels {
    @Override
    public AnchorKernel anchor(AgentConfiguration configuration, Anchor anchor) throws KernelException {
        Capabilities.require(Capabilities.CAP_NET_ADMIN);
        throw new KernelException("this build has no kernel drivers");
    }

    @Override
    public AccessKernel access(AgentConfiguration configuration, Access access) throws KernelException {
        Capabilities.require(Capabilities.CAP_NET_ADMIN, Capabilities.CAP_NET_RAW);
        throw new KernelException("this build has no kernel drivers");
    }

    @Override
    public AttachmentSource attachments(AgentConfiguration configuration, Access access) throws KernelException {
        throw new KernelException("this build has no kernel drivers");
    }
}
