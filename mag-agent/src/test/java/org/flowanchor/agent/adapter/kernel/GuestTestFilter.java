package org.flowanchor.agent.adapter.kernel;

import java.util.Optional;
import org.flowanchor.agent.lab.EspKernel;
import org.flowanchor.agent.lab.UserModeLinux;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.PostDiscoveryFilter;

/**
 * Leaves out the tests that {@link UserModeLinuxKernelIT} runs in a guest because this kernel lacks what they need, or is not theirs. They stay, to be
 * skipped and named, where there is no guest either.
 */
public final class GuestTestFilter implements PostDiscoveryFilter {
    @Override
    public FilterResult apply(TestDescriptor descriptor) {
        Optional<Class<?>> type = descriptor
                .getSource()
                .filter(MethodSource.class::isInstance)
                .map(source -> ((MethodSource) source).getJavaClass());
        boolean lacking = type.isPresent()
                && (type.get().isAnnotationPresent(Ip6TunnelKernel.class) && !hasIp6Tunnel()
                        || type.get().isAnnotationPresent(EspKernel.class) && !EspKernel.Modules.areLoaded()
                        || type.get().isAnnotationPresent(OwnKernel.class) && !UserModeLinux.isInside());
        return FilterResult.includedIf(!lacking || !UserModeLinux.isInstalled());
    }

    private static boolean hasIp6Tunnel() {
        try {
            return TunnelProbe.answers(new KernelConfiguration("lo"))
                    .getOrDefault(TunnelKind.IP6TNL, Optional.of(""))
                    .isEmpty();
        } catch (SystemCallException e) {
            // Not root: the class itself says so.
            return true;
        }
    }
}
