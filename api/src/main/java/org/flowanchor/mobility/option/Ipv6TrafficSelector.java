package org.flowanchor.mobility.option;

import java.util.Optional;
import java.util.function.Function;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.TrafficSelector;

/**
 * Traffic selector format 2 (RFC 6088 section 3.2).
 *
 * @param sourceAddresses of the correspondent
 * @param destinationAddresses of the mobile node
 * @param securityParametersIndexes IPsec SPI, 0..2^32-1
 * @param flowLabels 20 bits (RFC 8200 section 3), 0..1048575
 * @param sourcePorts of the correspondent, 0..65535
 * @param destinationPorts of the mobile node, 0..65535
 * @param trafficClasses the six bits of the DSCP, 0..63
 * @param nextHeaders 0..255
 */
public record Ipv6TrafficSelector(
        Optional<InclusiveRange<Ipv6Address>> sourceAddresses,
        Optional<InclusiveRange<Ipv6Address>> destinationAddresses,
        Optional<InclusiveRange<Long>> securityParametersIndexes,
        Optional<InclusiveRange<Integer>> flowLabels,
        Optional<InclusiveRange<Integer>> sourcePorts,
        Optional<InclusiveRange<Integer>> destinationPorts,
        Optional<InclusiveRange<Integer>> trafficClasses,
        Optional<InclusiveRange<Integer>> nextHeaders)
        implements BinaryTrafficSelector {
    /** TS Format. */
    public static final int FORMAT = 2;

    /** Matches every IPv6 packet. */
    public static final Ipv6TrafficSelector ALL = new Ipv6TrafficSelector(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    public Ipv6TrafficSelector {
        BinaryTrafficSelector.requireThirtyTwo(securityParametersIndexes, "SPI");
        BinaryTrafficSelector.requireBits(flowLabels, 20, "flow label");
        BinaryTrafficSelector.requireBits(sourcePorts, 16, "source port");
        BinaryTrafficSelector.requireBits(destinationPorts, 16, "destination port");
        BinaryTrafficSelector.requireBits(trafficClasses, 6, "traffic class");
        BinaryTrafficSelector.requireBits(nextHeaders, 8, "next header");
    }

    /**
     * The selector of a steering rule for the packets to one home network prefix. Fields that match everything are left out.
     *
     * @param destination of the mobile node; {@link HomeNetworkPrefix#ALL_ZERO} for any
     */
    public static Ipv6TrafficSelector of(TrafficSelector rule, HomeNetworkPrefix destination) {
        return new Ipv6TrafficSelector(
                addresses(rule.remotePrefix()),
                addresses(destination),
                unlessAll(
                        rule.securityParametersIndexes(),
                        TrafficSelector.ALL_SECURITY_PARAMETERS_INDEXES,
                        Function.identity()),
                unlessAll(rule.flowLabels(), TrafficSelector.ALL_FLOW_LABELS),
                unlessAll(rule.remotePorts(), TrafficSelector.ALL_PORTS),
                Optional.empty(),
                unlessAll(rule.dscp(), TrafficSelector.ALL_DSCP),
                unlessAll(rule.protocols(), TrafficSelector.ALL_PROTOCOLS));
    }

    private static Optional<InclusiveRange<Ipv6Address>> addresses(HomeNetworkPrefix prefix) {
        return prefix.length() == 0
                ? Optional.empty()
                : Optional.of(new InclusiveRange<>(prefix.address(), prefix.last()));
    }

    private static Optional<InclusiveRange<Integer>> unlessAll(
            TrafficSelector.Range range, TrafficSelector.Range domain) {
        return unlessAll(range, domain, Math::toIntExact);
    }

    private static <T extends Comparable<T>> Optional<InclusiveRange<T>> unlessAll(
            TrafficSelector.Range range, TrafficSelector.Range domain, Function<Long, T> value) {
        return range.equals(domain)
                ? Optional.empty()
                : Optional.of(new InclusiveRange<>(value.apply(range.start()), value.apply(range.end())));
    }

    @Override
    public int format() {
        return FORMAT;
    }
}
