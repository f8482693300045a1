package org.flowanchor.agent.adapter.attachment;

import org.flowanchor.mobility.LinkLayerIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * Router solicitation (RFC 4861 section 4.1).
 *
 * @param sourceLinkLayerAddress null when the option is absent
 */
record RouterSolicitation(@Nullable LinkLayerIdentifier sourceLinkLayerAddress) {
    private static final int TYPE = 133;
    private static final int HEADER = 8;
    private static final int SOURCE_LINK_LAYER_ADDRESS = 1;
    private static final int MAC_LENGTH = 6;

    /** Decodes an ICMPv6 message; null when RFC 4861 section 6.1.1 says to discard it. */
    static @Nullable RouterSolicitation decode(byte[] message) {
        if (message.length < HEADER || Byte.toUnsignedInt(message[0]) != TYPE || message[1] != 0) {
            return null;
        }
        LinkLayerIdentifier source = null;
        int at = HEADER;
        while (at < message.length) {
            int length = at + 1 < message.length ? Byte.toUnsignedInt(message[at + 1]) * 8 : 0;
            if (length == 0 || at + length > message.length) {
                return null;
            }
            if (message[at] == SOURCE_LINK_LAYER_ADDRESS && length == 2 + MAC_LENGTH) {
                byte[] octets = new byte[MAC_LENGTH];
                System.arraycopy(message, at + 2, octets, 0, MAC_LENGTH);
                source = LinkLayerIdentifier.of(octets);
            }
            at += length;
        }
        return new RouterSolicitation(source);
    }
}
