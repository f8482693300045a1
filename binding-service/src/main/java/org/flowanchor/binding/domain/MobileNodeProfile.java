package org.flowanchor.binding.domain;

/**
 * What the anchor knows of a mobile node beforehand (RFC 5213 section 6.2).
 *
 * @param policyGroup travels with every binding of the node
 * @param proxyRegistrationEnabled whether network-based mobility is allowed for it
 */
public record MobileNodeProfile(String policyGroup, boolean proxyRegistrationEnabled) {
    public MobileNodeProfile {
        if (policyGroup.isBlank()) {
            throw new IllegalArgumentException("a policy group has a name");
        }
    }
}
