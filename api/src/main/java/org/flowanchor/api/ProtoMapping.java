package org.flowanchor.api;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import org.flowanchor.mobility.DecisionAuthority;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.HostModel;
import org.flowanchor.mobility.IpAddress;
import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.PrefixModel;
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

    /** 16 or 4 octets. */
    public static ByteString toProto(IpAddress address) {
        return switch (address) {
            case Ipv6Address ipv6 -> toProto(ipv6);
            case Ipv4Address ipv4 ->
                ByteString.copyFrom(ByteBuffer.allocate(Ipv4Address.LENGTH).putInt(0, ipv4.bits()));
        };
    }

    public static IpAddress ipAddress(ByteString octets) {
        return switch (octets.size()) {
            case Ipv4Address.LENGTH ->
                new Ipv4Address(octets.asReadOnlyByteBuffer().getInt());
            case Ipv6Address.LENGTH -> ipv6Address(octets);
            default -> throw new IllegalArgumentException(octets.size() + " octets are no address");
        };
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
        Range indexes = selector.securityParametersIndexes();
        boolean ofAnyPort = selector.remotePorts().equals(TrafficSelector.ALL_PORTS);
        return org.flowanchor.api.v1.TrafficSelector.newBuilder()
                .setRemotePrefix(toProto(selector.remotePrefix()))
                .setProtocols(toProto(selector.protocols()))
                .setRemotePorts(toProto(ofAnyPort ? firstHalves(indexes) : selector.remotePorts()))
                .setDscp(toProto(selector.dscp()))
                .setFlowLabels(toProto(selector.flowLabels()))
                .setSecurityParametersIndexes(toProto(indexes))
                .build();
    }

    /** As ports of ESP, for readers who know no Security Parameters Indexes; of all indexes all ports. */
    private static Range firstHalves(Range indexes) {
        return new Range(indexes.start() >>> 16, indexes.end() >>> 16);
    }

    public static TrafficSelector trafficSelector(org.flowanchor.api.v1.TrafficSelector selector) {
        Range ports = selector.hasRemotePorts() ? range(selector.getRemotePorts()) : TrafficSelector.ALL_PORTS;
        Range indexes = selector.hasSecurityParametersIndexes()
                ? range(selector.getSecurityParametersIndexes())
                : TrafficSelector.ALL_SECURITY_PARAMETERS_INDEXES;
        return new TrafficSelector(
                selector.hasRemotePrefix()
                        ? homeNetworkPrefix(selector.getRemotePrefix())
                        : TrafficSelector.ALL.remotePrefix(),
                selector.hasProtocols() ? range(selector.getProtocols()) : TrafficSelector.ALL_PROTOCOLS,
                ports.equals(firstHalves(indexes)) ? TrafficSelector.ALL_PORTS : ports,
                selector.hasDscp() ? range(selector.getDscp()) : TrafficSelector.ALL_DSCP,
                selector.hasFlowLabels() ? range(selector.getFlowLabels()) : TrafficSelector.ALL_FLOW_LABELS,
                indexes);
    }

    public static org.flowanchor.api.v1.PrefixModel toProto(PrefixModel model) {
        return switch (model) {
            case SHARED -> org.flowanchor.api.v1.PrefixModel.PREFIX_MODEL_SHARED;
            case UNIQUE -> org.flowanchor.api.v1.PrefixModel.PREFIX_MODEL_UNIQUE;
            case HYBRID -> org.flowanchor.api.v1.PrefixModel.PREFIX_MODEL_HYBRID;
        };
    }

    /** Not specified: {@code SHARED}. */
    public static PrefixModel prefixModel(org.flowanchor.api.v1.PrefixModel model) {
        return switch (model) {
            case PREFIX_MODEL_UNSPECIFIED, PREFIX_MODEL_SHARED -> PrefixModel.SHARED;
            case PREFIX_MODEL_UNIQUE -> PrefixModel.UNIQUE;
            case PREFIX_MODEL_HYBRID -> PrefixModel.HYBRID;
            case UNRECOGNIZED -> throw new IllegalArgumentException("prefix model is not known");
        };
    }

    public static org.flowanchor.api.v1.HostModel toProto(HostModel model) {
        return switch (model) {
            case LIF -> org.flowanchor.api.v1.HostModel.HOST_MODEL_LOGICAL_INTERFACE;
            case WEAK -> org.flowanchor.api.v1.HostModel.HOST_MODEL_WEAK;
            case STRONG -> org.flowanchor.api.v1.HostModel.HOST_MODEL_STRONG;
        };
    }

    /** Not specified: {@code LIF}. */
    public static HostModel hostModel(org.flowanchor.api.v1.HostModel model) {
        return switch (model) {
            case HOST_MODEL_UNSPECIFIED, HOST_MODEL_LOGICAL_INTERFACE -> HostModel.LIF;
            case HOST_MODEL_WEAK -> HostModel.WEAK;
            case HOST_MODEL_STRONG -> HostModel.STRONG;
            case UNRECOGNIZED -> throw new IllegalArgumentException("host model is not known");
        };
    }

    public static org.flowanchor.api.v1.DecisionAuthority toProto(DecisionAuthority authority) {
        return switch (authority) {
            case NETWORK -> org.flowanchor.api.v1.DecisionAuthority.DECISION_AUTHORITY_NETWORK;
            case MOBILE_NODE -> org.flowanchor.api.v1.DecisionAuthority.DECISION_AUTHORITY_MOBILE_NODE;
        };
    }

    /** Not specified: {@code NETWORK}. */
    public static DecisionAuthority decisionAuthority(org.flowanchor.api.v1.DecisionAuthority authority) {
        return switch (authority) {
            case DECISION_AUTHORITY_UNSPECIFIED, DECISION_AUTHORITY_NETWORK -> DecisionAuthority.NETWORK;
            case DECISION_AUTHORITY_MOBILE_NODE -> DecisionAuthority.MOBILE_NODE;
            case UNRECOGNIZED -> throw new IllegalArgumentException("decision authority is not known");
        };
    }

    private static org.flowanchor.api.v1.Range toProto(Range range) {
        return org.flowanchor.api.v1.Range.newBuilder()
                .setStart((int) range.start())
                .setEnd((int) range.end())
                .build();
    }

    private static Range range(org.flowanchor.api.v1.Range range) {
        return new Range(Integer.toUnsignedLong(range.getStart()), Integer.toUnsignedLong(range.getEnd()));
    }
}
