package org.flowanchor.binding.domain;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.DecisionAuthority;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.HostModel;
import org.flowanchor.mobility.PrefixModel;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.ServiceSelection;

/**
 * What the anchor knows of a mobile node beforehand (RFC 5213 section 6.2). A set that is empty restricts nothing.
 *
 * @param facts travel with every binding of the node
 * @param proxyRegistrationEnabled whether network-based mobility is allowed for it
 * @param staticPrefixes the node's whatever it asks for, and nobody else's
 * @param serviceSelections services it may ask for (RFC 5149)
 * @param authorizedGateways that may register it
 */
public record MobileNodeProfile(
        MobileNodeFacts facts,
        boolean proxyRegistrationEnabled,
        List<HomeNetworkPrefix> staticPrefixes,
        Set<ServiceSelection> serviceSelections,
        Set<ProxyCareOfAddress> authorizedGateways) {
    public MobileNodeProfile {
        if (facts.policyGroup().isBlank()) {
            throw new IllegalArgumentException("a policy group has a name");
        }
        staticPrefixes = staticPrefixes.stream().sorted().distinct().toList();
        serviceSelections = Set.copyOf(serviceSelections);
        authorizedGateways = Set.copyOf(authorizedGateways);
    }

    /**
     * One that says how the node is moved, and restricts nothing.
     *
     * @param prefixModel how its sessions come to prefixes; empty: as the gateway's handoff indicator says
     */
    public static MobileNodeProfile of(
            String policyGroup,
            boolean proxyRegistrationEnabled,
            Optional<PrefixModel> prefixModel,
            HostModel hostModel,
            DecisionAuthority decisionAuthority) {
        return new MobileNodeProfile(
                new MobileNodeFacts(policyGroup, Set.of(), hostModel, decisionAuthority, prefixModel),
                proxyRegistrationEnabled,
                List.of(),
                Set.of(),
                Set.of());
    }

    /** With a logical interface, moved by the network, prefixes as the gateway says. */
    public static MobileNodeProfile of(String policyGroup, boolean proxyRegistrationEnabled) {
        return of(policyGroup, proxyRegistrationEnabled, Optional.empty(), HostModel.LIF, DecisionAuthority.NETWORK);
    }

    Optional<PrefixModel> prefixModel() {
        return facts.prefixModel();
    }

    /** Whether each session takes one prefix more than it asks for: the one all have in common. */
    public boolean isHybrid() {
        return prefixModel().filter(PrefixModel.HYBRID::equals).isPresent();
    }

    boolean isAuthorized(ProxyCareOfAddress gateway) {
        return authorizedGateways.isEmpty() || authorizedGateways.contains(gateway);
    }

    boolean allows(AccessTechnologyType type) {
        return facts.allowedAccessTechnologyTypes().isEmpty()
                || facts.allowedAccessTechnologyTypes().contains(type);
    }

    boolean allows(ServiceSelection service) {
        return serviceSelections.isEmpty() || serviceSelections.contains(service);
    }

    /** Whether it could be registered as it is now. */
    boolean admits(BindingCacheEntry entry) {
        return proxyRegistrationEnabled
                && isAuthorized(entry.proxyCareOfAddress())
                && allows(entry.accessTechnologyType())
                && entry.serviceSelection().filter(service -> !allows(service)).isEmpty();
    }

    boolean decidesItself() {
        return facts.decisionAuthority() == DecisionAuthority.MOBILE_NODE;
    }

    /** Whether the anchor may send packets for a prefix of one interface to another one. */
    boolean isFlowMobile() {
        return facts.hostModel() != HostModel.STRONG && !decidesItself();
    }
}
