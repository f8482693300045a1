package org.flowanchor.agent.domain;

import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;

/** Names one binding of the anchor: a BID is unique per mobile node (RFC 7864 section 5.1). */
public record BindingName(MobileNodeIdentifier mobileNodeIdentifier, BindingIdentifier bindingIdentifier)
        implements Comparable<BindingName> {
    @Override
    public int compareTo(BindingName other) {
        int order = mobileNodeIdentifier.compareTo(other.mobileNodeIdentifier);
        return order != 0 ? order : bindingIdentifier.compareTo(other.bindingIdentifier);
    }
}
