package org.flowanchor.mobility.option;

import java.util.Optional;
import org.flowanchor.mobility.Ipv4Address;

/**
 * Traffic selector format 1 (RFC 6088 section 3.1).
 *
 * @param sourceAddresses of the correspondent
 * @param destinationAddresses of the mobile node
 * @param securityParametersIndexes IPsec SPI, 0..2^32-1
 * @param sourcePorts of the correspondent, 0..65535
 * @param destinationPorts of the mobile node, 0..65535
 * @param differentiatedServices six bits, 0..63
 * @param protocols 0..255
 */
public record Ipv4TrafficSelector(
        Optional<InclusiveRange<Ipv4Address>> sourceAddresses,
        Optional<InclusiveRange<Ipv4Address>> destinationAddresses,
        Optional<InclusiveRange<Long>> securityParametersIndexes,
        Optional<InclusiveRange<Integer>> sourcePorts,
        Optional<InclusiveRange<Integer>> destinationPorts,
        Optional<InclusiveRange<Integer>> differentiatedServices,
        Optional<InclusiveRange<Integer>> protocols)
        implements BinaryTrafficSelector {
    /** TS Format. */
    public static final int FORMAT = 1;

    /** Matches every IPv4 packet. */
    public static final Ipv4TrafficSelector ALL = new Ipv4TrafficSelector(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    public Ipv4TrafficSelector {
        BinaryTrafficSelector.requireThirtyTwo(securityParametersIndexes, "SPI");
        BinaryTrafficSelector.requireBits(sourcePorts, 16, "source port");
        BinaryTrafficSelector.requireBits(destinationPorts, 16, "destination port");
        BinaryTrafficSelector.requireBits(differentiatedServices, 6, "DSCP");
        BinaryTrafficSelector.requireBits(protocols, 8, "protocol");
    }

    @Override
    public int format() {
        return FORMAT;
    }
}
