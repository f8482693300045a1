package org.flowanchor.policy.domain;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.DecisionAuthority;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.HostModel;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.PrefixModel;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.ServiceSelection;

/**
 * What the operator says of a mobile node beforehand (RFC 5213 section 6.2). A set that is empty restricts nothing. Two profiles of one
 * content are equal, in whatever order it was given.
 *
 * @param proxyRegistrationEnabled false: network-based mobility is refused
 * @param allowedAccessTechnologyTypes it may attach over
 * @param staticPrefixes assigned to this node whatever it asks for; none overlaps another
 * @param hostModel STRONG only with prefixes of each session's own (RFC 7864 section 6)
 * @param serviceSelections it may ask for
 * @param linkLayerIdentifiers of its interfaces
 * @param authorizedGateways that may register it
 */
public record SubscriberProfile(
        MobileNodeIdentifier mobileNodeIdentifier,
        PolicyGroup policyGroup,
        boolean proxyRegistrationEnabled,
        SortedSet<AccessTechnologyType> allowedAccessTechnologyTypes,
        PrefixModel prefixModel,
        SortedSet<HomeNetworkPrefix> staticPrefixes,
        HostModel hostModel,
        DecisionAuthority decisionAuthority,
        SortedSet<ServiceSelection> serviceSelections,
        SortedSet<LinkLayerIdentifier> linkLayerIdentifiers,
        SortedSet<ProxyCareOfAddress> authorizedGateways) {
    public SubscriberProfile {
        allowedAccessTechnologyTypes = sorted(allowedAccessTechnologyTypes);
        staticPrefixes = sorted(staticPrefixes);
        serviceSelections = sorted(serviceSelections);
        linkLayerIdentifiers = sorted(linkLayerIdentifiers);
        authorizedGateways = sorted(authorizedGateways);
        if (hostModel == HostModel.STRONG && prefixModel != PrefixModel.UNIQUE) {
            throw new IllegalArgumentException("a STRONG host cannot use " + prefixModel + " prefixes");
        }
        HomeNetworkPrefix previous = null;
        for (HomeNetworkPrefix prefix : staticPrefixes) {
            // In this order a prefix that overlaps any earlier one overlaps the one before it, too.
            if (previous != null && previous.overlaps(prefix)) {
                throw new IllegalArgumentException(previous + " and " + prefix + " overlap");
            }
            previous = prefix;
        }
    }

    private static <T extends Comparable<T>> SortedSet<T> sorted(SortedSet<T> values) {
        return Collections.unmodifiableSortedSet(new TreeSet<>(values));
    }
}
