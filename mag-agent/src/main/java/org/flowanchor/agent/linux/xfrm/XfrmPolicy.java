package org.flowanchor.agent.linux.xfrm;

import java.util.List;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;

/**
 * One IPv6 policy of the kernel's IPsec database ({@code struct xfrm_userpolicy_info}).
 *
 * @param source and {@code destination} of packets it is for, as prefixes
 * @param protocol next header; 0 any
 * @param sourcePort and mask in the selector; with protocol 135 the MH Type (RFC 4877 section 5)
 * @param priority lower is looked at first
 * @param allows false: packets are dropped
 */
public record XfrmPolicy(
        Direction direction,
        HomeNetworkPrefix source,
        HomeNetworkPrefix destination,
        int protocol,
        int sourcePort,
        int sourcePortMask,
        int interfaceIndex,
        long priority,
        boolean allows,
        List<Template> templates) {
    private static final int MOBILITY_HEADER = 135;
    private static final int ESP = 50;

    /** {@code XFRM_POLICY_IN}, {@code _OUT}, {@code _FWD}. */
    public enum Direction {
        IN,
        OUT,
        FORWARD
    }

    /**
     * What a packet needs ({@code struct xfrm_user_tmpl}).
     *
     * @param protocol 50 ESP, 51 AH
     * @param optional a packet without it passes
     */
    public record Template(int protocol, boolean optional) {}

    public XfrmPolicy {
        templates = List.copyOf(templates);
    }

    /** Whether a Mobility Header of this type between these ends meets it. */
    public boolean covers(Direction way, Ipv6Address from, Ipv6Address to, int messageType) {
        return direction == way
                && interfaceIndex == 0
                && source.contains(from)
                && destination.contains(to)
                && (protocol == 0
                        || protocol == MOBILITY_HEADER
                                && (messageType & sourcePortMask) == (sourcePort & sourcePortMask));
    }

    /** Whether nothing passes it without ESP. */
    public boolean requiresEsp() {
        return !allows || templates.stream().anyMatch(template -> template.protocol() == ESP && !template.optional());
    }
}
