package org.flowanchor.mobility.option;

import org.flowanchor.mobility.Octets;
import org.flowanchor.mobility.Unsigned;

/**
 * An option this codec does not read: skipped by the receiver (RFC 6275 section 6.2.1), written again as it came, without alignment. In
 * lenient decoding also a known option whose content is not that of the registry (foreign private options).
 *
 * @param type 2..255 but 60 and 61, whose Length is not that of RFC 6275
 * @param octets 0..255, without type and length
 */
public record UnknownOption(int type, Octets octets) implements MobilityOption {
    public UnknownOption {
        Unsigned.octet(type, "option type");
        if (type < 2) {
            throw new IllegalArgumentException("padding is no option");
        }
        if (type == MulticastMobilityOption.TYPE || type == MulticastAcknowledgementOption.TYPE) {
            throw new IllegalArgumentException(
                    "option " + type + " counts words of 32 bits and cannot be written as octets");
        }
        MobilityOption.requireLength(octets, 0, 255, "an option");
    }
}
