package org.flowanchor.binding.adapter.grpc;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.identity.Caller;
import org.flowanchor.api.identity.PeerIdentity;
import org.flowanchor.api.v1.Carriage;
import org.flowanchor.api.v1.MobilityHeaderPacket;
import org.flowanchor.api.v1.MobilityHeaderRelayServiceGrpc;
import org.flowanchor.api.v1.ParameterProblem;
import org.flowanchor.api.v1.RelayDownlink;
import org.flowanchor.api.v1.RelayHello;
import org.flowanchor.api.v1.RelayPeers;
import org.flowanchor.api.v1.RelayUplink;
import org.flowanchor.binding.application.RelayChannel;
import org.flowanchor.binding.application.RelayRegistry;
import org.flowanchor.binding.application.RelayedHeader;
import org.flowanchor.binding.application.WireSignalling;
import org.flowanchor.mobility.IpAddress;
import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.Octets;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream per anchor's agent with sockets for RFC 5213 on the wire. Packets go through as they come; an agent that reads too slowly
 * loses answers, which is what a network does, and its gateways retransmit.
 */
final class RelayEndpoint extends MobilityHeaderRelayServiceGrpc.MobilityHeaderRelayServiceImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(RelayEndpoint.class);

    private final Set<LmaAddress> anchors;
    private final WireSignalling signalling;
    private final RelayRegistry registry;
    private final Set<Relay> relays = ConcurrentHashMap.newKeySet();

    RelayEndpoint(Set<LmaAddress> anchors, WireSignalling signalling, RelayRegistry registry) {
        this.anchors = Set.copyOf(anchors);
        this.signalling = signalling;
        this.registry = registry;
    }

    void closeAll(Status status) {
        relays.forEach(relay -> relay.end(status));
    }

    @Override
    public StreamObserver<RelayUplink> relay(StreamObserver<RelayDownlink> responses) {
        ServerCallStreamObserver<RelayDownlink> call = (ServerCallStreamObserver<RelayDownlink>) responses;
        Relay relay = new Relay(call);
        relays.add(relay);
        call.setOnCancelHandler(relay::gone);
        return relay;
    }

    private final class Relay implements StreamObserver<RelayUplink>, RelayChannel {
        private final ServerCallStreamObserver<RelayDownlink> call;
        private final ReentrantLock sending = new ReentrantLock();
        private final String peer = PeerAddress.current();
        private final Caller caller = Caller.current();
        private boolean open = true;
        private @Nullable LmaAddress anchor;
        private volatile long number;

        Relay(ServerCallStreamObserver<RelayDownlink> call) {
            this.call = call;
        }

        @Override
        public void onNext(RelayUplink message) {
            if (!isOpen()) {
                return;
            }
            try {
                receive(message);
            } catch (StatusRuntimeException e) {
                LOG.warn("relay of {} refused: {}", peer, e.getStatus().getDescription());
                end(e.getStatus());
            }
        }

        private void receive(RelayUplink message) {
            LmaAddress known = anchor;
            switch (message.getMessageCase()) {
                case HELLO -> {
                    if (known != null) {
                        throw Fields.invalid("hello", "only the first message is a hello");
                    }
                    anchor = greeted(message.getHello());
                }
                case PACKET -> {
                    if (known == null) {
                        throw Fields.invalid("hello", "the first message must be a hello");
                    }
                    caller.require(new PeerIdentity.AnchorAgent(known));
                    signalling.received(
                            known, header(message.getPacket()), Fields.traceparent(message.getTraceparent()), this);
                }
                case MESSAGE_NOT_SET -> throw Fields.invalid("message", "is not set");
            }
        }

        private LmaAddress greeted(RelayHello hello) {
            LmaAddress wanted = Fields.lmaAddress("hello.lma_address", hello.getLmaAddress());
            caller.require(new PeerIdentity.AnchorAgent(wanted));
            if (!anchors.contains(wanted)) {
                throw Status.NOT_FOUND.withDescription("no anchor " + wanted).asRuntimeException();
            }
            String protection = switch (hello.getProtection()) {
                case SIGNALLING_PROTECTION_IPSEC -> "ipsec";
                case SIGNALLING_PROTECTION_TRUSTED_NETWORK -> "trusted-network";
                case SIGNALLING_PROTECTION_UNSPECIFIED, UNRECOGNIZED ->
                    // Section 4 of RFC 5213 makes the protection of signalling mandatory.
                    throw Fields.invalid("hello.protection", "must say what protects signalling");
            };
            Optional<Ipv4Address> ipv4Address = ipv4Address(hello.getIpv4Address());
            RelayPeers.Builder peers = RelayPeers.newBuilder()
                    .setPacketsPerSecond(WireSignalling.PACKETS_PER_SECOND)
                    .setBurst(WireSignalling.BURST);
            signalling.peers().forEach(address -> peers.addAddresses(ProtoMapping.toProto(address)));
            signalling.gateways().forEach(gateway -> peers.addProxyCareOfAddresses(ProtoMapping.toProto(gateway)));
            send(RelayDownlink.newBuilder().setPeers(peers).build());
            number = registry.opened(wanted, peer, protection, ipv4Address, this);
            LOG.info(
                    "anchor {}: {} relays signalling for {} gateways, protected by {}",
                    wanted,
                    peer,
                    peers.getAddressesCount(),
                    protection);
            signalling.opened(wanted);
            return wanted;
        }

        private static Optional<Ipv4Address> ipv4Address(ByteString octets) {
            if (octets.isEmpty()) {
                return Optional.empty();
            }
            if (octets.size() != Ipv4Address.LENGTH) {
                throw Fields.invalid("hello.ipv4_address", "must have 4 octets, not " + octets.size());
            }
            return Optional.of(new Ipv4Address(octets.asReadOnlyByteBuffer().getInt()));
        }

        @Override
        public boolean send(RelayedHeader header) {
            return send(RelayDownlink.newBuilder().setPacket(packet(header)).build());
        }

        @Override
        public boolean parameterProblem(RelayedHeader invoking, int offset) {
            return send(RelayDownlink.newBuilder()
                    .setParameterProblem(ParameterProblem.newBuilder()
                            .setInvoking(packet(invoking))
                            .setOffset(offset))
                    .build());
        }

        private boolean isOpen() {
            sending.lock();
            try {
                return open;
            } finally {
                sending.unlock();
            }
        }

        private boolean send(RelayDownlink message) {
            sending.lock();
            try {
                if (!open || !call.isReady()) {
                    return false;
                }
                call.onNext(message);
                return true;
            } finally {
                sending.unlock();
            }
        }

        void end(Status status) {
            sending.lock();
            try {
                if (open) {
                    open = false;
                    call.onError(status.asRuntimeException());
                }
            } finally {
                sending.unlock();
            }
            gone();
        }

        private void gone() {
            sending.lock();
            try {
                open = false;
            } finally {
                sending.unlock();
            }
            registry.closed(number);
            relays.remove(this);
        }

        @Override
        public void onError(Throwable cause) {
            gone();
        }

        @Override
        public void onCompleted() {
            sending.lock();
            try {
                if (open) {
                    open = false;
                    call.onCompleted();
                }
            } finally {
                sending.unlock();
            }
            gone();
        }
    }

    private static RelayedHeader header(MobilityHeaderPacket packet) {
        try {
            IpAddress source = ProtoMapping.ipAddress(packet.getSource());
            if ((packet.getCarriage() == Carriage.CARRIAGE_IPV6) != (source.length() == 16)) {
                throw Fields.invalid("packet.carriage", "does not fit a source of " + source.length() + " octets");
            }
            return new RelayedHeader(
                    source,
                    ProtoMapping.ipAddress(packet.getDestination()),
                    packet.getSourcePort(),
                    packet.getDestinationPort(),
                    Octets.of(packet.getMobilityHeader().toByteArray()));
        } catch (IllegalArgumentException e) {
            throw Fields.invalid("packet", String.valueOf(e.getMessage()));
        }
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
}
