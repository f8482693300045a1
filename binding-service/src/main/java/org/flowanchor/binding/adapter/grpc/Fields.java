package org.flowanchor.binding.adapter.grpc;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.GatewayHello;
import org.flowanchor.api.v1.MobileNodeAnswer;
import org.flowanchor.api.v1.MobileNodeQuery;
import org.flowanchor.binding.application.MobileNodeDirectory;
import org.flowanchor.binding.domain.ProxyBindingAcknowledgement;
import org.flowanchor.binding.domain.ProxyBindingUpdate;
import org.flowanchor.binding.domain.Timestamp;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.ServiceSelection;
import org.flowanchor.mobility.TraceContext;

/** Messages to values and back; a value that is none becomes INVALID_ARGUMENT with the field's name. */
final class Fields {
    private static final int MAX_PREFIXES = 64;
    private static final int MAX_IDENTIFIERS = 1000;

    private Fields() {}

    static ProxyCareOfAddress proxyCareOfAddress(GatewayHello hello) {
        return field(
                "hello.proxy_care_of_address", () -> ProtoMapping.proxyCareOfAddress(hello.getProxyCareOfAddress()));
    }

    static LmaAddress lmaAddress(String name, ByteString octets) {
        return field(name, () -> ProtoMapping.lmaAddress(octets));
    }

    static ProxyBindingUpdate update(org.flowanchor.api.v1.ProxyBindingUpdate message) {
        String in = "proxy_binding_update.";
        return new ProxyBindingUpdate(
                unsigned16(in + "sequence_number", message.getSequenceNumber()),
                lmaAddress(in + "lma_address", message.getLmaAddress()),
                field(
                        in + "proxy_care_of_address",
                        () -> ProtoMapping.proxyCareOfAddress(message.getProxyCareOfAddress())),
                message.getMobileNodeIdentifier().isEmpty()
                        ? Optional.empty()
                        : Optional.of(field(
                                in + "mobile_node_identifier",
                                () -> new MobileNodeIdentifier(message.getMobileNodeIdentifier()))),
                prefixes(in + "home_network_prefixes", message.getHomeNetworkPrefixesList()),
                message.hasHandoffIndicator()
                        ? Optional.of(field(
                                in + "handoff_indicator", () -> new HandoffIndicator(message.getHandoffIndicator())))
                        : Optional.empty(),
                message.hasAccessTechnologyType()
                        ? Optional.of(field(
                                in + "access_technology_type",
                                () -> new AccessTechnologyType(message.getAccessTechnologyType())))
                        : Optional.empty(),
                message.getLinkLayerIdentifier().isEmpty()
                        ? Optional.empty()
                        : Optional.of(field(
                                in + "link_layer_identifier",
                                () -> LinkLayerIdentifier.of(
                                        message.getLinkLayerIdentifier().toByteArray()))),
                unsigned16(in + "lifetime", message.getLifetime()),
                message.hasTimestamp() ? Optional.of(new Timestamp(message.getTimestamp())) : Optional.empty(),
                message.getLinkLocalAddress().isEmpty()
                        ? Optional.empty()
                        : Optional.of(linkLocalAddress(in + "link_local_address", message.getLinkLocalAddress())),
                message.getServiceSelection().isEmpty()
                        ? Optional.empty()
                        : Optional.of(field(
                                in + "service_selection", () -> new ServiceSelection(message.getServiceSelection()))));
    }

    /** A trace context that is none is as good as none: tracing refuses no message. */
    static Optional<String> traceparent(String text) {
        return TraceContext.isValid(text) ? Optional.of(text) : Optional.empty();
    }

    private static Ipv6Address linkLocalAddress(String name, ByteString octets) {
        Ipv6Address address = field(name, () -> ProtoMapping.ipv6Address(octets));
        if (!address.isUnspecified() && !address.isLinkLocal()) {
            throw invalid(name, address + " is not a link-local address");
        }
        return address;
    }

    static List<HomeNetworkPrefix> prefixes(String name, List<org.flowanchor.api.v1.HomeNetworkPrefix> messages) {
        if (messages.size() > MAX_PREFIXES) {
            throw invalid(name, messages.size() + " prefixes are more than " + MAX_PREFIXES);
        }
        List<HomeNetworkPrefix> prefixes = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            org.flowanchor.api.v1.HomeNetworkPrefix message = messages.get(i);
            HomeNetworkPrefix prefix = field(name + "[" + i + "]", () -> ProtoMapping.homeNetworkPrefix(message));
            // "Allocate" has one spelling inside, whatever length the gateway wrote beside the zeros.
            prefixes.add(prefix.isAllZero() ? HomeNetworkPrefix.ALL_ZERO : prefix);
        }
        return prefixes;
    }

    static List<LinkLayerIdentifier> identifiers(MobileNodeQuery query) {
        String name = "mobile_node_query.link_layer_identifiers";
        List<ByteString> messages = query.getLinkLayerIdentifiersList();
        if (messages.isEmpty() || messages.size() > MAX_IDENTIFIERS) {
            throw invalid(name, messages.size() + " identifiers are not 1.." + MAX_IDENTIFIERS);
        }
        List<LinkLayerIdentifier> identifiers = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            byte[] octets = messages.get(i).toByteArray();
            identifiers.add(field(name + "[" + i + "]", () -> LinkLayerIdentifier.of(octets)));
        }
        return identifiers;
    }

    static MobileNodeAnswer message(List<MobileNodeDirectory.Mapping> mappings) {
        MobileNodeAnswer.Builder answer = MobileNodeAnswer.newBuilder();
        mappings.forEach(mapping -> answer.addMappingsBuilder()
                .setLinkLayerIdentifier(
                        ByteString.copyFrom(mapping.linkLayerIdentifier().octets()))
                .setMobileNodeIdentifier(
                        mapping.mobileNode().map(MobileNodeIdentifier::value).orElse(""))
                .setValidForMs((int) mapping.validity().toMillis()));
        return answer.build();
    }

    static int unsigned16(String name, int value) {
        if (value < 0 || value > 65535) {
            throw invalid(name, Integer.toUnsignedString(value) + " is not in 0..65535");
        }
        return value;
    }

    static <T> T field(String name, Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw invalid(name, String.valueOf(e.getMessage()));
        }
    }

    static StatusRuntimeException invalid(String field, String fault) {
        return Status.INVALID_ARGUMENT.withDescription(field + ": " + fault).asRuntimeException();
    }

    static org.flowanchor.api.v1.ProxyBindingAcknowledgement message(ProxyBindingAcknowledgement acknowledgement) {
        var message = org.flowanchor.api.v1.ProxyBindingAcknowledgement.newBuilder()
                .setSequenceNumber(acknowledgement.sequenceNumber())
                .setStatus(acknowledgement.status().value())
                .setMobileNodeIdentifier(acknowledgement
                        .mobileNodeIdentifier()
                        .map(MobileNodeIdentifier::value)
                        .orElse(""))
                .setHandoffIndicator(acknowledgement.handoffIndicator().value())
                .setAccessTechnologyType(acknowledgement.accessTechnologyType().value())
                .setLifetime(acknowledgement.lifetime());
        message.addAllHomeNetworkPrefixes(
                SignalFields.prefixes(acknowledgement.homeNetworkPrefixes(), acknowledgement.offLinkPrefixes()));
        acknowledgement
                .linkLocalAddress()
                .ifPresent(address -> message.setLinkLocalAddress(ProtoMapping.toProto(address)));
        acknowledgement.serviceSelection().ifPresent(service -> message.setServiceSelection(service.value()));
        acknowledgement
                .linkLayerIdentifier()
                .ifPresent(identifier -> message.setLinkLayerIdentifier(ByteString.copyFrom(identifier.octets())));
        acknowledgement.timestamp().ifPresent(timestamp -> message.setTimestamp(timestamp.value()));
        return message.build();
    }
}
