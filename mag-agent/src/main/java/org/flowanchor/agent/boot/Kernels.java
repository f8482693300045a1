package org.flowanchor.agent.boot;

import org.flowanchor.agent.application.AccessKernel;
import org.flowanchor.agent.application.AnchorKernel;
import org.flowanchor.agent.application.AttachmentSource;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.boot.AgentConfiguration.Access;
import org.flowanchor.agent.boot.AgentConfiguration.Anchor;

/** Opens the ports to the machine; every method throws with the remedy when a right or a feature is missing. */
interface Kernels {
    /** Keeps other agents out until it is closed. */
    AutoCloseable claim() throws KernelException;

    AnchorKernel anchor(AgentConfiguration configuration, Anchor anchor) throws KernelException;

    AccessKernel access(AgentConfiguration configuration, Access access) throws KernelException;

    AttachmentSource attachments(AgentConfiguration configuration, Access access) throws KernelException;
}
