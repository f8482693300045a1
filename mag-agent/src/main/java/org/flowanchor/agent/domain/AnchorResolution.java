package org.flowanchor.agent.domain;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where the binding stream and the steering stream meet: binding makes the route, policy makes the mark. Pure: the result depends on
 * the present bindings and the present steering, never on the way to them.
 *
 * <ul>
 *   <li>route of a prefix = its usable binding of lowest BID-PRI, one over an access that the subscriber profile does not allow last; a
 *       prefix without one has no route (the pool answers unreachable)
 *   <li>access of (class, prefix) = first access technology of the class for which the prefix has a usable binding that the profile lets
 *       the network choose ({@link BindingUse}); none: absent
 *   <li>a flow exception is installed while its flow's prefix has such a binding at the gateway, or the gateway carries the prefix for flow
 *       mobility; otherwise held
 *   <li>gateways = those of all bindings and those that had some lately: a tunnel that stays costs nothing, one that is missing costs packets
 * </ul>
 *
 * @param state everything in it is to be installed
 * @param held flow exceptions kept out of {@code state}; reported, never an error
 */
public record AnchorResolution(AnchorState state, Set<FlowException> held) {
    private static final int LONGEST_CLASSIFIED = 64;
    private static final int SHORTEST_CLASSIFIED = 52;

    public AnchorResolution {
        held = Set.copyOf(held);
    }

    /**
     * Whether prefixes of that length have a policy group. The class lookup knows the first 64 bits of an address, and a shorter prefix
     * takes an entry for each /64 in it; one that is longer, or would take more than 4096, is routed by its binding and not classified.
     */
    public static boolean isClassified(int length) {
        return length >= SHORTEST_CLASSIFIED && length <= LONGEST_CLASSIFIED;
    }

    public static AnchorResolution resolve(
            LmaAddress lmaAddress,
            Set<HomeNetworkPrefix> pools,
            Set<ProxyCareOfAddress> gatewaysSeen,
            BindingTable bindings,
            Steering steering) {
        Set<ProxyCareOfAddress> gateways = new HashSet<>(gatewaysSeen);
        gateways.addAll(bindings.gateways());

        GroupClasses classes = new GroupClasses(steering.classes());
        Map<HomeNetworkPrefix, ProxyCareOfAddress> routes = new HashMap<>();
        Map<HomeNetworkPrefix, String> groups = new HashMap<>();
        Map<ClassAccess, ProxyCareOfAddress> accesses = new HashMap<>();
        for (HomeNetworkPrefix prefix : bindings.prefixes()) {
            PrefixSteering resolved = classes.resolve(prefix, bindings);
            if (resolved.route() != null) {
                routes.put(prefix, resolved.route());
            }
            if (resolved.group() != null) {
                groups.put(prefix, resolved.group());
            }
            resolved.accesses().forEach((name, gateway) -> accesses.put(new ClassAccess(name, prefix), gateway));
        }

        Map<FiveTuple, ProxyCareOfAddress> flows = new HashMap<>();
        Set<FlowException> held = new HashSet<>();
        for (FlowException exception : steering.flowExceptions()) {
            if (installable(exception, bindings)) {
                flows.put(exception.flow(), exception.gateway());
            } else {
                held.add(exception);
            }
        }

        List<ClassRule> rules =
                steering.classes().stream().map(ClassSteering::rule).toList();
        return new AnchorResolution(
                new AnchorState(lmaAddress, pools, gateways, routes, groups, rules, accesses, flows), held);
    }

    /** Whether the exception belongs into the kernel now; otherwise it is held. */
    public static boolean installable(FlowException exception, BindingTable bindings) {
        HomeNetworkPrefix prefix = bindings.prefixOf(exception.flow().destinationAddress());
        return prefix != null && bindings.isSteerable(prefix, exception.gateway());
    }

    /**
     * Gateway that carries a flow now, by the order in which the kernel looks.
     *
     * @param exception gateway of the flow's installed exception, null without one
     * @param className class the flow's last classified packet met, null when none did
     * @return null when no binding is usable
     */
    public static @Nullable ProxyCareOfAddress effectiveGateway(
            FiveTuple flow,
            @Nullable ProxyCareOfAddress exception,
            @Nullable ClassName className,
            GroupClasses classes,
            BindingTable bindings) {
        HomeNetworkPrefix prefix = bindings.prefixOf(flow.destinationAddress());
        if (prefix == null) {
            return null;
        }
        if (exception != null) {
            return exception;
        }
        return classes.gateway(prefix, className, bindings);
    }
}
