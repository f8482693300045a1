package org.flowanchor.binding.domain;

import java.util.Locale;
import org.flowanchor.mobility.MobileNodeIdentifier;

/**
 * What follows the "@" of network access identifiers (RFC 7542 section 2.2), in lower case: realms are compared without regard to it.
 *
 * @param name 1..252 octets, without "@"
 */
public record Realm(String name) {
    public Realm {
        name = name.toLowerCase(Locale.ROOT);
        if (name.isEmpty() || name.indexOf('@') >= 0) {
            throw new IllegalArgumentException("not a realm: '" + name + "'");
        }
        new MobileNodeIdentifier("@" + name);
    }

    /** As a revocation of all mobile nodes of the realm names it (RFC 5846 section 8.1). */
    public MobileNodeIdentifier identifier() {
        return new MobileNodeIdentifier("@" + name);
    }
}
