package org.flowanchor.agent.domain;

import java.util.Comparator;
import java.util.Set;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * What the anchor's agent needs of a binding cache entry (RFC 5213 section 5.1, RFC 7864 section 5.1).
 *
 * @param priority BID-PRI, 1..127, lower is preferred (RFC 6089 section 4.1)
 * @param prefixes home network prefixes, at least one, none of them ALL_ZERO
 * @param flowMobilePrefixes of other bindings of the mobile node that the gateway carries too (RFC 7864 section 3.2.2): for flow exceptions
 *     only, the route is that of the binding
 * @param active forwards; false while de-registered and within MinDelayBeforeBCEDelete (RFC 5213 section 5.3.5)
 * @param policyGroup of the mobile node, from its subscriber profile
 * @param use what the profile allows
 * @param version anchor-wide version at which the entry last changed
 */
public record Binding(
        BindingName name,
        int priority,
        Set<HomeNetworkPrefix> prefixes,
        Set<HomeNetworkPrefix> flowMobilePrefixes,
        ProxyCareOfAddress proxyCareOfAddress,
        AccessTechnologyType accessTechnologyType,
        boolean active,
        String policyGroup,
        BindingUse use,
        long version) {
    /** Most preferred first: what the profile allows, BID-PRI, then what makes the order total so that no input order shows through. */
    static final Comparator<Binding> PREFERENCE = Comparator.comparing(
                    (Binding binding) -> binding.use() == BindingUse.LAST_RESORT)
            .thenComparingInt(Binding::priority)
            .thenComparing(Binding::name);

    /** Of a gateway that carries the binding's own prefixes and no others. */
    public Binding(
            BindingName name,
            int priority,
            Set<HomeNetworkPrefix> prefixes,
            ProxyCareOfAddress proxyCareOfAddress,
            AccessTechnologyType accessTechnologyType,
            boolean active,
            String policyGroup,
            BindingUse use,
            long version) {
        this(
                name,
                priority,
                prefixes,
                Set.of(),
                proxyCareOfAddress,
                accessTechnologyType,
                active,
                policyGroup,
                use,
                version);
    }

    /** Of a mobile node whose profile restricts nothing. */
    public Binding(
            BindingName name,
            int priority,
            Set<HomeNetworkPrefix> prefixes,
            ProxyCareOfAddress proxyCareOfAddress,
            AccessTechnologyType accessTechnologyType,
            boolean active,
            String policyGroup,
            long version) {
        this(
                name,
                priority,
                prefixes,
                proxyCareOfAddress,
                accessTechnologyType,
                active,
                policyGroup,
                BindingUse.ANY,
                version);
    }

    /** Whether classes and flow exceptions may choose it. */
    boolean steerable() {
        return active && use == BindingUse.ANY;
    }

    public Binding {
        prefixes = Set.copyOf(prefixes);
        flowMobilePrefixes = Set.copyOf(flowMobilePrefixes);
        if (priority < 1 || priority > 127) {
            throw new IllegalArgumentException("binding priority " + priority + " is not in 1..127");
        }
        if (prefixes.isEmpty()) {
            throw new IllegalArgumentException("binding " + name + " has no home network prefix");
        }
        if (prefixes.stream().anyMatch(HomeNetworkPrefix::isAllZero)) {
            throw new IllegalArgumentException("binding " + name + " has the ALL_ZERO prefix");
        }
    }
}
