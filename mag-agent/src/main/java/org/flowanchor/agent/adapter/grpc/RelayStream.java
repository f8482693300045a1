package org.flowanchor.agent.adapter.grpc;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;
import org.flowanchor.agent.application.AgentMetrics;
import org.flowanchor.agent.application.AgentMetrics.Refusal;
import org.flowanchor.agent.application.AgentMetrics.ServiceStream;
import org.flowanchor.agent.application.HeaderSink;
import org.flowanchor.agent.application.RelayInput;
import org.flowanchor.agent.application.RelayedHeader;
import org.flowanchor.agent.application.ServiceAddress;
import org.flowanchor.agent.application.SignallingProtection;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.Carriage;
import org.flowanchor.api.v1.MobilityHeaderPacket;
import org.flowanchor.api.v1.MobilityHeaderRelayServiceGrpc;
import org.flowanchor.api.v1.RelayDownlink;
import org.flowanchor.api.v1.RelayHello;
import org.flowanchor.api.v1.RelayPeers;
import org.flowanchor.api.v1.RelayUplink;
import org.flowanchor.mobility.IpAddress;
import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.Octets;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.TraceContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Mobility Headers between the anchor's sockets and binding-service, as octets. */
public final class RelayStream implements HeaderSink, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RelayStream.class);

    private final RelayHello hello;
    private final RelayInput input;
    private final AgentMetrics metrics;
    private final RandomGenerator random;
    private final ReconnectingStream<RelayUplink, RelayDownlink> stream;

    /** @param random for several threads: each header that came begins a trace */
    public RelayStream(
            List<ServiceAddress> services,
            ChannelFactory channels,
            LmaAddress lmaAddress,
            String agentVersion,
            SignallingProtection protection,
            Optional<Ipv4Address> ipv4Address,
            RelayInput input,
            ScheduledExecutorService timer,
            AgentMetrics metrics,
            RandomGenerator random) {
        RelayHello.Builder greeting = RelayHello.newBuilder()
                .setLmaAddress(ProtoMapping.toProto(lmaAddress))
                .setAgentVersion(agentVersion)
                .setProtection(
                        switch (protection) {
                            case IPSEC -> org.flowanchor.api.v1.SignallingProtection.SIGNALLING_PROTECTION_IPSEC;
                            case TRUSTED_NETWORK ->
                                org.flowanchor.api.v1.SignallingProtection.SIGNALLING_PROTECTION_TRUSTED_NETWORK;
                        })
                .addCarriages(Carriage.CARRIAGE_IPV6);
        ipv4Address.ifPresent(address -> greeting.addCarriages(Carriage.CARRIAGE_IPV4_UDP)
                .setIpv4Address(ProtoMapping.toProto((IpAddress) address)));
        this.hello = greeting.build();
        this.input = input;
        this.metrics = metrics;
        this.random = random;
        this.stream = new ReconnectingStream<>(
                ServiceStream.RELAY, services, channels, new Protocol(), timer, metrics, random);
    }

    public void start() {
        stream.start();
    }

    public boolean isUp() {
        return stream.isUp();
    }

    @Override
    public boolean offer(RelayedHeader header) {
        return stream.offer(RelayUplink.newBuilder()
                .setTraceparent(TraceContext.begin(random).traceparent())
                .setPacket(packet(header))
                .build());
    }

    @Override
    public void close() {
        stream.close();
    }

    private static MobilityHeaderPacket packet(RelayedHeader header) {
        return MobilityHeaderPacket.newBuilder()
                .setCarriage(header.source().length() == 16 ? Carriage.CARRIAGE_IPV6 : Carriage.CARRIAGE_IPV4_UDP)
                .setSource(ProtoMapping.toProto(header.source()))
                .setDestination(ProtoMapping.toProto(header.destination()))
                .setSourcePort(header.sourcePort())
                .setDestinationPort(header.destinationPort())
                .setMobilityHeader(ByteString.copyFrom(header.octets().toByteArray()))
                .build();
    }

    private static RelayedHeader header(MobilityHeaderPacket packet) {
        return new RelayedHeader(
                ProtoMapping.ipAddress(packet.getSource()),
                ProtoMapping.ipAddress(packet.getDestination()),
                packet.getSourcePort(),
                packet.getDestinationPort(),
                Octets.of(packet.getMobilityHeader().toByteArray()));
    }

    private static Set<IpAddress> addresses(RelayPeers peers) {
        Set<IpAddress> addresses = new LinkedHashSet<>();
        peers.getAddressesList().forEach(address -> addresses.add(ProtoMapping.ipAddress(address)));
        return addresses;
    }

    private static Set<ProxyCareOfAddress> gateways(RelayPeers peers) {
        Set<ProxyCareOfAddress> gateways = new LinkedHashSet<>();
        peers.getProxyCareOfAddressesList().forEach(address -> gateways.add(ProtoMapping.proxyCareOfAddress(address)));
        return gateways;
    }

    private final class Protocol implements StreamProtocol<RelayUplink, RelayDownlink> {
        @Override
        public StreamObserver<RelayUplink> call(Channel channel, StreamObserver<RelayDownlink> responses) {
            return MobilityHeaderRelayServiceGrpc.newStub(channel).relay(responses);
        }

        @Override
        public Optional<RelayUplink> greeting() {
            return Optional.of(RelayUplink.newBuilder().setHello(hello).build());
        }

        @Override
        public void opened(long number) {
            log.debug("relay stream {} is up", number);
        }

        @Override
        public void received(RelayDownlink message, StreamSession<RelayUplink> session) {
            session.proven();
            try {
                switch (message.getMessageCase()) {
                    case PEERS -> {
                        input.gateways(gateways(message.getPeers()));
                        input.peers(
                                addresses(message.getPeers()),
                                message.getPeers().getPacketsPerSecond(),
                                message.getPeers().getBurst());
                    }
                    case PACKET -> input.send(header(message.getPacket()));
                    case PARAMETER_PROBLEM ->
                        input.parameterProblem(
                                header(message.getParameterProblem().getInvoking()),
                                message.getParameterProblem().getOffset());
                    // Messages of later releases.
                    case MESSAGE_NOT_SET -> log.debug("an unknown message was skipped");
                }
            } catch (IllegalArgumentException e) {
                metrics.refused(ServiceStream.RELAY, Refusal.INVALID);
                log.warn("relayed message dropped: {}", BindingStream.text(e));
            }
        }
    }
}
