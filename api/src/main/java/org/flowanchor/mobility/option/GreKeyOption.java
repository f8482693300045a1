package org.flowanchor.mobility.option;

import java.util.OptionalLong;
import org.flowanchor.mobility.Unsigned;

/**
 * GRE Key (RFC 5845 section 6.1). Without a key: GRE encapsulation without keys.
 *
 * @param key 0..2^32-1; downlink in an update, uplink in an acknowledgement
 */
public record GreKeyOption(OptionalLong key) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 33;

    /** GRE without keys. */
    public static final GreKeyOption WITHOUT_KEY = new GreKeyOption(OptionalLong.empty());

    public GreKeyOption {
        key.ifPresent(value -> Unsigned.thirtyTwo(value, "GRE key"));
    }

    public static GreKeyOption of(long key) {
        return new GreKeyOption(OptionalLong.of(key));
    }

    @Override
    public int type() {
        return TYPE;
    }
}
