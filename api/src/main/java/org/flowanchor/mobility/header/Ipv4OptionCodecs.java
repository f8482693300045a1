package org.flowanchor.mobility.header;

import static org.flowanchor.mobility.header.OptionCodec.exactly;
import static org.flowanchor.mobility.header.OptionCodec.oneOf;

import java.util.List;
import java.util.OptionalLong;
import org.flowanchor.mobility.option.AlternateIpv4CareOfAddressOption;
import org.flowanchor.mobility.option.GreKeyOption;
import org.flowanchor.mobility.option.Ipv4AddressAcknowledgementOption;
import org.flowanchor.mobility.option.Ipv4CareOfAddressOption;
import org.flowanchor.mobility.option.Ipv4DefaultRouterOption;
import org.flowanchor.mobility.option.Ipv4DhcpSupportModeOption;
import org.flowanchor.mobility.option.Ipv4HomeAddressOption;
import org.flowanchor.mobility.option.Ipv4HomeAddressReplyOption;
import org.flowanchor.mobility.option.Ipv4HomeAddressRequestOption;
import org.flowanchor.mobility.option.NatDetectionOption;

/** Options of RFC 5555, RFC 5844 and RFC 5845. */
final class Ipv4OptionCodecs {
    private static final Alignment FOUR = new Alignment(4, 0);
    private static final int PREFIX_REQUESTED = 0x0200;
    private static final int FORCE_UDP = 0x8000;

    static final OptionCodec<Ipv4HomeAddressOption> HOME_ADDRESS = OptionCodec.of(
            Ipv4HomeAddressOption.TYPE,
            Ipv4HomeAddressOption.class,
            FOUR,
            exactly(6),
            "RFC 5555 section 3.1.1",
            in -> {
                int word = in.unsigned16();
                return new Ipv4HomeAddressOption(word >>> 10, (word & PREFIX_REQUESTED) != 0, in.ipv4Address());
            },
            (option, out) -> {
                out.unsigned16(option.prefixLength() << 10 | (option.prefixRequested() ? PREFIX_REQUESTED : 0));
                out.ipv4Address(option.homeAddress());
            });

    static final OptionCodec<Ipv4AddressAcknowledgementOption> ADDRESS_ACKNOWLEDGEMENT = OptionCodec.of(
            Ipv4AddressAcknowledgementOption.TYPE,
            Ipv4AddressAcknowledgementOption.class,
            FOUR,
            exactly(6),
            "RFC 5555 section 3.2.1",
            in -> new Ipv4AddressAcknowledgementOption(in.unsigned8(), in.unsigned8() >>> 2, in.ipv4Address()),
            (option, out) -> {
                out.unsigned8(option.status());
                out.unsigned8(option.prefixLength() << 2);
                out.ipv4Address(option.homeAddress());
            });

    static final OptionCodec<NatDetectionOption> NAT_DETECTION = OptionCodec.of(
            NatDetectionOption.TYPE,
            NatDetectionOption.class,
            FOUR,
            exactly(6),
            "RFC 5555 section 3.2.2",
            in -> new NatDetectionOption((in.unsigned16() & FORCE_UDP) != 0, in.unsigned32()),
            (option, out) -> {
                out.unsigned16(option.forceUdpEncapsulation() ? FORCE_UDP : 0);
                out.unsigned32(option.refreshTime());
            });

    static final OptionCodec<Ipv4CareOfAddressOption> CARE_OF_ADDRESS = OptionCodec.of(
            Ipv4CareOfAddressOption.TYPE,
            Ipv4CareOfAddressOption.class,
            FOUR,
            exactly(6),
            "RFC 5555 section 3.1.2",
            in -> {
                in.skip(2);
                return new Ipv4CareOfAddressOption(in.ipv4Address());
            },
            (option, out) -> {
                out.zeros(2);
                out.ipv4Address(option.careOfAddress());
            });

    static final OptionCodec<GreKeyOption> GRE_KEY = OptionCodec.of(
            GreKeyOption.TYPE,
            GreKeyOption.class,
            FOUR,
            oneOf(2, 6),
            "RFC 5845 section 6.1",
            in -> {
                in.skip(2);
                return in.remaining() == 0
                        ? GreKeyOption.WITHOUT_KEY
                        : new GreKeyOption(OptionalLong.of(in.unsigned32()));
            },
            (option, out) -> {
                out.zeros(2);
                option.key().ifPresent(out::unsigned32);
            });

    static final OptionCodec<Ipv4HomeAddressRequestOption> HOME_ADDRESS_REQUEST = OptionCodec.of(
                    Ipv4HomeAddressRequestOption.TYPE,
                    Ipv4HomeAddressRequestOption.class,
                    FOUR,
                    exactly(6),
                    "RFC 5844 section 3.3.1",
                    in -> new Ipv4HomeAddressRequestOption(in.unsigned16() >>> 10, in.ipv4Address()),
                    (option, out) -> {
                        out.unsigned16(option.prefixLength() << 10);
                        out.ipv4Address(option.homeAddress());
                    })
            // Two of them have a status of their own, 173 (RFC 5844 section 3.1.2.1).
            .asRepeatable();

    static final OptionCodec<Ipv4HomeAddressReplyOption> HOME_ADDRESS_REPLY = OptionCodec.of(
                    Ipv4HomeAddressReplyOption.TYPE,
                    Ipv4HomeAddressReplyOption.class,
                    FOUR,
                    exactly(6),
                    "RFC 5844 section 3.3.2",
                    in -> new Ipv4HomeAddressReplyOption(in.unsigned8(), in.unsigned8() >>> 2, in.ipv4Address()),
                    (option, out) -> {
                        out.unsigned8(option.status());
                        out.unsigned8(option.prefixLength() << 2);
                        out.ipv4Address(option.homeAddress());
                    })
            .asRepeatable();

    static final OptionCodec<Ipv4DefaultRouterOption> DEFAULT_ROUTER = OptionCodec.of(
            Ipv4DefaultRouterOption.TYPE,
            Ipv4DefaultRouterOption.class,
            FOUR,
            exactly(6),
            "RFC 5844 section 3.3.3",
            in -> {
                in.skip(2);
                return new Ipv4DefaultRouterOption(in.ipv4Address());
            },
            (option, out) -> {
                out.zeros(2);
                out.ipv4Address(option.defaultRouter());
            });

    static final OptionCodec<Ipv4DhcpSupportModeOption> DHCP_SUPPORT_MODE = OptionCodec.of(
            Ipv4DhcpSupportModeOption.TYPE,
            Ipv4DhcpSupportModeOption.class,
            Alignment.NONE,
            exactly(2),
            "RFC 5844 section 3.3.4",
            in -> new Ipv4DhcpSupportModeOption((in.unsigned16() & 1) != 0),
            (option, out) -> out.unsigned16(option.server() ? 1 : 0));

    static final OptionCodec<AlternateIpv4CareOfAddressOption> ALTERNATE_CARE_OF_ADDRESS = OptionCodec.of(
            AlternateIpv4CareOfAddressOption.TYPE,
            AlternateIpv4CareOfAddressOption.class,
            new Alignment(4, 2),
            exactly(4),
            "RFC 6463 section 4.4",
            in -> new AlternateIpv4CareOfAddressOption(in.ipv4Address()),
            (option, out) -> out.ipv4Address(option.careOfAddress()));

    static final List<OptionCodec<?>> ALL = List.of(
            HOME_ADDRESS,
            ADDRESS_ACKNOWLEDGEMENT,
            NAT_DETECTION,
            CARE_OF_ADDRESS,
            GRE_KEY,
            HOME_ADDRESS_REQUEST,
            HOME_ADDRESS_REPLY,
            DEFAULT_ROUTER,
            DHCP_SUPPORT_MODE,
            ALTERNATE_CARE_OF_ADDRESS);

    private Ipv4OptionCodecs() {}
}
