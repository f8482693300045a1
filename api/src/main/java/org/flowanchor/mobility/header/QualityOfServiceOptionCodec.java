package org.flowanchor.mobility.header;

import static org.flowanchor.mobility.header.OptionCodec.atLeast;

import java.util.ArrayList;
import java.util.List;
import org.flowanchor.mobility.option.QualityOfServiceAttribute;
import org.flowanchor.mobility.option.QualityOfServiceAttribute.AggregateMaximumRate;
import org.flowanchor.mobility.option.QualityOfServiceAttribute.AllocationRetentionPriority;
import org.flowanchor.mobility.option.QualityOfServiceAttribute.Direction;
import org.flowanchor.mobility.option.QualityOfServiceAttribute.GuaranteedRate;
import org.flowanchor.mobility.option.QualityOfServiceAttribute.PerMobileNodeAggregateMaximumRate;
import org.flowanchor.mobility.option.QualityOfServiceAttribute.PerSessionAggregateMaximumRate;
import org.flowanchor.mobility.option.QualityOfServiceAttribute.QualityOfServiceTrafficSelector;
import org.flowanchor.mobility.option.QualityOfServiceAttribute.UnknownAttribute;
import org.flowanchor.mobility.option.QualityOfServiceAttribute.VendorSpecificAttribute;
import org.flowanchor.mobility.option.QualityOfServiceOption;

/** Quality-of-Service (RFC 7222 section 4). */
final class QualityOfServiceOptionCodec {
    private static final int ALL_SESSIONS = 0x8000;
    private static final int EXCLUDE_GUARANTEED = 0x4000;

    static final OptionCodec<QualityOfServiceOption> QUALITY_OF_SERVICE = OptionCodec.of(
                    QualityOfServiceOption.TYPE,
                    QualityOfServiceOption.class,
                    new Alignment(4, 0),
                    atLeast(6),
                    "RFC 7222 section 4.1",
                    in -> {
                        int identifier = in.unsigned8();
                        int dscp = in.unsigned8() >>> 2;
                        int operation = in.unsigned8();
                        in.skip(3);
                        List<QualityOfServiceAttribute> attributes = new ArrayList<>(2);
                        while (in.remaining() > 0) {
                            attributes.add(SubOptions.read(in, QualityOfServiceOptionCodec::read));
                        }
                        return new QualityOfServiceOption(identifier, dscp, operation, attributes);
                    },
                    (option, out) -> {
                        out.unsigned8(option.serviceRequestIdentifier());
                        out.unsigned8(option.dscp() << 2);
                        out.unsigned8(option.operationCode());
                        out.zeros(3);
                        option.attributes().forEach(attribute -> write(attribute, out));
                    })
            .asRepeatable();

    static final List<OptionCodec<?>> ALL = List.of(QUALITY_OF_SERVICE);

    private QualityOfServiceOptionCodec() {}

    private static QualityOfServiceAttribute read(HeaderReader in, int type) throws MalformedHeaderException {
        return switch (type) {
            case PerMobileNodeAggregateMaximumRate.DOWNLINK_TYPE ->
                new PerMobileNodeAggregateMaximumRate(Direction.DOWNLINK, rate(in));
            case PerMobileNodeAggregateMaximumRate.DOWNLINK_TYPE + 1 ->
                new PerMobileNodeAggregateMaximumRate(Direction.UPLINK, rate(in));
            case PerSessionAggregateMaximumRate.DOWNLINK_TYPE -> readPerSession(in, Direction.DOWNLINK);
            case PerSessionAggregateMaximumRate.DOWNLINK_TYPE + 1 -> readPerSession(in, Direction.UPLINK);
            case AllocationRetentionPriority.TYPE -> {
                in.skip(1);
                int octet = in.unsigned8();
                yield new AllocationRetentionPriority(octet >>> 4, octet >>> 2 & 3, octet & 3);
            }
            case AggregateMaximumRate.DOWNLINK_TYPE -> new AggregateMaximumRate(Direction.DOWNLINK, rate(in));
            case AggregateMaximumRate.DOWNLINK_TYPE + 1 -> new AggregateMaximumRate(Direction.UPLINK, rate(in));
            case GuaranteedRate.DOWNLINK_TYPE -> new GuaranteedRate(Direction.DOWNLINK, rate(in));
            case GuaranteedRate.DOWNLINK_TYPE + 1 -> new GuaranteedRate(Direction.UPLINK, rate(in));
            case QualityOfServiceTrafficSelector.TYPE -> {
                in.skip(1);
                yield new QualityOfServiceTrafficSelector(TrafficSelectorCodec.read(in, in.unsigned8()));
            }
            case VendorSpecificAttribute.TYPE -> {
                in.skip(2);
                yield new VendorSpecificAttribute(in.unsigned32(), in.unsigned8(), in.rest());
            }
            default -> new UnknownAttribute(type, in.rest());
        };
    }

    private static long rate(HeaderReader in) throws MalformedHeaderException {
        in.skip(2);
        return in.unsigned32();
    }

    private static PerSessionAggregateMaximumRate readPerSession(HeaderReader in, Direction direction)
            throws MalformedHeaderException {
        int flags = in.unsigned16();
        return new PerSessionAggregateMaximumRate(
                direction, (flags & ALL_SESSIONS) != 0, (flags & EXCLUDE_GUARANTEED) != 0, in.unsigned32());
    }

    private static void write(QualityOfServiceAttribute attribute, HeaderWriter out) {
        int begin = out.beginTlv(attribute.type());
        switch (attribute) {
            case PerMobileNodeAggregateMaximumRate rate -> writeRate(0, rate.rate(), out);
            case PerSessionAggregateMaximumRate rate ->
                writeRate(
                        (rate.allSessions() ? ALL_SESSIONS : 0) | (rate.excludeGuaranteed() ? EXCLUDE_GUARANTEED : 0),
                        rate.rate(),
                        out);
            case AllocationRetentionPriority priority ->
                out.unsigned16(priority.level() << 4
                        | priority.preemptionCapability() << 2
                        | priority.preemptionVulnerability());
            case AggregateMaximumRate rate -> writeRate(0, rate.rate(), out);
            case GuaranteedRate rate -> writeRate(0, rate.rate(), out);
            case QualityOfServiceTrafficSelector(var selector) -> {
                out.zeros(1);
                out.unsigned8(selector.format());
                TrafficSelectorCodec.write(selector, out);
            }
            case VendorSpecificAttribute vendor -> {
                out.zeros(2);
                out.unsigned32(vendor.vendorId());
                out.unsigned8(vendor.subtype());
                out.octets(vendor.data());
            }
            case UnknownAttribute unknown -> out.octets(unknown.octets());
        }
        out.endTlv(begin);
    }

    private static void writeRate(int flags, long rate, HeaderWriter out) {
        out.unsigned16(flags);
        out.unsigned32(rate);
    }
}
