package org.flowanchor.mobility.header;

import static org.flowanchor.mobility.header.OptionCodec.atLeast;
import static org.flowanchor.mobility.header.OptionCodec.exactly;
import static org.flowanchor.mobility.header.OptionCodec.oneOf;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.flowanchor.mobility.IpAddress;
import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.option.DelegatedMobileNetworkPrefixOption;
import org.flowanchor.mobility.option.LmaAddressOption;
import org.flowanchor.mobility.option.LmaControlledMagParametersOption;
import org.flowanchor.mobility.option.LmaUserPlaneAddressOption;
import org.flowanchor.mobility.option.LoadInformationOption;
import org.flowanchor.mobility.option.MagIpv6AddressOption;
import org.flowanchor.mobility.option.MagParametersSubOption;
import org.flowanchor.mobility.option.MagParametersSubOption.HeartbeatControl;
import org.flowanchor.mobility.option.MagParametersSubOption.ReregistrationControl;
import org.flowanchor.mobility.option.MagParametersSubOption.UnknownMagParametersSubOption;
import org.flowanchor.mobility.option.MobileNodeGroupIdentifierOption;
import org.flowanchor.mobility.option.RedirectCapabilityOption;
import org.flowanchor.mobility.option.RedirectOption;

/**
 * Options about anchors, gateways and groups of sessions: RFC 5949, RFC 6463, RFC 6602, RFC 6705, RFC 7148, RFC 7389, RFC 8127.
 */
final class AnchorOptionCodecs {
    private static final Alignment FOUR = new Alignment(4, 0);
    private static final int K = 0x8000;
    private static final int N = 0x4000;
    private static final int V = 0x80;

    static final OptionCodec<LmaAddressOption> LMA_ADDRESS = OptionCodec.of(
            LmaAddressOption.TYPE,
            LmaAddressOption.class,
            Alignment.NONE,
            oneOf(6, 18),
            "RFC 5949 section 6.2.2",
            in -> {
                int code = in.unsigned8();
                in.skip(1);
                return new LmaAddressOption(code, in.ipAddress());
            },
            (option, out) -> {
                out.unsigned8(option.code());
                out.zeros(1);
                out.ipAddress(option.address());
            });

    static final OptionCodec<RedirectCapabilityOption> REDIRECT_CAPABILITY = OptionCodec.of(
            RedirectCapabilityOption.TYPE,
            RedirectCapabilityOption.class,
            Alignment.NONE,
            exactly(2),
            "RFC 6463 section 4.1",
            in -> {
                in.skip(2);
                return new RedirectCapabilityOption();
            },
            (option, out) -> out.zeros(2));

    static final OptionCodec<RedirectOption> REDIRECT = OptionCodec.of(
            RedirectOption.TYPE,
            RedirectOption.class,
            FOUR,
            atLeast(2),
            "RFC 6463 section 4.2",
            in -> {
                int flags = in.unsigned16();
                Optional<Ipv6Address> ipv6 = (flags & K) != 0 ? Optional.of(in.ipv6Address()) : Optional.empty();
                Optional<Ipv4Address> ipv4 = (flags & N) != 0 ? Optional.of(in.ipv4Address()) : Optional.empty();
                return new RedirectOption(ipv6, ipv4);
            },
            (option, out) -> {
                out.unsigned16((option.ipv6Address().isPresent() ? K : 0)
                        | (option.ipv4Address().isPresent() ? N : 0));
                option.ipv6Address().ifPresent(out::ipv6Address);
                option.ipv4Address().ifPresent(out::ipv4Address);
            });

    static final OptionCodec<LoadInformationOption> LOAD_INFORMATION = OptionCodec.of(
            LoadInformationOption.TYPE,
            LoadInformationOption.class,
            FOUR,
            exactly(18),
            "RFC 6463 section 4.3",
            in -> new LoadInformationOption(
                    in.unsigned16(), in.unsigned32(), in.unsigned32(), in.unsigned32(), in.unsigned32()),
            (option, out) -> {
                out.unsigned16(option.priority());
                out.unsigned32(option.sessionsInUse());
                out.unsigned32(option.maximumSessions());
                out.unsigned32(option.usedCapacity());
                out.unsigned32(option.maximumCapacity());
            });

    static final OptionCodec<MobileNodeGroupIdentifierOption> MOBILE_NODE_GROUP_IDENTIFIER = OptionCodec.of(
            MobileNodeGroupIdentifierOption.TYPE,
            MobileNodeGroupIdentifierOption.class,
            Alignment.NONE,
            exactly(6),
            "RFC 6602 section 4.3",
            in -> {
                int subtype = in.unsigned8();
                in.skip(1);
                return new MobileNodeGroupIdentifierOption(subtype, in.unsigned32());
            },
            (option, out) -> {
                out.unsigned8(option.subtype());
                out.zeros(1);
                out.unsigned32(option.group());
            });

    static final OptionCodec<MagIpv6AddressOption> MAG_IPV6_ADDRESS = OptionCodec.of(
            MagIpv6AddressOption.TYPE,
            MagIpv6AddressOption.class,
            new Alignment(8, 4),
            exactly(18),
            "RFC 6705 section 11.1",
            in -> {
                in.skip(1);
                return new MagIpv6AddressOption(in.unsigned8(), in.ipv6Address());
            },
            (option, out) -> {
                out.unsigned16(option.addressLength());
                out.ipv6Address(option.address());
            });

    static final OptionCodec<DelegatedMobileNetworkPrefixOption> DELEGATED_MOBILE_NETWORK_PREFIX = OptionCodec.of(
                    DelegatedMobileNetworkPrefixOption.TYPE,
                    DelegatedMobileNetworkPrefixOption.class,
                    new Alignment(8, 2),
                    oneOf(6, 18),
                    "RFC 7148 section 4.1",
                    in -> {
                        boolean ipv4 = (in.unsigned8() & V) != 0;
                        int length = in.unsigned8();
                        IpAddress prefix = in.ipAddress();
                        if (ipv4 != prefix instanceof Ipv4Address) {
                            throw in.malformed("the V flag contradicts the option's length");
                        }
                        return new DelegatedMobileNetworkPrefixOption(length, prefix);
                    },
                    (option, out) -> {
                        out.unsigned8(option.prefix() instanceof Ipv4Address ? V : 0);
                        out.unsigned8(option.prefixLength());
                        out.ipAddress(option.prefix());
                    })
            .asRepeatable();

    static final OptionCodec<LmaUserPlaneAddressOption> LMA_USER_PLANE_ADDRESS = OptionCodec.of(
            LmaUserPlaneAddressOption.TYPE,
            LmaUserPlaneAddressOption.class,
            new Alignment(8, 2),
            oneOf(2, 6, 18),
            "RFC 7389 section 4",
            in -> {
                in.skip(2);
                return new LmaUserPlaneAddressOption(
                        in.remaining() == 0 ? Optional.empty() : Optional.of(in.ipAddress()));
            },
            (option, out) -> {
                out.zeros(2);
                option.address().ifPresent(out::ipAddress);
            });

    static final OptionCodec<LmaControlledMagParametersOption> LMA_CONTROLLED_MAG_PARAMETERS = OptionCodec.of(
            LmaControlledMagParametersOption.TYPE,
            LmaControlledMagParametersOption.class,
            new Alignment(4, 2),
            atLeast(0),
            "RFC 8127 section 3",
            in -> {
                List<MagParametersSubOption> subOptions = new ArrayList<>(2);
                while (in.remaining() > 0) {
                    subOptions.add(SubOptions.read(in, AnchorOptionCodecs::readMagParameters));
                }
                return new LmaControlledMagParametersOption(subOptions);
            },
            (option, out) -> option.subOptions().forEach(subOption -> writeMagParameters(subOption, out)));

    static final List<OptionCodec<?>> ALL = List.of(
            LMA_ADDRESS,
            REDIRECT_CAPABILITY,
            REDIRECT,
            LOAD_INFORMATION,
            MOBILE_NODE_GROUP_IDENTIFIER,
            MAG_IPV6_ADDRESS,
            DELEGATED_MOBILE_NETWORK_PREFIX,
            LMA_USER_PLANE_ADDRESS,
            LMA_CONTROLLED_MAG_PARAMETERS);

    private AnchorOptionCodecs() {}

    private static MagParametersSubOption readMagParameters(HeaderReader in, int type) throws MalformedHeaderException {
        return switch (type) {
            case ReregistrationControl.TYPE ->
                new ReregistrationControl(in.unsigned16(), in.unsigned16(), in.unsigned16());
            case HeartbeatControl.TYPE -> new HeartbeatControl(in.unsigned16(), in.unsigned16(), in.unsigned16());
            default -> new UnknownMagParametersSubOption(type, in.rest());
        };
    }

    private static void writeMagParameters(MagParametersSubOption subOption, HeaderWriter out) {
        int begin = out.beginTlv(subOption.type());
        switch (subOption) {
            case ReregistrationControl control -> {
                out.unsigned16(control.startTime());
                out.unsigned16(control.initialRetransmissionTime());
                out.unsigned16(control.maximumRetransmissionTime());
            }
            case HeartbeatControl control -> {
                out.unsigned16(control.interval());
                out.unsigned16(control.retransmissionDelay());
                out.unsigned16(control.maximumRetransmissions());
            }
            case UnknownMagParametersSubOption unknown -> out.octets(unknown.octets());
        }
        out.endTlv(begin);
    }
}
