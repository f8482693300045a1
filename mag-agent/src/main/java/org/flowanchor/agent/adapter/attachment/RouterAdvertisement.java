package org.flowanchor.agent.adapter.attachment;

import java.nio.ByteBuffer;
import java.util.Collection;
import org.flowanchor.mobility.HomeNetworkPrefix;

/**
 * Router advertisement (RFC 4861 section 4.2) of an access gateway (RFC 5213 section 6.9.2): each home network prefix is on link and
 * for autonomous configuration.
 *
 * @param linkLayerAddress of the access link's device; left out unless it has six octets
 * @param withdrawn told with lifetimes 0: no longer to be used (RFC 5213 section 6.12)
 * @param mtu octets
 * @param routerLifetimeSeconds 0..9000; 0: not a default router
 */
@SuppressWarnings("ArrayRecordComponent") // Encoded once, never compared.
record RouterAdvertisement(
        byte[] linkLayerAddress,
        Collection<HomeNetworkPrefix> prefixes,
        Collection<HomeNetworkPrefix> withdrawn,
        int mtu,
        int routerLifetimeSeconds) {
    private static final int TYPE = 134;
    private static final int HEADER = 16;
    private static final int CURRENT_HOP_LIMIT = 64;
    private static final int SOURCE_LINK_LAYER_ADDRESS = 1;
    private static final int PREFIX_INFORMATION = 3;
    private static final int MTU = 5;
    private static final int ON_LINK_AND_AUTONOMOUS = 0xc0;
    private static final int VALID_SECONDS = 86_400;
    private static final int PREFERRED_SECONDS = 14_400;
    private static final int MAC_LENGTH = 6;

    RouterAdvertisement {
        if (routerLifetimeSeconds < 0 || routerLifetimeSeconds > 9000) {
            throw new IllegalArgumentException("router lifetime " + routerLifetimeSeconds + " is not in 0..9000");
        }
    }

    /** ICMPv6 message; the kernel fills in the checksum. */
    byte[] encode() {
        boolean mac = linkLayerAddress.length == MAC_LENGTH;
        ByteBuffer message =
                ByteBuffer.allocate(HEADER + (mac ? 8 : 0) + 8 + 32 * (prefixes.size() + withdrawn.size()));
        message.put((byte) TYPE)
                .put((byte) 0)
                .putShort((short) 0)
                .put((byte) CURRENT_HOP_LIMIT)
                .put((byte) 0)
                .putShort((short) routerLifetimeSeconds)
                .putInt(0)
                .putInt(0);
        if (mac) {
            message.put((byte) SOURCE_LINK_LAYER_ADDRESS).put((byte) 1).put(linkLayerAddress);
        }
        message.put((byte) MTU).put((byte) 1).putShort((short) 0).putInt(mtu);
        for (HomeNetworkPrefix prefix : prefixes) {
            putPrefix(message, prefix, VALID_SECONDS, PREFERRED_SECONDS);
        }
        for (HomeNetworkPrefix prefix : withdrawn) {
            putPrefix(message, prefix, 0, 0);
        }
        return message.array();
    }

    private static void putPrefix(
            ByteBuffer message, HomeNetworkPrefix prefix, int validSeconds, int preferredSeconds) {
        message.put((byte) PREFIX_INFORMATION)
                .put((byte) 4)
                .put((byte) prefix.length())
                .put((byte) ON_LINK_AND_AUTONOMOUS)
                .putInt(validSeconds)
                .putInt(preferredSeconds)
                .putInt(0)
                .put(prefix.address().octets());
    }
}
