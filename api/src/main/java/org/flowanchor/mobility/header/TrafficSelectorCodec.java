package org.flowanchor.mobility.header;

import java.util.Optional;
import org.flowanchor.mobility.option.BinaryTrafficSelector;
import org.flowanchor.mobility.option.BinaryTrafficSelector.UnreadableTrafficSelector;
import org.flowanchor.mobility.option.InclusiveRange;
import org.flowanchor.mobility.option.Ipv4TrafficSelector;
import org.flowanchor.mobility.option.Ipv6TrafficSelector;

/**
 * Binary traffic selectors (RFC 6088 section 3). Fields follow in the order of their flags; an end field only after its start field. A
 * selector that breaks a rule is kept as octets, since its flow, not its message, is refused (RFC 6089 section 5.3.2).
 */
final class TrafficSelectorCodec {
    private static final int FLOW_LABEL = 0xfffff;
    private static final Alignment TWO = new Alignment(2, 0);
    private static final Alignment FOUR = new Alignment(4, 0);
    private static final Alignment EIGHT = new Alignment(8, 0);

    @FunctionalInterface
    private interface Field<T> {
        T read() throws MalformedHeaderException;
    }

    @FunctionalInterface
    private interface FieldWriter<T> {
        void write(T value);
    }

    private TrafficSelectorCodec() {}

    /** Reads what remains within the reader's limit. */
    static BinaryTrafficSelector read(HeaderReader in, int format) throws MalformedHeaderException {
        int start = in.offset();
        try {
            if (format == Ipv4TrafficSelector.FORMAT) {
                return readIpv4(in);
            }
            if (format == Ipv6TrafficSelector.FORMAT) {
                return readIpv6(in);
            }
        } catch (MalformedHeaderException | IllegalArgumentException e) {
            in.seek(start);
        }
        return new UnreadableTrafficSelector(format, in.rest());
    }

    private static Ipv4TrafficSelector readIpv4(HeaderReader in) throws MalformedHeaderException {
        long flags = in.unsigned32();
        return requireEnd(
                in,
                new Ipv4TrafficSelector(
                        range(in, flags, 31, in::ipv4Address),
                        range(in, flags, 29, in::ipv4Address),
                        range(in, flags, 27, in::unsigned32),
                        range(in, flags, 25, in::unsigned16),
                        range(in, flags, 23, in::unsigned16),
                        range(in, flags, 21, () -> in.unsigned8() >>> 2),
                        range(in, flags, 19, in::unsigned8)));
    }

    private static Ipv6TrafficSelector readIpv6(HeaderReader in) throws MalformedHeaderException {
        long flags = in.unsigned16();
        in.skip(2);
        return requireEnd(
                in,
                new Ipv6TrafficSelector(
                        range(in, flags, 15, in::ipv6Address),
                        range(in, flags, 13, in::ipv6Address),
                        range(in, flags, 11, in::unsigned32),
                        range(in, flags, 9, () -> in.signed32() & FLOW_LABEL),
                        range(in, flags, 7, in::unsigned16),
                        range(in, flags, 5, in::unsigned16),
                        range(in, flags, 3, () -> in.unsigned8() >>> 2),
                        range(in, flags, 1, in::unsigned8)));
    }

    private static <T extends Comparable<T>> Optional<InclusiveRange<T>> range(
            HeaderReader in, long flags, int startFlag, Field<T> field) throws MalformedHeaderException {
        boolean hasStart = (flags >>> startFlag & 1) != 0;
        boolean hasEnd = (flags >>> (startFlag - 1) & 1) != 0;
        if (!hasStart) {
            if (hasEnd) {
                throw in.malformed("an end field without its start field");
            }
            return Optional.empty();
        }
        T start = field.read();
        return Optional.of(new InclusiveRange<>(start, hasEnd ? field.read() : start));
    }

    private static <T> T requireEnd(HeaderReader in, T selector) throws MalformedHeaderException {
        if (in.remaining() != 0) {
            throw in.malformed("a traffic selector with " + in.remaining() + " octets too many");
        }
        return selector;
    }

    static void write(BinaryTrafficSelector selector, HeaderWriter out) {
        switch (selector) {
            case Ipv4TrafficSelector ipv4 -> writeIpv4(ipv4, out);
            case Ipv6TrafficSelector ipv6 -> writeIpv6(ipv6, out);
            case UnreadableTrafficSelector unreadable -> out.octets(unreadable.octets());
        }
    }

    private static void writeIpv4(Ipv4TrafficSelector selector, HeaderWriter out) {
        out.unsigned32(flags(selector.sourceAddresses(), 31)
                | flags(selector.destinationAddresses(), 29)
                | flags(selector.securityParametersIndexes(), 27)
                | flags(selector.sourcePorts(), 25)
                | flags(selector.destinationPorts(), 23)
                | flags(selector.differentiatedServices(), 21)
                | flags(selector.protocols(), 19));
        write(selector.sourceAddresses(), out::ipv4Address);
        write(selector.destinationAddresses(), out::ipv4Address);
        write(selector.securityParametersIndexes(), out::unsigned32);
        write(selector.sourcePorts(), out::unsigned16);
        write(selector.destinationPorts(), out::unsigned16);
        write(selector.differentiatedServices(), dscp -> out.unsigned8(dscp << 2));
        write(selector.protocols(), out::unsigned8);
    }

    private static void writeIpv6(Ipv6TrafficSelector selector, HeaderWriter out) {
        out.unsigned16((int) (flags(selector.sourceAddresses(), 15)
                | flags(selector.destinationAddresses(), 13)
                | flags(selector.securityParametersIndexes(), 11)
                | flags(selector.flowLabels(), 9)
                | flags(selector.sourcePorts(), 7)
                | flags(selector.destinationPorts(), 5)
                | flags(selector.trafficClasses(), 3)
                | flags(selector.nextHeaders(), 1)));
        out.zeros(2);
        write(selector.sourceAddresses(), out::ipv6Address);
        write(selector.destinationAddresses(), out::ipv6Address);
        write(selector.securityParametersIndexes(), out::unsigned32);
        write(selector.flowLabels(), label -> out.unsigned32(label));
        write(selector.sourcePorts(), out::unsigned16);
        write(selector.destinationPorts(), out::unsigned16);
        write(selector.trafficClasses(), dscp -> out.unsigned8(dscp << 2));
        write(selector.nextHeaders(), out::unsigned8);
    }

    private static <T extends Comparable<T>> long flags(Optional<InclusiveRange<T>> range, int startFlag) {
        if (range.isEmpty()) {
            return 0;
        }
        return 1L << startFlag | (range.get().isSingle() ? 0 : 1L << (startFlag - 1));
    }

    private static <T extends Comparable<T>> void write(Optional<InclusiveRange<T>> range, FieldWriter<T> writer) {
        if (range.isPresent()) {
            writer.write(range.get().start());
            if (!range.get().isSingle()) {
                writer.write(range.get().end());
            }
        }
    }

    /** Of the sub-option that holds the selector (RFC 6088 sections 3.1 and 3.2). */
    static Alignment alignment(BinaryTrafficSelector selector) {
        return switch (selector) {
            case Ipv4TrafficSelector s
            when s.sourceAddresses().isPresent()
                    || s.destinationAddresses().isPresent()
                    || s.securityParametersIndexes().isPresent() -> FOUR;
            case Ipv4TrafficSelector s
            when s.sourcePorts().isPresent() || s.destinationPorts().isPresent() -> TWO;
            case Ipv6TrafficSelector s
            when s.sourceAddresses().isPresent() || s.destinationAddresses().isPresent() -> EIGHT;
            case Ipv6TrafficSelector s
            when s.securityParametersIndexes().isPresent() || s.flowLabels().isPresent() -> FOUR;
            case Ipv6TrafficSelector s
            when s.sourcePorts().isPresent() || s.destinationPorts().isPresent() -> TWO;
            case Ipv4TrafficSelector s -> Alignment.NONE;
            case Ipv6TrafficSelector s -> Alignment.NONE;
            case UnreadableTrafficSelector s -> Alignment.NONE;
        };
    }
}
