package org.flowanchor.mobility.header;

import static org.flowanchor.mobility.header.OptionCodec.atLeast;
import static org.flowanchor.mobility.header.OptionCodec.exactly;

import java.util.List;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.Octets;
import org.flowanchor.mobility.option.ActiveMulticastSubscriptionOption;
import org.flowanchor.mobility.option.AnchoredPrefixOption;
import org.flowanchor.mobility.option.DlifLinkLayerAddressOption;
import org.flowanchor.mobility.option.DlifLinkLocalAddressOption;
import org.flowanchor.mobility.option.DynamicIpMulticastSelectorOption;
import org.flowanchor.mobility.option.LocalPrefixOption;
import org.flowanchor.mobility.option.PreviousMaarOption;
import org.flowanchor.mobility.option.ServingMaarOption;

/** Distributed mobility anchoring (RFC 8885), multicast (RFC 7028, RFC 7161): read and written, used by no part of the product. */
final class DistributedOptionCodecs {
    private static final Alignment PREFIX = new Alignment(8, 4);
    private static final Alignment ADDRESS = new Alignment(8, 6);
    private static final Alignment SELECTOR = new Alignment(4, 2);
    private static final Alignment IGMP = new Alignment(4, 1);
    private static final Alignment MLD = new Alignment(8, 1);
    private static final int MODE = 0x80;

    static final OptionCodec<AnchoredPrefixOption> ANCHORED_PREFIX = OptionCodec.of(
                    AnchoredPrefixOption.TYPE,
                    AnchoredPrefixOption.class,
                    PREFIX,
                    exactly(18),
                    "RFC 8885 section 4.3",
                    in -> {
                        in.skip(1);
                        return new AnchoredPrefixOption(in.unsigned8(), in.ipv6Address());
                    },
                    (option, out) -> {
                        out.unsigned16(option.prefixLength());
                        out.ipv6Address(option.prefix());
                    })
            .asRepeatable();

    static final OptionCodec<LocalPrefixOption> LOCAL_PREFIX = OptionCodec.of(
                    LocalPrefixOption.TYPE,
                    LocalPrefixOption.class,
                    PREFIX,
                    exactly(18),
                    "RFC 8885 section 4.4",
                    in -> {
                        in.skip(1);
                        return new LocalPrefixOption(in.unsigned8(), in.ipv6Address());
                    },
                    (option, out) -> {
                        out.unsigned16(option.prefixLength());
                        out.ipv6Address(option.prefix());
                    })
            .asRepeatable();

    static final OptionCodec<PreviousMaarOption> PREVIOUS_MAAR = OptionCodec.of(
                    PreviousMaarOption.TYPE,
                    PreviousMaarOption.class,
                    PREFIX,
                    exactly(34),
                    "RFC 8885 section 4.5",
                    in -> {
                        in.skip(1);
                        return new PreviousMaarOption(in.unsigned8(), in.ipv6Address(), in.ipv6Address());
                    },
                    (option, out) -> {
                        out.unsigned16(option.prefixLength());
                        out.ipv6Address(option.address());
                        out.ipv6Address(option.prefix());
                    })
            .asRepeatable();

    static final OptionCodec<ServingMaarOption> SERVING_MAAR = OptionCodec.of(
            ServingMaarOption.TYPE,
            ServingMaarOption.class,
            ADDRESS,
            exactly(16),
            "RFC 8885 section 4.6",
            in -> new ServingMaarOption(in.ipv6Address()),
            (option, out) -> out.ipv6Address(option.address()));

    static final OptionCodec<DlifLinkLocalAddressOption> DLIF_LINK_LOCAL_ADDRESS = OptionCodec.of(
            DlifLinkLocalAddressOption.TYPE,
            DlifLinkLocalAddressOption.class,
            ADDRESS,
            exactly(16),
            "RFC 8885 section 4.7",
            in -> new DlifLinkLocalAddressOption(in.ipv6Address()),
            (option, out) -> out.ipv6Address(option.address()));

    static final OptionCodec<DlifLinkLayerAddressOption> DLIF_LINK_LAYER_ADDRESS = OptionCodec.of(
            DlifLinkLayerAddressOption.TYPE,
            DlifLinkLayerAddressOption.class,
            Alignment.NONE,
            atLeast(3),
            "RFC 8885 section 4.8",
            in -> {
                in.skip(2);
                return new DlifLinkLayerAddressOption(
                        LinkLayerIdentifier.of(in.rest().toByteArray()));
            },
            (option, out) -> {
                out.zeros(2);
                out.octets(Octets.of(option.address().octets()));
            });

    /** Its section asks for no alignment; it is written as its figure shows it. */
    static final OptionCodec<DynamicIpMulticastSelectorOption> DYNAMIC_IP_MULTICAST_SELECTOR = OptionCodec.of(
                    DynamicIpMulticastSelectorOption.TYPE,
                    DynamicIpMulticastSelectorOption.class,
                    Alignment.NONE,
                    atLeast(4),
                    "RFC 7028 section 5.1.2",
                    in -> new DynamicIpMulticastSelectorOption(
                            in.unsigned8(), (in.unsigned8() & MODE) != 0, in.unsigned16(), in.rest()),
                    (option, out) -> {
                        out.unsigned8(option.protocol());
                        out.unsigned8(option.mode() ? MODE : 0);
                        out.unsigned16(option.count());
                        out.octets(option.records());
                    })
            .placed(option -> SELECTOR)
            .asRepeatable();

    static final List<OptionCodec<?>> ALL = List.of(
            ANCHORED_PREFIX,
            LOCAL_PREFIX,
            PREVIOUS_MAAR,
            SERVING_MAAR,
            DLIF_LINK_LOCAL_ADDRESS,
            DLIF_LINK_LAYER_ADDRESS,
            DYNAMIC_IP_MULTICAST_SELECTOR,
            subscription(ActiveMulticastSubscriptionOption.IPV4),
            subscription(ActiveMulticastSubscriptionOption.IPV6));

    private DistributedOptionCodecs() {}

    private static OptionCodec<ActiveMulticastSubscriptionOption> subscription(int type) {
        return OptionCodec.of(
                        type,
                        ActiveMulticastSubscriptionOption.class,
                        type == ActiveMulticastSubscriptionOption.IPV4 ? IGMP : MLD,
                        atLeast(1),
                        type == ActiveMulticastSubscriptionOption.IPV4
                                ? "RFC 7161 section 6.1"
                                : "RFC 7161 section 4.1.2",
                        in -> new ActiveMulticastSubscriptionOption(type, in.unsigned8(), in.rest()),
                        (option, out) -> {
                            out.unsigned8(option.reportType());
                            out.octets(option.subscription());
                        })
                .asRepeatable();
    }
}
