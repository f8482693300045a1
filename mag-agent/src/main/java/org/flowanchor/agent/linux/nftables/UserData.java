package org.flowanchor.agent.linux.nftables;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The nft program's comments in user data: type, length, text with its terminating zero. */
final class UserData {
    private UserData() {}

    static byte[] comment(String text) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        if (octets.length + 3 > Nftables.NFT_USERDATA_MAXLEN) {
            throw new IllegalArgumentException("comment of " + octets.length + " octets");
        }
        return ByteBuffer.allocate(octets.length + 3)
                .put((byte) Nftables.NFTNL_UDATA_COMMENT)
                .put((byte) (octets.length + 1))
                .put(octets)
                .array();
    }

    /** Empty when there is none. */
    static String comment(byte[] userData) {
        for (int at = 0; at + 2 <= userData.length; ) {
            int length = Byte.toUnsignedInt(userData[at + 1]);
            if (userData[at] == Nftables.NFTNL_UDATA_COMMENT && length > 0 && at + 2 + length <= userData.length) {
                return new String(userData, at + 2, length - 1, StandardCharsets.UTF_8);
            }
            at += 2 + length;
        }
        return "";
    }
}
