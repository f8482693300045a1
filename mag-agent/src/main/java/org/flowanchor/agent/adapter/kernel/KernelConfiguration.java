package org.flowanchor.agent.adapter.kernel;

import org.jspecify.annotations.Nullable;

/**
 * What the kernel adapters need to know besides the desired state.
 *
 * @param backhaulInterface device towards the other gateways; its MTU, less 40 octets, is the tunnels'
 * @param tunnels null: the kind that is there, else the first that the kernel can make
 */
public record KernelConfiguration(
        String backhaulInterface,
        KernelNumbering numbering,
        @Nullable TunnelKind tunnels) {
    public KernelConfiguration {
        if (backhaulInterface.isEmpty() || backhaulInterface.length() > 15) {
            throw new IllegalArgumentException("not an interface name: " + backhaulInterface);
        }
    }

    public KernelConfiguration(String backhaulInterface) {
        this(backhaulInterface, KernelNumbering.DEFAULT, null);
    }
}
