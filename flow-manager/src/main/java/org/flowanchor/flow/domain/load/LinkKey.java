package org.flowanchor.flow.domain.load;

import java.util.Comparator;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * One link towards terminals.
 *
 * @param link interface name
 */
public record LinkKey(ProxyCareOfAddress proxyCareOfAddress, Kind kind, String link) implements Comparable<LinkKey> {
    /** Where on the way the link lies. */
    public enum Kind {
        /** Of a gateway, reported by its access agent. */
        ACCESS_LINK,
        /** To a gateway, reported by the anchor's agent. */
        TUNNEL
    }

    private static final Comparator<LinkKey> ORDER = Comparator.comparing(LinkKey::proxyCareOfAddress)
            .thenComparing(LinkKey::kind)
            .thenComparing(LinkKey::link);

    @Override
    public int compareTo(LinkKey other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return proxyCareOfAddress + "/" + kind + "/" + link;
    }
}
