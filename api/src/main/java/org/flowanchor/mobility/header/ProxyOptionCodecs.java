package org.flowanchor.mobility.header;

import static org.flowanchor.mobility.header.OptionCodec.atLeast;
import static org.flowanchor.mobility.header.OptionCodec.exactly;

import java.util.List;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.option.AccessTechnologyTypeOption;
import org.flowanchor.mobility.option.HandoffIndicatorOption;
import org.flowanchor.mobility.option.HomeNetworkPrefixOption;
import org.flowanchor.mobility.option.LinkLayerIdentifierOption;
import org.flowanchor.mobility.option.LinkLocalAddressOption;
import org.flowanchor.mobility.option.TimestampOption;

/** Options of RFC 5213 section 8, with the L flag of RFC 7864. */
final class ProxyOptionCodecs {
    private static final String HNP = "RFC 5213 section 8.3";
    private static final int OFF_LINK = 0x80;

    static final OptionCodec<HomeNetworkPrefixOption> HOME_NETWORK_PREFIX = OptionCodec.of(
                    HomeNetworkPrefixOption.TYPE,
                    HomeNetworkPrefixOption.class,
                    new Alignment(8, 4),
                    exactly(18),
                    HNP,
                    ProxyOptionCodecs::readHomeNetworkPrefix,
                    (option, out) -> {
                        out.unsigned8(option.offLink() ? OFF_LINK : 0);
                        out.unsigned8(option.prefixLength());
                        out.ipv6Address(option.prefix());
                    })
            .inCore()
            .asRepeatable();

    static final OptionCodec<HandoffIndicatorOption> HANDOFF_INDICATOR = OptionCodec.of(
                    HandoffIndicatorOption.TYPE,
                    HandoffIndicatorOption.class,
                    Alignment.NONE,
                    exactly(2),
                    "RFC 5213 section 8.4",
                    in -> {
                        in.skip(1);
                        return new HandoffIndicatorOption(new HandoffIndicator(in.unsigned8()));
                    },
                    (option, out) -> out.unsigned16(option.handoffIndicator().value()))
            .inCore();

    static final OptionCodec<AccessTechnologyTypeOption> ACCESS_TECHNOLOGY_TYPE = OptionCodec.of(
                    AccessTechnologyTypeOption.TYPE,
                    AccessTechnologyTypeOption.class,
                    Alignment.NONE,
                    exactly(2),
                    "RFC 5213 section 8.5",
                    in -> {
                        in.skip(1);
                        return new AccessTechnologyTypeOption(new AccessTechnologyType(in.unsigned8()));
                    },
                    (option, out) ->
                            out.unsigned16(option.accessTechnologyType().value()))
            .inCore();

    static final OptionCodec<LinkLayerIdentifierOption> LINK_LAYER_IDENTIFIER = OptionCodec.of(
                    LinkLayerIdentifierOption.TYPE,
                    LinkLayerIdentifierOption.class,
                    Alignment.NONE,
                    atLeast(3),
                    "RFC 5213 section 8.6",
                    in -> {
                        in.skip(2);
                        return new LinkLayerIdentifierOption(
                                LinkLayerIdentifier.of(in.rest().toByteArray()));
                    },
                    (option, out) -> {
                        out.zeros(2);
                        out.octets(option.linkLayerIdentifier().octets());
                    })
            .inCore();

    static final OptionCodec<LinkLocalAddressOption> LINK_LOCAL_ADDRESS = OptionCodec.of(
                    LinkLocalAddressOption.TYPE,
                    LinkLocalAddressOption.class,
                    new Alignment(8, 6),
                    exactly(16),
                    "RFC 5213 section 8.7",
                    in -> new LinkLocalAddressOption(in.ipv6Address()),
                    (option, out) -> out.ipv6Address(option.linkLocalAddress()))
            .inCore();

    static final OptionCodec<TimestampOption> TIMESTAMP = OptionCodec.of(
                    TimestampOption.TYPE,
                    TimestampOption.class,
                    new Alignment(8, 2),
                    exactly(8),
                    "RFC 5213 section 8.8",
                    in -> new TimestampOption(in.signed64()),
                    (option, out) -> out.signed64(option.fixedPoint()))
            .inCore();

    static final List<OptionCodec<?>> ALL = List.of(
            HOME_NETWORK_PREFIX,
            HANDOFF_INDICATOR,
            ACCESS_TECHNOLOGY_TYPE,
            LINK_LAYER_IDENTIFIER,
            LINK_LOCAL_ADDRESS,
            TIMESTAMP);

    private ProxyOptionCodecs() {}

    private static HomeNetworkPrefixOption readHomeNetworkPrefix(HeaderReader in) throws MalformedHeaderException {
        int offset = in.offset();
        boolean offLink = (in.unsigned8() & OFF_LINK) != 0;
        int length = in.unsigned8();
        HomeNetworkPrefixOption option = new HomeNetworkPrefixOption(offLink, length, in.ipv6Address());
        if (length > 128) {
            in.object(offset + 1, HNP, "prefix length " + length);
        } else if (option.isAllZero()) {
            if (length != 0) {
                in.note(Quirk.ALL_ZERO_PREFIX_WITH_LENGTH);
            }
        } else if (option.isHostLengthOfSubnet()) {
            in.note(Quirk.PREFIX_LENGTH_128);
        } else if (!option.homeNetworkPrefix().address().equals(option.prefix())) {
            in.note(Quirk.PREFIX_BITS_BEYOND_LENGTH);
        }
        return option;
    }
}
