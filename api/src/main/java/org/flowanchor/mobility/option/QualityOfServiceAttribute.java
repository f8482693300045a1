package org.flowanchor.mobility.option;

import org.flowanchor.mobility.Octets;
import org.flowanchor.mobility.Unsigned;

/** Attributes of the Quality-of-Service option (RFC 7222 section 4.2). Rates are bit/s, 0..2^32-1. */
public sealed interface QualityOfServiceAttribute {
    /** Attribute type, 0..255. */
    int type();

    /** Of a rate. Each attribute has one type for downlink and the next for uplink. */
    enum Direction {
        DOWNLINK,
        UPLINK;

        int type(int downlinkType) {
            return downlinkType + ordinal();
        }
    }

    /** Per-MN-Agg-Max-DL/UL-Bit-Rate (sections 4.2.1 and 4.2.2). */
    record PerMobileNodeAggregateMaximumRate(Direction direction, long rate) implements QualityOfServiceAttribute {
        /** Attribute type of downlink. */
        public static final int DOWNLINK_TYPE = 1;

        public PerMobileNodeAggregateMaximumRate {
            Unsigned.thirtyTwo(rate, "rate");
        }

        @Override
        public int type() {
            return direction.type(DOWNLINK_TYPE);
        }
    }

    /**
     * Per-Session-Agg-Max-DL/UL-Bit-Rate (sections 4.2.3 and 4.2.4).
     *
     * @param allSessions the S flag
     * @param excludeGuaranteed the E flag
     */
    record PerSessionAggregateMaximumRate(
            Direction direction, boolean allSessions, boolean excludeGuaranteed, long rate)
            implements QualityOfServiceAttribute {
        /** Attribute type of downlink. */
        public static final int DOWNLINK_TYPE = 3;

        public PerSessionAggregateMaximumRate {
            Unsigned.thirtyTwo(rate, "rate");
        }

        @Override
        public int type() {
            return direction.type(DOWNLINK_TYPE);
        }
    }

    /**
     * Allocation-Retention-Priority (section 4.2.5).
     *
     * @param level 0..15, 1 is the highest
     * @param preemptionCapability 0..3: 0 enabled, 1 disabled
     * @param preemptionVulnerability 0..3: 0 enabled, 1 disabled
     */
    record AllocationRetentionPriority(int level, int preemptionCapability, int preemptionVulnerability)
            implements QualityOfServiceAttribute {
        /** Attribute type. */
        public static final int TYPE = 5;

        public AllocationRetentionPriority {
            Unsigned.field(level, 4, "priority level");
            Unsigned.field(preemptionCapability, 2, "pre-emption capability");
            Unsigned.field(preemptionVulnerability, 2, "pre-emption vulnerability");
        }

        @Override
        public int type() {
            return TYPE;
        }
    }

    /** Aggregate-Max-DL/UL-Bit-Rate (sections 4.2.6 and 4.2.7). */
    record AggregateMaximumRate(Direction direction, long rate) implements QualityOfServiceAttribute {
        /** Attribute type of downlink. */
        public static final int DOWNLINK_TYPE = 6;

        public AggregateMaximumRate {
            Unsigned.thirtyTwo(rate, "rate");
        }

        @Override
        public int type() {
            return direction.type(DOWNLINK_TYPE);
        }
    }

    /** Guaranteed-DL/UL-Bit-Rate (sections 4.2.8 and 4.2.9). */
    record GuaranteedRate(Direction direction, long rate) implements QualityOfServiceAttribute {
        /** Attribute type of downlink. */
        public static final int DOWNLINK_TYPE = 8;

        public GuaranteedRate {
            Unsigned.thirtyTwo(rate, "rate");
        }

        @Override
        public int type() {
            return direction.type(DOWNLINK_TYPE);
        }
    }

    /** QoS-Traffic-Selector (section 4.2.10): the reserved octet comes before the format, unlike in RFC 6089. */
    record QualityOfServiceTrafficSelector(BinaryTrafficSelector trafficSelector) implements QualityOfServiceAttribute {
        /** Attribute type. */
        public static final int TYPE = 10;

        @Override
        public int type() {
            return TYPE;
        }
    }

    /**
     * QoS-Vendor-Specific-Attribute (section 4.2.11).
     *
     * @param vendorId private enterprise number, 0..2^32-1
     * @param subtype 0..255
     * @param data 0..240 octets
     */
    record VendorSpecificAttribute(long vendorId, int subtype, Octets data) implements QualityOfServiceAttribute {
        /** Attribute type. */
        public static final int TYPE = 11;

        public VendorSpecificAttribute {
            Unsigned.thirtyTwo(vendorId, "vendor id");
            Unsigned.octet(subtype, "vendor sub-type");
            MobilityOption.requireLength(data, 0, 240, "vendor data");
        }

        @Override
        public int type() {
            return TYPE;
        }
    }

    /**
     * Of another type: written again as it came.
     *
     * @param type 0..255
     * @param octets 0..247
     */
    record UnknownAttribute(int type, Octets octets) implements QualityOfServiceAttribute {
        public UnknownAttribute {
            Unsigned.octet(type, "attribute type");
            MobilityOption.requireLength(octets, 0, 247, "an attribute");
        }
    }
}
