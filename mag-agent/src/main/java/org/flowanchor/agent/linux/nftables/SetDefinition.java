package org.flowanchor.agent.linux.nftables;

import java.util.HexFormat;
import java.util.List;

/**
 * A set, or a map to a packet mark.
 *
 * @param keyType the nft program's number for the type of the key: for its listing only
 * @param keyLength octets, each field padded to 4
 * @param map elements have a mark as their value
 * @param interval elements are ranges
 * @param counter each element counts the packets that met it
 * @param size most elements
 * @param fields with intervals over concatenated fields: their lengths in octets; else empty
 * @param description the nft program's user data (expressions behind the key), for its listing only, in hex; may be empty
 */
public record SetDefinition(
        String name,
        int keyType,
        int keyLength,
        boolean map,
        boolean interval,
        boolean counter,
        int size,
        List<Integer> fields,
        String description) {
    public SetDefinition {
        fields = List.copyOf(fields);
    }

    byte[] userData() {
        return HexFormat.of().parseHex(description);
    }
}
