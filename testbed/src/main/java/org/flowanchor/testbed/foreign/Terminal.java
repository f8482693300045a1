package org.flowanchor.testbed.foreign;

import org.flowanchor.mobility.Ipv6Address;

/**
 * A terminal as its gateway's own files know it.
 *
 * @param name its identifier; empty: the gateway knows none
 * @param macAddress of its interface, six octets
 * @param prefix first address of the /64 that the files give it; {@code ::} when the anchor is to choose
 * @param accessTechnologyType of RFC 5213 section 8.5
 */
public record Terminal(String name, byte[] macAddress, Ipv6Address prefix, int accessTechnologyType) {
    private static final int UNIVERSAL_LOCAL = 0x02;

    public Terminal {
        if (macAddress.length != 6) {
            throw new IllegalArgumentException("a MAC address has six octets");
        }
        macAddress = macAddress.clone();
    }

    /** Of the interface's address (RFC 4291 appendix A). */
    byte[] eui64() {
        return new byte[] {
            (byte) (macAddress[0] ^ UNIVERSAL_LOCAL),
            macAddress[1],
            macAddress[2],
            (byte) 0xff,
            (byte) 0xfe,
            macAddress[3],
            macAddress[4],
            macAddress[5]
        };
    }
}
