package org.flowanchor.mobility.header;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Every option codec by its type. */
final class OptionCodecs {
    private static final @Nullable OptionCodec<?>[] BY_TYPE = new OptionCodec<?>[256];

    static {
        register(BaseOptionCodecs.ALL);
        register(ProxyOptionCodecs.ALL);
        register(Ipv4OptionCodecs.ALL);
        register(FlowOptionCodecs.ALL);
        register(AnchorOptionCodecs.ALL);
        register(AccessNetworkOptionCodec.ALL);
        register(QualityOfServiceOptionCodec.ALL);
        register(DistributedOptionCodecs.ALL);
        register(HandoverOptionCodecs.ALL);
    }

    private OptionCodecs() {}

    private static void register(List<OptionCodec<?>> codecs) {
        for (OptionCodec<?> codec : codecs) {
            if (BY_TYPE[codec.type()] != null) {
                throw new IllegalStateException("two codecs for option " + codec.type());
            }
            BY_TYPE[codec.type()] = codec;
        }
    }

    /** Null for an option that is kept as octets. */
    static @Nullable OptionCodec<?> of(int type) {
        return BY_TYPE[type];
    }
}
