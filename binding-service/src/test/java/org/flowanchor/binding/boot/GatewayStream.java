package org.flowanchor.binding.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.ANCHOR;
import static org.flowanchor.binding.Scene.LTE;
import static org.flowanchor.binding.Scene.LTE_LINK;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MAG2;
import static org.flowanchor.binding.Scene.WLAN;
import static org.flowanchor.binding.Scene.WLAN_LINK;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.AnchorSignal;
import org.flowanchor.api.v1.GatewayHello;
import org.flowanchor.api.v1.GatewaySignal;
import org.flowanchor.api.v1.ProxyBindingAcknowledgement;
import org.flowanchor.api.v1.ProxyBindingUpdate;
import org.flowanchor.api.v1.RegistrationServiceGrpc;
import org.flowanchor.binding.domain.Timestamp;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;

/** What a gateway says on its stream, and waits for. */
final class GatewayStream {
    private static final AtomicInteger SEQUENCE = new AtomicInteger();

    private GatewayStream() {}

    /** The gateway does not say whether it restarted. */
    static Conversation<GatewaySignal, AnchorSignal> open(Channel channel, ProxyCareOfAddress address) {
        return open(channel, hello(address));
    }

    static Conversation<GatewaySignal, AnchorSignal> open(
            Channel channel, ProxyCareOfAddress address, int restartCounter) {
        return open(channel, hello(address).setRestartCounter(restartCounter));
    }

    private static GatewayHello.Builder hello(ProxyCareOfAddress address) {
        return GatewayHello.newBuilder()
                .setProxyCareOfAddress(ProtoMapping.toProto(address))
                .setAgentVersion("test");
    }

    private static Conversation<GatewaySignal, AnchorSignal> open(Channel channel, GatewayHello.Builder hello) {
        Conversation<GatewaySignal, AnchorSignal> gateway =
                new Conversation<>(RegistrationServiceGrpc.newStub(channel)::signal);
        gateway.send(GatewaySignal.newBuilder().setHello(hello).build());
        return gateway;
    }

    /** For any prefix, now. */
    static ProxyBindingUpdate.Builder update(
            String node, ProxyCareOfAddress gateway, AccessTechnologyType type, LinkLayerIdentifier link, int handoff) {
        return ProxyBindingUpdate.newBuilder()
                .setSequenceNumber(SEQUENCE.incrementAndGet())
                .setLmaAddress(ProtoMapping.toProto(ANCHOR))
                .setProxyCareOfAddress(ProtoMapping.toProto(gateway))
                .setMobileNodeIdentifier(node)
                .addHomeNetworkPrefixes(ProtoMapping.toProto(HomeNetworkPrefix.ALL_ZERO))
                .setHandoffIndicator(handoff)
                .setAccessTechnologyType(type.value())
                .setLinkLayerIdentifier(ByteString.copyFrom(link.octets()))
                .setLifetime(100)
                .setTimestamp(Timestamp.of(Instant.now()).value());
    }

    static ProxyBindingUpdate.Builder wlan(String node) {
        return update(node, MAG1, WLAN, WLAN_LINK, 1);
    }

    static ProxyBindingUpdate.Builder lte(String node) {
        return update(node, MAG2, LTE, LTE_LINK, 6);
    }

    /** What the anchor starts by itself is passed over. */
    static AnchorSignal next(Conversation<GatewaySignal, AnchorSignal> gateway, Predicate<AnchorSignal> wanted) {
        AnchorSignal signal = gateway.next();
        while (!wanted.test(signal)) {
            signal = gateway.next();
        }
        return signal;
    }

    static ProxyBindingAcknowledgement exchange(
            Conversation<GatewaySignal, AnchorSignal> gateway, ProxyBindingUpdate.Builder update) {
        gateway.send(GatewaySignal.newBuilder()
                .setTraceparent("trace")
                .setProxyBindingUpdate(update)
                .build());
        AnchorSignal answer = next(gateway, AnchorSignal::hasProxyBindingAcknowledgement);
        assertThat(answer.getTraceparent()).isEqualTo("trace");
        assertThat(answer.getProxyBindingAcknowledgement().getSequenceNumber()).isEqualTo(update.getSequenceNumber());
        return answer.getProxyBindingAcknowledgement();
    }
}
