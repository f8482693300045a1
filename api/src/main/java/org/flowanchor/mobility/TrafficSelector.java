package org.flowanchor.mobility;

/**
 * What a steering rule matches, in downlink direction (RFC 6088 section 3.2): everything is an inclusive range, a range that is the
 * whole domain matches everything.
 *
 * @param remotePrefix of the correspondent (source)
 * @param protocols next header, within 0..255
 * @param remotePorts source ports of downlink packets, within 0..65535
 * @param dscp six bits, within 0..63
 * @param flowLabels twenty bits (RFC 8200 section 3), within 0..1048575
 * @param securityParametersIndexes of ESP (RFC 4303 section 2.1), within 0..2^32-1; the whole domain unless the protocol is ESP alone
 */
public record TrafficSelector(
        HomeNetworkPrefix remotePrefix,
        Range protocols,
        Range remotePorts,
        Range dscp,
        Range flowLabels,
        Range securityParametersIndexes) {
    public static final Range ALL_PROTOCOLS = new Range(0, 255);
    public static final Range ALL_PORTS = new Range(0, 65535);
    public static final Range ALL_DSCP = new Range(0, 63);
    public static final Range ALL_FLOW_LABELS = new Range(0, 0xfffff);
    public static final Range ALL_SECURITY_PARAMETERS_INDEXES = new Range(0, 0xffffffffL);
    private static final Range ESP = new Range(FiveTuple.ESP, FiveTuple.ESP);

    /** Matches every packet. */
    public static final TrafficSelector ALL =
            new TrafficSelector(HomeNetworkPrefix.ALL_ZERO, ALL_PROTOCOLS, ALL_PORTS, ALL_DSCP);

    /**
     * Inclusive range of unsigned values.
     *
     * @param start not negative
     * @param end not below {@code start}
     */
    public record Range(long start, long end) {
        public Range {
            if (start < 0 || end < start) {
                throw new IllegalArgumentException("not a range: " + start + "-" + end);
            }
        }

        public boolean contains(long value) {
            return start <= value && value <= end;
        }

        public boolean contains(Range other) {
            return start <= other.start && other.end <= end;
        }

        @Override
        public String toString() {
            return start == end ? Long.toString(start) : start + "-" + end;
        }
    }

    public TrafficSelector {
        require(ALL_PROTOCOLS, protocols, "protocols");
        require(ALL_PORTS, remotePorts, "ports");
        require(ALL_DSCP, dscp, "DSCP");
        require(ALL_FLOW_LABELS, flowLabels, "flow labels");
        require(ALL_SECURITY_PARAMETERS_INDEXES, securityParametersIndexes, "Security Parameters Indexes");
        if (!securityParametersIndexes.equals(ALL_SECURITY_PARAMETERS_INDEXES) && !protocols.equals(ESP)) {
            throw new IllegalArgumentException(
                    "Security Parameters Indexes are of protocol " + FiveTuple.ESP + ", not of " + protocols);
        }
    }

    /** Of any flow label. */
    public TrafficSelector(HomeNetworkPrefix remotePrefix, Range protocols, Range remotePorts, Range dscp) {
        this(remotePrefix, protocols, remotePorts, dscp, ALL_FLOW_LABELS);
    }

    /** Of any Security Parameters Index. */
    public TrafficSelector(
            HomeNetworkPrefix remotePrefix, Range protocols, Range remotePorts, Range dscp, Range flowLabels) {
        this(remotePrefix, protocols, remotePorts, dscp, flowLabels, ALL_SECURITY_PARAMETERS_INDEXES);
    }

    public TrafficSelector withFlowLabels(Range labels) {
        return new TrafficSelector(remotePrefix, protocols, remotePorts, dscp, labels, securityParametersIndexes);
    }

    public TrafficSelector withSecurityParametersIndexes(Range indexes) {
        return new TrafficSelector(remotePrefix, protocols, remotePorts, dscp, flowLabels, indexes);
    }

    private static void require(Range domain, Range range, String what) {
        if (!domain.contains(range)) {
            throw new IllegalArgumentException(what + " " + range + " is not within " + domain);
        }
    }

    public boolean matches(FiveTuple flow, int dscpValue, int flowLabel) {
        return matchesFiveTuple(flow) && dscp.contains(dscpValue) && flowLabels.contains(flowLabel);
    }

    /** Whether a flow's packets match that have the right DSCP and flow label. */
    public boolean matchesFiveTuple(FiveTuple flow) {
        return remotePrefix.contains(flow.sourceAddress())
                && protocols.contains(flow.protocol())
                && remotePorts.contains(flow.sourcePort())
                && securityParametersIndexes.contains(flow.securityParametersIndex());
    }

    /** Whether every packet of a flow matches that {@link #matchesFiveTuple}. */
    public boolean isOfFiveTuple() {
        return dscp.equals(ALL_DSCP) && flowLabels.equals(ALL_FLOW_LABELS);
    }
}
