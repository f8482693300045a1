package org.flowanchor.mobility.option;

/**
 * IPv4 DHCP Support Mode (RFC 5844 section 3.3.4).
 *
 * @param server the S flag: the gateway is a DHCP server, otherwise a relay
 */
public record Ipv4DhcpSupportModeOption(boolean server) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 39;

    @Override
    public int type() {
        return TYPE;
    }
}
