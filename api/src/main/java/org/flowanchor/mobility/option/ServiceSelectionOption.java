package org.flowanchor.mobility.option;

import java.nio.charset.StandardCharsets;
import org.flowanchor.mobility.Octets;

/**
 * Service Selection (RFC 5149 section 3). Kept as octets: RFC 5149 wants UTF-8, 3GPP gateways may send access point names label by label
 * (TS 29.275).
 *
 * @param identifier 1..255 octets
 */
public record ServiceSelectionOption(Octets identifier) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 20;

    public ServiceSelectionOption {
        MobilityOption.requireLength(identifier, 1, 255, "service selection identifier");
    }

    public static ServiceSelectionOption of(String identifier) {
        return new ServiceSelectionOption(Octets.of(identifier.getBytes(StandardCharsets.UTF_8)));
    }

    /** As UTF-8; octets that are none become U+FFFD. */
    public String text() {
        return new String(identifier.toByteArray(), StandardCharsets.UTF_8);
    }

    @Override
    public int type() {
        return TYPE;
    }
}
