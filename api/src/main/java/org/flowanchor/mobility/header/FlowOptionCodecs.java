package org.flowanchor.mobility.header;

import static org.flowanchor.mobility.header.OptionCodec.atLeast;
import static org.flowanchor.mobility.header.OptionCodec.exactly;
import static org.flowanchor.mobility.header.OptionCodec.oneOf;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.IpAddress;
import org.flowanchor.mobility.option.BindingIdentifierOption;
import org.flowanchor.mobility.option.FlowIdentificationOption;
import org.flowanchor.mobility.option.FlowSummaryOption;
import org.flowanchor.mobility.option.Ipv4TrafficOffloadSelectorOption;
import org.flowanchor.mobility.option.MagIdentifierOption;
import org.flowanchor.mobility.option.MagMultipathBindingOption;
import org.flowanchor.mobility.option.TransientBindingOption;

/** Options of flow mobility and multiple bindings: RFC 5648, RFC 6089, RFC 6058, RFC 6909, RFC 8278. */
final class FlowOptionCodecs {
    private static final Alignment TWO = new Alignment(2, 0);
    private static final int SIMULTANEOUS_HOME = 0x80;
    private static final long EXCEPT_MATCHING = 0x8000_0000L;
    private static final int BULK = 0x80;
    private static final int OVERWRITE = 0x40;
    private static final int LONGEST_SUB_OPTIONS = 255 - 6;

    static final OptionCodec<BindingIdentifierOption> BINDING_IDENTIFIER = OptionCodec.of(
                    BindingIdentifierOption.TYPE,
                    BindingIdentifierOption.class,
                    TWO,
                    oneOf(4, 8, 20),
                    "RFC 5648 section 4.3",
                    in -> {
                        int identifier = in.unsigned16();
                        int status = in.unsigned8();
                        int priority = in.unsigned8();
                        Optional<IpAddress> careOfAddress =
                                in.remaining() == 0 ? Optional.empty() : Optional.of(in.ipAddress());
                        return new BindingIdentifierOption(
                                identifier,
                                status,
                                (priority & SIMULTANEOUS_HOME) != 0,
                                priority & ~SIMULTANEOUS_HOME,
                                careOfAddress);
                    },
                    (option, out) -> {
                        out.unsigned16(option.bindingIdentifier());
                        out.unsigned8(option.status());
                        out.unsigned8((option.simultaneousHome() ? SIMULTANEOUS_HOME : 0) | option.priority());
                        option.careOfAddress().ifPresent(out::ipAddress);
                    })
            .placed(option -> option.careOfAddress().isPresent() ? new Alignment(8, 2) : TWO)
            .asRepeatable();

    static final OptionCodec<TransientBindingOption> TRANSIENT_BINDING = OptionCodec.of(
            TransientBindingOption.TYPE,
            TransientBindingOption.class,
            Alignment.NONE,
            exactly(2),
            "RFC 6058 section 5.1",
            in -> new TransientBindingOption((in.unsigned8() & 1) != 0, in.unsigned8()),
            (option, out) -> {
                out.unsigned8(option.latePathSwitch() ? 1 : 0);
                out.unsigned8(option.lifetime());
            });

    static final OptionCodec<FlowSummaryOption> FLOW_SUMMARY = OptionCodec.of(
                    FlowSummaryOption.TYPE,
                    FlowSummaryOption.class,
                    TWO,
                    length -> length >= 2 && length % 2 == 0,
                    "RFC 6089 section 4.2.2",
                    in -> {
                        List<Integer> identifiers = new ArrayList<>(in.remaining() / 2);
                        while (in.remaining() > 0) {
                            identifiers.add(in.unsigned16());
                        }
                        return new FlowSummaryOption(identifiers);
                    },
                    (option, out) -> option.flowIdentifiers().forEach(out::unsigned16))
            .asRepeatable();

    static final OptionCodec<FlowIdentificationOption> FLOW_IDENTIFICATION = OptionCodec.of(
                    FlowIdentificationOption.TYPE,
                    FlowIdentificationOption.class,
                    TWO,
                    atLeast(6),
                    "RFC 6089 section 4.2",
                    in -> {
                        int identifier = in.unsigned16();
                        int priority = in.unsigned16();
                        in.skip(1);
                        return new FlowIdentificationOption(
                                identifier, priority, in.unsigned8(), FlowSubOptionCodec.readAll(in));
                    },
                    FlowOptionCodecs::writeFlowIdentification)
            .placed(FlowOptionCodecs::placement)
            .asRepeatable();

    static final OptionCodec<Ipv4TrafficOffloadSelectorOption> IPV4_TRAFFIC_OFFLOAD_SELECTOR = OptionCodec.of(
            Ipv4TrafficOffloadSelectorOption.TYPE,
            Ipv4TrafficOffloadSelectorOption.class,
            new Alignment(4, 0),
            atLeast(4),
            "RFC 6909 section 3.1",
            in -> {
                boolean exceptMatching = (in.unsigned32() & EXCEPT_MATCHING) != 0;
                return new Ipv4TrafficOffloadSelectorOption(
                        exceptMatching,
                        in.remaining() == 0
                                ? Optional.empty()
                                : Optional.of(FlowSubOptionCodec.readOnlyTrafficSelector(in)));
            },
            (option, out) -> {
                out.unsigned32(option.exceptMatching() ? EXCEPT_MATCHING : 0);
                // No padding before the sub-option: the option has no room for any.
                option.trafficSelector().ifPresent(selector -> FlowSubOptionCodec.writeUnaligned(selector, out));
            });

    static final OptionCodec<MagMultipathBindingOption> MAG_MULTIPATH_BINDING = OptionCodec.of(
                    MagMultipathBindingOption.TYPE,
                    MagMultipathBindingOption.class,
                    Alignment.NONE,
                    exactly(6),
                    "RFC 8278 section 4.1",
                    in -> {
                        AccessTechnologyType type = new AccessTechnologyType(in.unsigned8());
                        int label = in.unsigned8();
                        int identifier = in.unsigned8();
                        int flags = in.unsigned8();
                        in.skip(2);
                        return new MagMultipathBindingOption(
                                type, label, identifier, (flags & BULK) != 0, (flags & OVERWRITE) != 0);
                    },
                    (option, out) -> {
                        out.unsigned8(option.interfaceAccessTechnologyType().value());
                        out.unsigned8(option.interfaceLabel());
                        out.unsigned8(option.bindingIdentifier());
                        out.unsigned8((option.bulkReregistration() ? BULK : 0) | (option.overwrite() ? OVERWRITE : 0));
                        out.zeros(2);
                    })
            .asRepeatable();

    static final OptionCodec<MagIdentifierOption> MAG_IDENTIFIER = OptionCodec.of(
            MagIdentifierOption.TYPE,
            MagIdentifierOption.class,
            Alignment.NONE,
            atLeast(3),
            "RFC 8278 section 4.2",
            in -> {
                int subtype = in.unsigned8();
                in.skip(1);
                return new MagIdentifierOption(subtype, in.rest());
            },
            (option, out) -> {
                out.unsigned8(option.subtype());
                out.zeros(1);
                out.octets(option.identifier());
            });

    static final List<OptionCodec<?>> ALL = List.of(
            BINDING_IDENTIFIER,
            TRANSIENT_BINDING,
            FLOW_SUMMARY,
            FLOW_IDENTIFICATION,
            IPV4_TRAFFIC_OFFLOAD_SELECTOR,
            MAG_MULTIPATH_BINDING,
            MAG_IDENTIFIER);

    private FlowOptionCodecs() {}

    private static void writeFlowIdentification(FlowIdentificationOption option, HeaderWriter out) {
        out.unsigned16(option.flowIdentifier());
        out.unsigned16(option.priority());
        out.unsigned16(option.status());
        int begin = out.offset();
        option.subOptions().forEach(subOption -> FlowSubOptionCodec.write(subOption, out));
        if (out.offset() - begin > LONGEST_SUB_OPTIONS) {
            // A peer's option that is full without padding is still to be echoed with a status.
            out.rewind(begin);
            option.subOptions().forEach(subOption -> FlowSubOptionCodec.writeUnaligned(subOption, out));
        }
    }

    /**
     * So that the first sub-option, 8 octets further, needs no padding of its own; RFC 6089 section 4.2 asks for 2n, which every
     * alignment of a first sub-option fulfils.
     */
    private static Alignment placement(FlowIdentificationOption option) {
        if (option.subOptions().isEmpty()) {
            return TWO;
        }
        Alignment first = FlowSubOptionCodec.alignment(option.subOptions().getFirst());
        return first.modulus() > TWO.modulus() ? first : TWO;
    }
}
