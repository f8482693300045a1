package org.flowanchor.api;

import com.google.protobuf.ByteString;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.TrafficSelector;
import org.flowanchor.mobility.TrafficSelector.Range;

/**
 * Contract messages to RFC values and back. Every method from a message throws {@link IllegalArgumentException} with the field's fault
 * when the message is not a legal value: callers answer INVALID_ARGUMENT and change nothing.
 */
public final class ProtoMapping {
    private ProtoMapping() {}

    public static ByteString toProto(Ipv6Address address) {
        return ByteString.copyFrom(address.octets());
    }

    public static ByteString toProto(ProxyCareOfAddress address) {
        return toProto(address.address());
    }

    public static ByteString toProto(LmaAddress address) {
        return toProto(address.address());
    }

    public static Ipv6Address ipv6Address(ByteString octets) {
        return Ipv6Address.of(octets.toByteArray());
    }

    public static ProxyCareOfAddress proxyCareOfAddress(ByteString octets) {
        return new ProxyCareOfAddress(ipv6Address(octets));
    }

    public static LmaAddress lmaAddress(ByteString octets) {
        return new LmaAddress(ipv6Address(octets));
    }

    public static org.flowanchor.api.v1.HomeNetworkPrefix toProto(HomeNetworkPrefix prefix) {
        return org.flowanchor.api.v1.HomeNetworkPrefix.newBuilder()
                .setPrefix(toProto(prefix.address()))
                .setPrefixLength(prefix.length())
                .build();
    }

    public static HomeNetworkPrefix homeNetworkPrefix(org.flowanchor.api.v1.HomeNetworkPrefix prefix) {
        return new HomeNetworkPrefix(ipv6Address(prefix.getPrefix()), prefix.getPrefixLength());
    }

    public static org.flowanchor.api.v1.FiveTuple toProto(FiveTuple flow) {
        return org.flowanchor.api.v1.FiveTuple.newBuilder()
                .setSourceAddress(toProto(flow.sourceAddress()))
                .setDestinationAddress(toProto(flow.destinationAddress()))
                .setProtocol(flow.protocol())
                .setSourcePort(flow.sourcePort())
                .setDestinationPort(flow.destinationPort())
                .build();
    }

    public static FiveTuple fiveTuple(org.flowanchor.api.v1.FiveTuple flow) {
        return new FiveTuple(
                ipv6Address(flow.getSourceAddress()),
                ipv6Address(flow.getDestinationAddress()),
                flow.getProtocol(),
                flow.getSourcePort(),
                flow.getDestinationPort());
    }

    public static org.flowanchor.api.v1.TrafficSelector toProto(TrafficSelector selector) {
        return org.flowanchor.api.v1.TrafficSelector.newBuilder()
                .setRemotePrefix(toProto(selector.remotePrefix()))
                .setProtocols(toProto(selector.protocols()))
                .setRemotePorts(toProto(selector.remotePorts()))
                .setDscp(toProto(selector.dscp()))
                .build();
    }

    public static TrafficSelector trafficSelector(org.flowanchor.api.v1.TrafficSelector selector) {
        return new TrafficSelector(
                selector.hasRemotePrefix()
                        ? homeNetworkPrefix(selector.getRemotePrefix())
                        : TrafficSelector.ALL.remotePrefix(),
                selector.hasProtocols() ? range(selector.getProtocols()) : TrafficSelector.ALL_PROTOCOLS,
                selector.hasRemotePorts() ? range(selector.getRemotePorts()) : TrafficSelector.ALL_PORTS,
                selector.hasDscp() ? range(selector.getDscp()) : TrafficSelector.ALL_DSCP);
    }

    private static org.flowanchor.api.v1.Range toProto(Range range) {
        return org.flowanchor.api.v1.Range.newBuilder()
                .setStart(range.start())
                .setEnd(range.end())
                .build();
    }

    private static Range range(org.flowanchor.api.v1.Range range) {
        return new Range(range.getStart(), range.getEnd());
    }
}
