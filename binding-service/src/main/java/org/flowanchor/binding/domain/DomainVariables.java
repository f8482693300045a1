package org.flowanchor.binding.domain;

import java.util.Optional;
import org.flowanchor.mobility.Ipv6Address;

/**
 * Configuration variables that every gateway and anchor of a domain has alike (RFC 5213 section 9.3).
 *
 * @param timestampBasedApproachInUse TimestampBasedApproachInUse, default 1: what gateways use; the anchor takes both schemes
 * @param mobileNodeGeneratedTimestampInUse MobileNodeGeneratedTimestampInUse, default 0: timestamps are not compared with the clock
 * @param fixedMagLinkLocalAddressOnAllAccessLinks FixedMAGLinkLocalAddressOnAllAccessLinks; empty is ALL_ZERO: gateways ask for one
 */
public record DomainVariables(
        boolean timestampBasedApproachInUse,
        boolean mobileNodeGeneratedTimestampInUse,
        Optional<Ipv6Address> fixedMagLinkLocalAddressOnAllAccessLinks) {
    /** The gateway's address on every access link where the domain has named none (RFC 6543). */
    static final Ipv6Address RESERVED_LINK_LOCAL_ADDRESS = Ipv6Address.parse("fe80::200:5eff:fe00:5213");

    public static final DomainVariables DEFAULT = new DomainVariables(true, false, Optional.empty());

    public DomainVariables {
        if (mobileNodeGeneratedTimestampInUse && !timestampBasedApproachInUse) {
            throw new IllegalArgumentException(
                    "MobileNodeGeneratedTimestampInUse must not be set without TimestampBasedApproachInUse");
        }
        if (fixedMagLinkLocalAddressOnAllAccessLinks
                .filter(address -> !address.isLinkLocal())
                .isPresent()) {
            throw new IllegalArgumentException("FixedMAGLinkLocalAddressOnAllAccessLinks "
                    + fixedMagLinkLocalAddressOnAllAccessLinks.get() + " is not link-local");
        }
    }

    /** What a gateway that asks is told (section 5.3.6: "the local mobility anchor MUST generate the link-local address"). */
    Ipv6Address generatedLinkLocalAddress() {
        return fixedMagLinkLocalAddressOnAllAccessLinks.orElse(RESERVED_LINK_LOCAL_ADDRESS);
    }
}
