package org.flowanchor.binding.adapter.mobilityheader;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.flowanchor.binding.application.GatewayChannel;
import org.flowanchor.binding.application.GatewaySignals;
import org.flowanchor.binding.application.RareWarning;
import org.flowanchor.binding.application.RelayChannel;
import org.flowanchor.binding.application.RelayRegistry;
import org.flowanchor.binding.application.RelayRegistry.Relay;
import org.flowanchor.binding.application.RelayedHeader;
import org.flowanchor.binding.application.WireMetrics;
import org.flowanchor.binding.application.WireMetrics.Drop;
import org.flowanchor.binding.application.WireSignalling;
import org.flowanchor.binding.domain.BindingDecision;
import org.flowanchor.binding.domain.ReceivedUpdate;
import org.flowanchor.binding.domain.Timestamp;
import org.flowanchor.binding.domain.message.GatewayAnswer;
import org.flowanchor.binding.domain.message.GatewayMessage;
import org.flowanchor.binding.domain.message.ReceivedRevocation;
import org.flowanchor.mobility.BindingStatus;
import org.flowanchor.mobility.IpAddress;
import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.Octets;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.header.Answer;
import org.flowanchor.mobility.header.DecodeResult;
import org.flowanchor.mobility.header.MobilityHeaderEncoder;
import org.flowanchor.mobility.header.PeerProfile;
import org.flowanchor.mobility.header.Quirk;
import org.flowanchor.mobility.header.Transport;
import org.flowanchor.mobility.message.BindingRevocationIndication;
import org.flowanchor.mobility.message.BindingUpdateFlags;
import org.flowanchor.mobility.message.MobilityMessage;
import org.flowanchor.mobility.message.ProxyBindingUpdate;
import org.flowanchor.mobility.message.RevocationStatus;
import org.flowanchor.mobility.option.AlternateCareOfAddressOption;
import org.flowanchor.mobility.option.Ipv4HomeAddressRequestOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what peers sent, in the order of RFC 5213 section 5.3.1: peer known (L-01), header legal (L-02), then the domain.
 *
 * <p>Traps: the authenticated gateway is the outer source, so an Alternate Care-of Address counts only when it is listed for that
 * peer (else 154); the acknowledgement goes to the source, never to the Alternate Care-of Address; a profile is looked up by source and
 * nothing of it outlives the packet.
 */
public final class AnchorSignalling implements WireSignalling, GatewayChannel {
    private static final Logger log = LoggerFactory.getLogger(AnchorSignalling.class);

    /** Of a peer's messages beside updates: each asks the database, which may not answer. */
    static final int UNDER_WAY_MAX = 512;

    private final Peers peers;
    private final Registration registrations;
    private final GatewaySignals signals;
    private final RelayRegistry relays;
    private final WireMetrics metrics;
    private final InstantSource clock;
    private final AtomicLong lastArrival = new AtomicLong();
    private final SignallingWays ways = new SignallingWays();
    private final Map<ProxyCareOfAddress, AtomicInteger> underWay = new ConcurrentHashMap<>();
    private final RareWarning failing = new RareWarning();
    private final Set<QuirkOfPeer> quirksTold = ConcurrentHashMap.newKeySet();

    /** Decides an update and makes it durable; completes after the commit. */
    @FunctionalInterface
    public interface Registration {
        CompletableFuture<BindingDecision> register(ReceivedUpdate update, Optional<String> traceparent);
    }

    /**
     * @param registrations where updates go
     * @param signals takes what gateways send beside updates
     */
    public AnchorSignalling(
            Peers peers,
            Registration registrations,
            GatewaySignals signals,
            RelayRegistry relays,
            WireMetrics metrics,
            InstantSource clock) {
        this.peers = peers;
        this.registrations = registrations;
        this.signals = signals;
        this.relays = relays;
        this.metrics = metrics;
        this.clock = clock;
    }

    @Override
    public Collection<IpAddress> peers() {
        return peers.addresses();
    }

    @Override
    public Collection<ProxyCareOfAddress> gateways() {
        return peers.careOfAddresses();
    }

    @Override
    public void opened(LmaAddress anchor) {
        peers.careOfAddresses().forEach(gateway -> signals.connected(gateway, true, OptionalLong.empty()));
    }

    /** All configured gateways, while an agent of the anchor relays here; those that signal over IPv4 alone, when it has such an address. */
    @Override
    public Set<ProxyCareOfAddress> reachable(LmaAddress anchor) {
        return relays.newest(anchor)
                .map(relay ->
                        relay.ipv4Address().isPresent() ? peers.careOfAddresses() : peers.careOfAddressesOverIpv6())
                .orElse(Set.of());
    }

    @Override
    public boolean reaches(LmaAddress anchor, ProxyCareOfAddress gateway) {
        return reachable(anchor).contains(gateway);
    }

    @Override
    public boolean send(LmaAddress anchor, ProxyCareOfAddress gateway, GatewayMessage message) {
        Optional<Relay> relay = relays.newest(anchor);
        Optional<Peer> peer = peers.serving(gateway);
        if (relay.isEmpty() || peer.isEmpty() || !reaches(anchor, gateway)) {
            return false;
        }
        IpAddress destination = ways.destination(gateway, peer.get(), relay.get());
        MobilityMessage wire =
                GatewayMessages.wire(message, destination, peer.get().profile().orElse(PeerProfile.LENIENT));
        Transport transport = destination instanceof Ipv6Address ? transport(anchor.address()) : Transport.IPV4_UDP;
        Optional<Octets> octets = encoded(wire, transport);
        if (octets.isEmpty()
                || !relay.get().channel().send(ways.packet(gateway, destination, message, relay.get(), octets.get()))) {
            return false;
        }
        metrics.sent(wire.type());
        return true;
    }

    @Override
    public void received(LmaAddress anchor, RelayedHeader header, Optional<String> traceparent, RelayChannel channel) {
        try {
            take(anchor, header, traceparent, channel);
        } catch (RuntimeException e) {
            // The relay is that of all gateways: one packet of one of them must not end it.
            log.atLevel(failing.level()).setCause(e).log("dropped a packet of {}", header.source());
            metrics.dropped(Drop.FAILED);
        }
    }

    private void take(LmaAddress anchor, RelayedHeader header, Optional<String> traceparent, RelayChannel channel) {
        Instant now = clock.instant();
        Optional<Peer> peer = peers.signallingFrom(header.source());
        if (peer.isEmpty()) {
            metrics.dropped(Drop.UNLISTED);
            return;
        }
        PeerProfile reader = peer.get().profile().orElse(PeerProfile.LENIENT);
        switch (reader.decode(header.octets().toByteArray(), transport(header.source()))) {
            case DecodeResult.Decoded decoded -> {
                metrics.received(decoded.message().type());
                PeerProfile profile = profile(peer.get(), decoded, now);
                Set<Quirk> quirks = profile.quirks(decoded, now);
                quirks.forEach(quirk -> forgiven(peer.get(), profile, quirk));
                received(
                        new Received(anchor, header, traceparent, channel, peer.get(), now),
                        decoded.message(),
                        profile,
                        quirks);
            }
            case DecodeResult.Refused refused -> {
                log.debug("{} from {}: {} ({})", refused.reason(), header.source(), refused.answer(), refused.clause());
                refused(new Received(anchor, header, traceparent, channel, peer.get(), now), refused);
            }
        }
    }

    /** Who has which quirk is told once: a metric knows no peers. */
    private void forgiven(Peer peer, PeerProfile profile, Quirk quirk) {
        metrics.quirk(profile, quirk);
        if (quirksTold.add(new QuirkOfPeer(peer.proxyCareOfAddress(), quirk))) {
            log.info("{} ({}) deviates from the RFCs: {}", peer.proxyCareOfAddress(), profile.name(), quirk);
        }
    }

    private record QuirkOfPeer(ProxyCareOfAddress peer, Quirk quirk) {}

    /** One packet with its circumstances. */
    private record Received(
            LmaAddress anchor,
            RelayedHeader header,
            Optional<String> traceparent,
            RelayChannel channel,
            Peer peer,
            Instant receivedAt) {}

    private static PeerProfile profile(Peer peer, DecodeResult.Decoded decoded, Instant now) {
        return peer.profile()
                .orElseGet(() -> PeerProfile.recognise(decoded.message(), PeerProfile.LENIENT.quirks(decoded, now)));
    }

    private void received(Received packet, MobilityMessage message, PeerProfile profile, Set<Quirk> quirks) {
        switch (message) {
            case ProxyBindingUpdate update -> register(packet, new UpdateReading(update, profile, quirks));
            case BindingRevocationIndication indication -> revoke(packet, indication);
            default -> {
                Optional<GatewayAnswer> answer = GatewayMessages.answer(message);
                if (answer.isPresent()) {
                    begin(packet.peer())
                            .ifPresent(done -> signals.received(
                                    packet.anchor(),
                                    packet.peer()
                                            .careOfAddresses(packet.header().source()),
                                    answer.get(),
                                    done));
                } else {
                    metrics.dropped(Drop.UNEXPECTED);
                }
            }
        }
    }

    /** Something of this peer is under way until it runs; empty: too much is. */
    private Optional<Runnable> begin(Peer peer) {
        AtomicInteger count = underWay.computeIfAbsent(peer.proxyCareOfAddress(), one -> new AtomicInteger());
        if (count.incrementAndGet() > UNDER_WAY_MAX) {
            count.decrementAndGet();
            metrics.dropped(Drop.OVERLOADED);
            return Optional.empty();
        }
        return Optional.of(count::decrementAndGet);
    }

    private void register(Received packet, UpdateReading reading) {
        ProxyBindingUpdate update = reading.update();
        if (reading.hasForeignIdentifier()) {
            metrics.dropped(Drop.UNACCEPTABLE);
            answer(
                    packet,
                    Acknowledgements.refused(
                            update,
                            BindingStatus.NOT_LMA_FOR_THIS_MOBILE_NODE,
                            reading.profile(),
                            packet.receivedAt()));
            return;
        }
        ProxyCareOfAddress careOfAddress;
        try {
            careOfAddress = reading.alternateCareOfAddress()
                    .map(ProxyCareOfAddress::new)
                    .orElseGet(() -> careOfAddress(packet));
        } catch (IllegalArgumentException e) {
            // RFC 6275 section 6.1.7: a care-of address that is no unicast routable address is silently discarded.
            metrics.dropped(Drop.MALFORMED);
            return;
        }
        // The domain answers 154 when sender and care-of address differ.
        ProxyCareOfAddress sender = packet.peer().mayUse(careOfAddress)
                ? careOfAddress
                : packet.peer().proxyCareOfAddress();
        ReceivedUpdate received = new ReceivedUpdate(
                reading.value(packet.anchor(), careOfAddress, arrival(packet.receivedAt())),
                sender,
                packet.receivedAt(),
                notOffered(update, packet.header().source() instanceof Ipv4Address));
        registrations.register(received, packet.traceparent()).whenComplete((decision, failure) -> {
            if (decision instanceof BindingDecision.Accepted) {
                ways.accepted(careOfAddress, packet.header());
            }
            decided(packet, reading, decision);
        });
    }

    /** RFC 5846 section 8.2: what has the care-of address of the source, or of the Alternate Care-of Address option. */
    private void revoke(Received packet, BindingRevocationIndication indication) {
        ReceivedRevocation revocation;
        Optional<ProxyCareOfAddress> alternate;
        try {
            revocation = GatewayMessages.revocation(indication);
            alternate = indication
                    .options()
                    .first(AlternateCareOfAddressOption.class)
                    .map(option -> new ProxyCareOfAddress(option.careOfAddress()));
        } catch (IllegalArgumentException e) {
            // Not formatted as in section 5.1: discarded, and so not answered (section 6.1.2).
            metrics.dropped(Drop.MALFORMED);
            return;
        }
        Optional<ProxyCareOfAddress> meant = alternate
                .or(() -> Optional.of(careOfAddress(packet)).filter(packet.peer()::mayUse))
                .or(() -> Optional.of(packet.peer().proxyCareOfAddress()));
        if (!packet.peer().mayUse(meant.orElseThrow())) {
            RevocationStatus status = indication.global()
                    ? RevocationStatus.GLOBAL_REVOCATION_NOT_AUTHORIZED
                    : RevocationStatus.BINDING_DOES_NOT_EXIST;
            answer(packet, GatewayMessages.wire(revocation.answered(status), indication));
            return;
        }
        begin(packet.peer())
                .ifPresent(done -> signals.revoked(
                        packet.anchor(),
                        meant.get(),
                        revocation,
                        answer -> answer(packet, GatewayMessages.wire(answer, indication)),
                        done));
    }

    private static ProxyCareOfAddress careOfAddress(Received packet) {
        return packet.header().source() instanceof Ipv6Address source
                ? new ProxyCareOfAddress(source)
                : packet.peer().proxyCareOfAddress();
    }

    /** No IPv4 home addresses (RFC 5844 section 3.1.2.1), no UDP around packets of terminals (section 4.1.3.1, over IPv4 only). */
    private static Optional<BindingStatus> notOffered(ProxyBindingUpdate update, boolean overIpv4) {
        int homeAddresses =
                update.options().all(Ipv4HomeAddressRequestOption.class).size();
        if (homeAddresses > 0) {
            return Optional.of(
                    homeAddresses == 1
                            ? BindingStatus.NOT_AUTHORIZED_FOR_IPV4_MOBILITY_SERVICE
                            : BindingStatus.MULTIPLE_IPV4_HOME_ADDRESS_ASSIGNMENT_NOT_SUPPORTED);
        }
        return overIpv4 && update.flags().has(BindingUpdateFlags.FORCE_UDP_ENCAPSULATION)
                ? Optional.of(BindingStatus.ADMINISTRATIVELY_PROHIBITED)
                : Optional.empty();
    }

    /** Above every one before it, for peers whose own timestamps order nothing. */
    private Timestamp arrival(Instant now) {
        long time = Timestamp.of(now).value();
        return new Timestamp(lastArrival.updateAndGet(last -> Math.max(time, last + 1)));
    }

    private void decided(Received packet, UpdateReading reading, @Nullable BindingDecision decision) {
        switch (decision) {
            case BindingDecision.Accepted accepted ->
                answer(packet, Acknowledgements.of(reading, accepted.acknowledgement(), clock.instant()));
            case BindingDecision.Rejected rejected ->
                answer(packet, Acknowledgements.of(reading, rejected.acknowledgement(), clock.instant()));
            case BindingDecision.Ignored ignored -> log.debug("no answer: {}", ignored.reason());
            case BindingDecision.Deferred deferred -> throw new IllegalStateException("not decided yet");
            case null -> log.debug("no answer: not durable");
        }
    }

    private void refused(Received packet, DecodeResult.Refused refused) {
        switch (refused.answer()) {
            case Answer.Silence silence -> metrics.dropped(Drop.MALFORMED);
            case Answer.SendBindingError error -> {
                metrics.dropped(Drop.UNRECOGNIZED);
                answer(packet, error.message());
            }
            case Answer.ParameterProblem problem -> {
                metrics.dropped(Drop.PARAMETER_PROBLEM);
                RelayedHeader header = packet.header();
                if (header.source() instanceof Ipv6Address
                        && !packet.channel().parameterProblem(header, problem.offset())) {
                    metrics.dropped(Drop.UNSENT);
                }
            }
            case Answer.Status status -> {
                metrics.dropped(Drop.UNACCEPTABLE);
                if (status.request() instanceof ProxyBindingUpdate update) {
                    DecodeResult.Decoded readable = new DecodeResult.Decoded(update, status.quirks());
                    PeerProfile profile = profile(packet.peer(), readable, packet.receivedAt());
                    answer(
                            packet,
                            Acknowledgements.refused(
                                    update, new BindingStatus(status.status()), profile, packet.receivedAt()));
                }
            }
        }
    }

    private void answer(Received packet, MobilityMessage message) {
        RelayedHeader request = packet.header();
        encoded(message, transport(request.destination())).ifPresent(octets -> {
            if (packet.channel().send(request.answer(octets))) {
                metrics.sent(message.type());
            } else {
                metrics.dropped(Drop.UNSENT);
            }
        });
    }

    /** Empty when it is too long: an answer repeats what a request of 2,048 octets holds, and aligns it. */
    private Optional<Octets> encoded(MobilityMessage message, Transport transport) {
        try {
            return Optional.of(Octets.of(MobilityHeaderEncoder.encode(message, transport)));
        } catch (IllegalArgumentException e) {
            log.debug("{} is not sent: {}", message.type(), e.getMessage());
            metrics.dropped(Drop.TOO_LONG);
            return Optional.empty();
        }
    }

    /** The kernel of the anchor's agent verifies and fills in the checksum of IPv6; over IPv4 there is none (RFC 5844 section 4). */
    private static Transport transport(IpAddress source) {
        return source instanceof Ipv6Address address ? new Transport.KernelChecksum(address) : Transport.IPV4_UDP;
    }
}
