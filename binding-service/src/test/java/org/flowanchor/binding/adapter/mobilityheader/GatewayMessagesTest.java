package org.flowanchor.binding.adapter.mobilityheader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.ANCHOR;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.flowanchor.binding.application.GatewaySignals;
import org.flowanchor.binding.application.RelayChannel;
import org.flowanchor.binding.application.RelayRegistry;
import org.flowanchor.binding.application.RelayedHeader;
import org.flowanchor.binding.application.WireMetrics.Drop;
import org.flowanchor.binding.domain.Realm;
import org.flowanchor.binding.domain.message.BindingError;
import org.flowanchor.binding.domain.message.BindingRevocationAcknowledgement;
import org.flowanchor.binding.domain.message.BindingRevocationIndication;
import org.flowanchor.binding.domain.message.GatewayAnswer;
import org.flowanchor.binding.domain.message.GatewayMessage;
import org.flowanchor.binding.domain.message.Heartbeat;
import org.flowanchor.binding.domain.message.ReceivedRevocation;
import org.flowanchor.binding.domain.message.UpdateNotification;
import org.flowanchor.binding.domain.message.UpdateNotificationAcknowledgement;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.IpAddress;
import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.Octets;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.header.PeerProfile;
import org.flowanchor.mobility.message.RevocationStatus;
import org.flowanchor.mobility.message.RevocationTrigger;
import org.flowanchor.mobility.message.UpdateNotificationReason;
import org.flowanchor.mobility.message.UpdateNotificationStatus;
import org.junit.jupiter.api.Test;

/** Messages that the anchor starts, and their answers, as octets that our encoder did not make (checksums are the kernel's). */
class GatewayMessagesTest {
    private static final ProxyCareOfAddress MAG = ProxyCareOfAddress.parse("2001:db8:0:1::1");
    private static final MobileNodeIdentifier MN = new MobileNodeIdentifier("mn1@operator.example");
    private static final HomeNetworkPrefix OWN = HomeNetworkPrefix.parse("2001:db8:100:1::/64");
    private static final HomeNetworkPrefix FOREIGN = HomeNetworkPrefix.parse("2001:db8:100:2::/64");
    private static final String NODE = "0815016d6e31406f70657261746f722e6578616d706c65";

    private static final Ipv4Address IPV4_MAG = Ipv4Address.parse("198.51.100.9");
    private static final Ipv4Address IPV4_ANCHOR = Ipv4Address.parse("198.51.100.1");

    private int sequence;
    private final List<RelayedHeader> sent = new ArrayList<>();
    private final List<GatewayAnswer> answers = new ArrayList<>();
    private final List<List<ProxyCareOfAddress>> answering = new ArrayList<>();
    private final List<ReceivedRevocation> revocations = new ArrayList<>();
    private final List<Runnable> underWay = new ArrayList<>();
    private final List<ProxyCareOfAddress> revoking = new ArrayList<>();
    private final List<ProxyCareOfAddress> connected = new ArrayList<>();
    private final RelayRegistry relays = new RelayRegistry(Instant::now);
    private final WireAnchor counts = new WireAnchor(Instant.EPOCH);
    private final RelayChannel channel = new RelayChannel() {
        @Override
        public boolean send(RelayedHeader header) {
            return sent.add(header);
        }

        @Override
        public boolean parameterProblem(RelayedHeader invoking, int offset) {
            return false;
        }
    };
    private final GatewaySignals signals = new GatewaySignals() {
        @Override
        public void connected(ProxyCareOfAddress gateway, boolean onTheWire, OptionalLong restartCounter) {
            assertThat(onTheWire).isTrue();
            connected.add(gateway);
        }

        @Override
        public void received(LmaAddress anchor, List<ProxyCareOfAddress> senders, GatewayAnswer answer, Runnable done) {
            assertThat(anchor).isEqualTo(ANCHOR);
            answering.add(senders);
            answers.add(answer);
            underWay.add(done);
        }

        @Override
        public void revoked(
                LmaAddress anchor,
                ProxyCareOfAddress sender,
                ReceivedRevocation revocation,
                Consumer<BindingRevocationAcknowledgement> reply,
                Runnable done) {
            assertThat(anchor).isEqualTo(ANCHOR);
            revoking.add(sender);
            revocations.add(revocation);
            reply.accept(
                    revocation.homeNetworkPrefixes().size() < 2
                            ? revocation.answered(RevocationStatus.SUCCESS)
                            : new BindingRevocationAcknowledgement(
                                    revocation.sequenceNumber(),
                                    RevocationStatus.PARTIAL_SUCCESS,
                                    false,
                                    revocation.identifier(),
                                    List.of(revocation.homeNetworkPrefixes().getLast())));
        }
    };

    private AnchorSignalling signalling(Peer peer) {
        return new AnchorSignalling(
                new Peers(List.of(peer)),
                (received, trace) -> new CompletableFuture<>(),
                signals,
                relays,
                counts,
                Instant::now);
    }

    private AnchorSignalling connected() {
        relays.opened(ANCHOR, "agent", "ipsec", Optional.empty(), channel);
        return signalling(new Peer(MAG, Set.of(MAG.address()), Set.of(), Optional.of(PeerProfile.STRICT)));
    }

    private String sent(GatewayMessage message) {
        assertThat(connected().send(ANCHOR, MAG, message)).isTrue();
        RelayedHeader header = sent.getLast();
        assertThat(header.source()).isEqualTo(ANCHOR.address());
        assertThat(header.destination()).isEqualTo(MAG.address());
        return HexFormat.of().formatHex(header.octets().toByteArray());
    }

    /** Vector FMI-shrink-to-own-prefix, and FMI=UPN-reason8 without its flow. */
    @Test
    void u_f_flowMobilityInitiateIsAnUpdateNotificationWithReasonEight() {
        assertThat(sent(new UpdateNotification(
                        0x1236, UpdateNotificationReason.FLOW_MOBILITY, true, false, MN, List.of(OWN), List.of())))
                .isEqualTo("3b061300" + "0000" + "1236" + "0008" + "8000" + NODE + "00"
                        + "1612004020010db8010000010000000000000000");
        assertThat(sent(new UpdateNotification(
                        0x1234, UpdateNotificationReason.FLOW_MOBILITY, true, true, MN, List.of(), List.of(FOREIGN))))
                .isEqualTo("3b061300" + "0000" + "1234" + "0008" + "c000" + NODE + "00"
                        + "1612804020010db8010000020000000000000000");
    }

    /** Vectors BRI-admin and, with G, none: no options at all with trigger 128. */
    @Test
    void r01_r03_revocationNamesNodeAndPrefixAndAGlobalOneNothing() {
        assertThat(sent(new BindingRevocationIndication(
                        0x55, RevocationTrigger.ADMINISTRATIVE_REASON, false, Optional.of(MN), List.of(OWN), MAG)))
                .isEqualTo("3b061000" + "0000" + "0101" + "0055" + "8000" + NODE + "00"
                        + "1612004020010db8010000010000000000000000");
        assertThat(sent(new BindingRevocationIndication(
                        0x56, RevocationTrigger.PER_PEER_POLICY, true, Optional.empty(), List.of(), MAG)))
                .isEqualTo("3b011000" + "0000" + "0180" + "0056" + "a000" + "01020000");
    }

    @Test
    void r03_aGlobalRevocationOfARealmNamesItInTheIdentifierOption() {
        assertThat(sent(new BindingRevocationIndication(
                        0x57,
                        RevocationTrigger.REVOKING_MOBILITY_NODE_LOCAL_POLICY,
                        true,
                        Optional.of(new Realm("realm.example").identifier()),
                        List.of(),
                        MAG)))
                .isEqualTo("3b031000" + "0000" + "0181" + "0057" + "a000" + "080f01" + "407265616c6d2e6578616d706c65"
                        + "010100");
    }

    /** The gateway signals from another address than its end of the tunnel. */
    @Test
    void r02_revocationToAnotherAddressNamesTheCareOfAddress() {
        relays.opened(ANCHOR, "agent", "ipsec", Optional.empty(), channel);
        Ipv6Address signallingAddress = Ipv6Address.parse("2001:db8:0:1::5");
        AnchorSignalling signalling =
                signalling(new Peer(MAG, Set.of(signallingAddress), Set.of(), Optional.of(PeerProfile.STRICT)));
        signalling.send(
                ANCHOR,
                MAG,
                new BindingRevocationIndication(
                        0x55, RevocationTrigger.ADMINISTRATIVE_REASON, false, Optional.of(MN), List.of(OWN), MAG));
        assertThat(sent.getLast().destination()).isEqualTo(signallingAddress);
        assertThat(HexFormat.of().formatHex(sent.getLast().octets().toByteArray()))
                .contains("0310" + "20010db8000000010000000000000001");
    }

    /** Vectors HB-request and HB-response-RC. */
    @Test
    void h01_h02_heartbeatsAreTheVectors() {
        assertThat(sent(Heartbeat.request(0x101))).isEqualTo("3b010d00" + "0000" + "0000" + "00000101" + "01020000");
        assertThat(sent(Heartbeat.response(0x101, 7)))
                .isEqualTo("3b020d00" + "0000" + "0001" + "00000101" + "0100" + "1c0400000007" + "01020000");
        assertThat(sent(BindingError.UNRECOGNIZED_MH_TYPE)).isEqualTo("3b020700" + "0000" + "0200" + "00".repeat(16));
    }

    /** Vectors FMA=UPA-status0, -status132, BRA-success, BRA-132-MN-attached, HB-request, HB-response-RC, BE-status2. */
    @Test
    void answersOfGatewaysReachTheDomain() {
        AnchorSignalling signalling = connected();
        for (String hex : List.of(
                "3b0614005fa91234000000000815016d6e31406f70657261746f722e6578616d706c6500"
                        + "1612804020010db8010000020000000000000000",
                "3b0414009dc71234840000000815016d6e31406f70657261746f722e6578616d706c650103000000",
                "3b011000d59a02000055800001020000",
                "3b041000b5210284005680000815016d6e31406f70657261746f722e6578616d706c650103000000",
                "3b010d005aef00000000000101020000",
                "3b020d003dda00010000000101001c040000000701020000",
                "3b0207005fe9020000000000000000000000000000000000")) {
            signalling.received(
                    ANCHOR,
                    new RelayedHeader(MAG.address(), ANCHOR.address(), 0, 0, Octets.parse(hex)),
                    Optional.empty(),
                    channel);
        }
        assertThat(answers)
                .containsExactly(
                        new UpdateNotificationAcknowledgement(
                                0x1234, UpdateNotificationStatus.SUCCESS, Optional.of(MN), List.of(FOREIGN)),
                        new UpdateNotificationAcknowledgement(
                                0x1234, UpdateNotificationStatus.MN_NOT_ATTACHED, Optional.of(MN), List.of()),
                        new BindingRevocationAcknowledgement(
                                0x55, RevocationStatus.SUCCESS, false, Optional.empty(), List.of()),
                        new BindingRevocationAcknowledgement(
                                0x56, new RevocationStatus(132), false, Optional.of(MN), List.of()),
                        Heartbeat.request(1),
                        Heartbeat.response(1, 7),
                        BindingError.UNRECOGNIZED_MH_TYPE);
        assertThat(answering).containsOnly(List.of(MAG));
        assertThat(sent).isEmpty();
    }

    /** While the database does not answer; what is dropped the gateway sends again. */
    @Test
    void aRashPeerHasOnlySoMuchUnderWayAndKeepsNobodyElseFromTheirs() {
        ProxyCareOfAddress other = ProxyCareOfAddress.parse("2001:db8:0:2::1");
        AnchorSignalling signalling = new AnchorSignalling(
                new Peers(List.of(
                        new Peer(MAG, Set.of(MAG.address()), Set.of(), Optional.of(PeerProfile.STRICT)),
                        new Peer(other, Set.of(other.address()), Set.of(), Optional.of(PeerProfile.LENIENT)))),
                (received, trace) -> new CompletableFuture<>(),
                signals,
                relays,
                counts,
                Instant::now);
        RelayedHeader heartbeat = new RelayedHeader(
                MAG.address(), ANCHOR.address(), 0, 0, Octets.parse("3b010d005aef00000000000101020000"));
        for (int i = 0; i < 3 * AnchorSignalling.UNDER_WAY_MAX; i++) {
            signalling.received(ANCHOR, heartbeat, Optional.empty(), channel);
        }
        assertThat(answers).hasSize(AnchorSignalling.UNDER_WAY_MAX);
        assertThat(counts.drops(Drop.OVERLOADED)).isEqualTo(2 * AnchorSignalling.UNDER_WAY_MAX);
        signalling.received(
                ANCHOR,
                new RelayedHeader(
                        other.address(), ANCHOR.address(), 0, 0, Octets.parse("3b010d005aee00000000000101020000")),
                Optional.empty(),
                channel);
        assertThat(answers).hasSize(AnchorSignalling.UNDER_WAY_MAX + 1);
        underWay.getFirst().run();
        signalling.received(ANCHOR, heartbeat, Optional.empty(), channel);
        assertThat(answers).hasSize(AnchorSignalling.UNDER_WAY_MAX + 2);
    }

    @Test
    void anAnswerIsOfWhicheverProxyCareOfAddressOfItsGatewayWasAskedThatItCameFromFirst() {
        ProxyCareOfAddress second = ProxyCareOfAddress.parse("2001:db8:0:1::2");
        Peer peer =
                new Peer(MAG, Set.of(MAG.address(), second.address()), Set.of(second), Optional.of(PeerProfile.STRICT));
        assertThat(receivedFrom(second.address(), peer, "3b020d003dda00010000000101001c040000000701020000"))
                .isEmpty();
        assertThat(receivedFrom(MAG.address(), peer, "3b020d003dda00010000000101001c040000000701020000"))
                .isEmpty();
        assertThat(answering).containsExactly(List.of(second, MAG), List.of(MAG, second));
    }

    @Test
    void gatewaysAreReachedExactlyWhileAnAgentRelays() {
        Peer peer = new Peer(MAG, Set.of(MAG.address()), Set.of(), Optional.empty());
        AnchorSignalling signalling = signalling(peer);
        assertThat(signalling.reaches(ANCHOR, MAG)).isFalse();
        assertThat(signalling.send(ANCHOR, MAG, Heartbeat.request(1))).isFalse();
        long number = relays.opened(ANCHOR, "agent", "ipsec", Optional.empty(), channel);
        signalling.opened(ANCHOR);
        assertThat(connected).containsExactly(MAG);
        assertThat(signalling.reachable(ANCHOR)).containsExactly(MAG);
        assertThat(signalling.reaches(LmaAddress.parse("2001:db8::2"), MAG)).isFalse();
        relays.closed(number);
        assertThat(signalling.send(ANCHOR, MAG, Heartbeat.request(1))).isFalse();
    }

    @Test
    void aGatewayThatSignalsOverIpv4IsNotReachedFromAnAnchorWithoutAnIpv4Address() {
        relays.opened(ANCHOR, "agent", "ipsec", Optional.empty(), channel);
        AnchorSignalling signalling =
                signalling(new Peer(MAG, Set.of(IPV4_MAG), Set.of(), Optional.of(PeerProfile.STRICT)));
        assertThat(signalling.reachable(ANCHOR)).isEmpty();
        assertThat(signalling.send(ANCHOR, MAG, Heartbeat.request(1))).isFalse();
        assertThat(sent).isEmpty();
    }

    /** RFC 7077 section 4.1, RFC 5847 section 4: from the anchor's IPv4 address, both ports 5436, the checksum 0. */
    @Test
    void u12_whatTheAnchorStartsGoesToAGatewayThatSignalsOverIpv4() {
        relays.opened(ANCHOR, "agent", "ipsec", Optional.of(IPV4_ANCHOR), channel);
        AnchorSignalling signalling =
                signalling(new Peer(MAG, Set.of(IPV4_MAG), Set.of(), Optional.of(PeerProfile.STRICT)));
        assertThat(signalling.reachable(ANCHOR)).containsExactly(MAG);
        assertThat(signalling.send(ANCHOR, MAG, Heartbeat.request(0x101))).isTrue();
        assertThat(sent.getLast())
                .isEqualTo(new RelayedHeader(
                        IPV4_ANCHOR,
                        IPV4_MAG,
                        5436,
                        5436,
                        Octets.parse("3b010d00" + "0000" + "0000" + "00000101" + "01020000")));
        assertThat(signalling.send(
                        ANCHOR,
                        MAG,
                        new UpdateNotification(
                                0x1236,
                                UpdateNotificationReason.FLOW_MOBILITY,
                                true,
                                false,
                                MN,
                                List.of(OWN),
                                List.of())))
                .isTrue();
        assertThat(sent.getLast().destinationPort()).isEqualTo(5436);
        // The care-of address is not where the packet goes, so it is named (RFC 5846 section 8.1).
        assertThat(signalling.send(ANCHOR, MAG, revocation())).isTrue();
        assertThat(sent.getLast().destination()).isEqualTo(IPV4_MAG);
        assertThat(HexFormat.of().formatHex(sent.getLast().octets().toByteArray()))
                .matches("3b..1000" + "0000" + "0101" + "0055" + "8000" + ".*")
                .contains("0310" + "20010db8000000010000000000000001");
    }

    /** RFC 5846 section 4: a revocation goes the way the last accepted update came, with its ports. */
    @Test
    void r02_aRevocationGoesBackTheWayOfTheLastAcceptedUpdate() {
        relays.opened(ANCHOR, "agent", "ipsec", Optional.of(IPV4_ANCHOR), channel);
        AnchorSignalling signalling = new AnchorSignalling(
                new Peers(List.of(
                        new Peer(MAG, Set.of(MAG.address(), IPV4_MAG), Set.of(), Optional.of(PeerProfile.STRICT)))),
                counts::register,
                signals,
                relays,
                counts,
                () -> Instant.EPOCH);
        assertThat(signalling.send(ANCHOR, MAG, revocation())).isTrue();
        assertThat(sent.getLast().destination()).as("before any update").isEqualTo(MAG.address());
        update(signalling, IPV4_MAG, IPV4_ANCHOR, 40_000);
        assertThat(signalling.send(ANCHOR, MAG, revocation())).isTrue();
        assertThat(sent.getLast().destination()).isEqualTo(IPV4_MAG);
        assertThat(sent.getLast().destinationPort()).isEqualTo(40_000);
        assertThat(sent.getLast().sourcePort()).isEqualTo(5436);
        assertThat(signalling.send(ANCHOR, MAG, Heartbeat.request(1))).isTrue();
        assertThat(sent.getLast().destination()).isEqualTo(IPV4_MAG);
        assertThat(sent.getLast().destinationPort()).as("of a heartbeat").isEqualTo(5436);
        update(signalling, MAG.address(), ANCHOR.address(), 0);
        assertThat(signalling.send(ANCHOR, MAG, revocation())).isTrue();
        assertThat(sent.getLast().destination()).isEqualTo(MAG.address());
    }

    private String receivedFrom(IpAddress source, Peer peer, String octets) {
        boolean overIpv6 = source instanceof Ipv6Address;
        RelayedHeader header = new RelayedHeader(
                source,
                overIpv6 ? ANCHOR.address() : IPV4_ANCHOR,
                overIpv6 ? 0 : 40_000,
                overIpv6 ? 0 : 5436,
                Octets.parse(octets));
        int before = sent.size();
        signalling(peer).received(ANCHOR, header, Optional.empty(), channel);
        if (sent.size() == before) {
            return "";
        }
        assertThat(sent).hasSize(before + 1);
        assertThat(sent.getLast().destination()).as("to the source").isEqualTo(source);
        assertThat(sent.getLast().destinationPort()).isEqualTo(header.sourcePort());
        return HexFormat.of().formatHex(sent.getLast().octets().toByteArray());
    }

    /** RFC 5846 section 9.2: what a gateway revokes, octet by octet; the answer has its number and its flags. */
    @Test
    void r09_aGatewaysRevocationIsReadAndAnsweredToItsSource() {
        Peer peer = new Peer(MAG, Set.of(MAG.address(), IPV4_MAG), Set.of(), Optional.of(PeerProfile.STRICT));
        String one = "3b061000" + "0000" + "0106" + "0055" + "8000" + NODE + "00"
                + "1612004020010db8010000010000000000000000";
        assertThat(receivedFrom(MAG.address(), peer, one))
                .isEqualTo("3b011000" + "0000" + "0200" + "00558000" + "01020000");
        assertThat(receivedFrom(IPV4_MAG, peer, one)).isEqualTo("3b011000" + "0000" + "0200" + "00558000" + "01020000");
        assertThat(revoking).containsExactly(MAG, MAG);
        assertThat(revocations.getFirst())
                .isEqualTo(new ReceivedRevocation(
                        0x55,
                        RevocationTrigger.ACCESS_NETWORK_SESSION_TERMINATION,
                        true,
                        false,
                        ReceivedRevocation.Scope.BINDINGS,
                        Optional.of(MN),
                        List.of(OWN)));

        String two = "3b091000" + "0000" + "0106" + "0056" + "8000" + NODE + "00"
                + "1612004020010db8010000010000000000000000" + "01020000"
                + "1612004020010db8010000020000000000000000";
        assertThat(receivedFrom(MAG.address(), peer, two))
                .startsWith("3b061000" + "0000" + "0201" + "00568000")
                .contains(NODE, "1612004020010db8010000020000000000000000");

        assertThat(receivedFrom(
                        MAG.address(), peer, "3b041000" + "0000" + "0180" + "0057" + "a000" + NODE + "00" + "01020000"))
                .as("all bindings")
                .isEqualTo("3b011000" + "0000" + "0200" + "0057a000" + "01020000");
        assertThat(revocations.getLast().global()).isTrue();
        assertThat(receivedFrom(
                        MAG.address(), peer, "3b041000" + "0000" + "0101" + "0058" + "c000" + NODE + "00" + "01020000"))
                .as("the V flag")
                .isEqualTo("3b011000" + "0000" + "0200" + "0058c000" + "01020000");
        assertThat(revocations.getLast().scope()).isEqualTo(ReceivedRevocation.Scope.IPV4_HOME_ADDRESS_UNNAMED);
    }

    /** RFC 5846 section 8.2: an Alternate Care-of Address says whose; one that is another gateway's is none of the sender's. */
    @Test
    void r02_aGatewayRevokesWhatHasItsOwnCareOfAddressesOnly() {
        ProxyCareOfAddress second = ProxyCareOfAddress.parse("2001:db8:0:1::2");
        Peer peer = new Peer(MAG, Set.of(MAG.address()), Set.of(second), Optional.of(PeerProfile.STRICT));
        String ofSecond = "0310" + "20010db8000000010000000000000002";
        assertThat(receivedFrom(
                        MAG.address(),
                        peer,
                        "3b061000" + "0000" + "0101" + "0060" + "8000" + NODE + "00" + "0100" + ofSecond))
                .isEqualTo("3b011000" + "0000" + "0200" + "00608000" + "01020000");
        assertThat(revoking).containsExactly(second);
        String ofAnother = "0310" + "20010db8000000010000000000000003";
        assertThat(receivedFrom(
                        MAG.address(),
                        peer,
                        "3b061000" + "0000" + "0101" + "0061" + "8000" + NODE + "00" + "0100" + ofAnother))
                .isEqualTo("3b011000" + "0000" + "0280" + "00618000" + "01020000");
        assertThat(receivedFrom(
                        MAG.address(),
                        peer,
                        "3b061000" + "0000" + "0180" + "0062" + "a000" + NODE + "00" + "0100" + ofAnother))
                .isEqualTo("3b011000" + "0000" + "0282" + "0062a000" + "01020000");
        assertThat(receivedFrom(
                        MAG.address(),
                        peer,
                        "3b061000" + "0000" + "0101" + "0063" + "8000" + NODE + "00" + "0100" + "0310"
                                + "ff020000000000000000000000000001"))
                .as("no care-of address: discarded")
                .isEmpty();
        assertThat(revoking).hasSize(1);
    }

    private static BindingRevocationIndication revocation() {
        return new BindingRevocationIndication(
                0x55, RevocationTrigger.ADMINISTRATIVE_REASON, false, Optional.of(MN), List.of(OWN), MAG);
    }

    /** A, P; mn1@operator.example; ALL_ZERO; indicator 1; 802.11; lifetime 100 units; sequence numbers instead of time. */
    private void update(AnchorSignalling signalling, IpAddress source, IpAddress destination, int port) {
        int before = sent.size();
        signalling.received(
                ANCHOR,
                new RelayedHeader(
                        source,
                        destination,
                        port,
                        port == 0 ? 0 : 5436,
                        Octets.parse("3b080500" + "0000" + String.format("%04x", ++sequence) + "8200" + "0064" + NODE
                                + "00" + "16120000" + "00".repeat(16) + "17020001" + "18020004" + "0102" + "0000"
                                + "01020000")),
                Optional.empty(),
                channel);
        assertThat(sent).as("the update is answered").hasSize(before + 1);
        assertThat(sent.getLast().octets().at(6)).as("accepted").isZero();
    }
}
