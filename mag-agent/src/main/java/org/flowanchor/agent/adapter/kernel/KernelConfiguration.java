package org.flowanchor.agent.adapter.kernel;

/**
 * What the kernel adapters need to know besides the desired state.
 *
 * @param backhaulInterface device towards the other gateways; its MTU, less 40 octets, is the tunnels'
 */
public record KernelConfiguration(String backhaulInterface, KernelNumbering numbering) {
    public KernelConfiguration {
        if (backhaulInterface.isEmpty() || backhaulInterface.length() > 15) {
            throw new IllegalArgumentException("not an interface name: " + backhaulInterface);
        }
    }

    public KernelConfiguration(String backhaulInterface) {
        this(backhaulInterface, KernelNumbering.DEFAULT);
    }
}
