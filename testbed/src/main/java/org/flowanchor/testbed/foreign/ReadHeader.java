package org.flowanchor.testbed.foreign;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A Mobility Header as one reads it who wants nothing of it but octets: fixed part, and options up to the end of the payload. */
public record ReadHeader(byte[] octets, List<Option> options) {
    /** Type and data, without padding. */
    public record Option(int type, byte[] data) {}

    /** Octets before the options: of every message read here. */
    private static final int FIXED = 12;

    /** @throws IllegalArgumentException when it ends early; what was cut off is not guessed */
    public static ReadHeader of(byte[] octets) {
        if (octets.length < FIXED) {
            throw new IllegalArgumentException("only " + octets.length + " octets");
        }
        List<Option> options = new ArrayList<>();
        int at = FIXED;
        while (at < octets.length) {
            int type = octets[at++] & 0xff;
            if (type == 0) {
                continue;
            }
            if (at == octets.length || at + 1 + (octets[at] & 0xff) > octets.length) {
                throw new IllegalArgumentException("option " + type + " is cut off");
            }
            int length = octets[at++] & 0xff;
            if (type != 1) {
                options.add(new Option(type, Arrays.copyOfRange(octets, at, at + length)));
            }
            at += length;
        }
        return new ReadHeader(octets.clone(), List.copyOf(options));
    }

    /** MH Type. */
    public int type() {
        return octets[2] & 0xff;
    }

    int unsigned8(int offset) {
        return octets[offset] & 0xff;
    }

    int unsigned16(int offset) {
        return unsigned8(offset) << 8 | unsigned8(offset + 1);
    }

    /** Data of the first option of a type. */
    public Optional<byte[]> option(int type) {
        return options.stream()
                .filter(option -> option.type() == type)
                .map(Option::data)
                .findFirst();
    }

    /** Data of all options of a type. */
    public List<byte[]> all(int type) {
        return options.stream()
                .filter(option -> option.type() == type)
                .map(Option::data)
                .toList();
    }
}
