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
 * @param active forwards; false while de-registered and within MinDelayBeforeBCEDelete (RFC 5213 section 5.3.5)
 * @param policyGroup of the mobile node, from its subscriber profile
 * @param use what the profile allows
 * @param version anchor-wide version at which the entry last changed
 */
public record Binding(
        BindingName name,
        int priority,
        Set<HomeNetworkPrefix> prefixes,
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
