package org.flowanchor.binding.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.ANCHOR;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MAG2;
import static org.flowanchor.binding.Scene.STRANGER;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HexFormat;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.Carriage;
import org.flowanchor.api.v1.MobilityHeaderPacket;
import org.flowanchor.api.v1.MobilityHeaderRelayServiceGrpc;
import org.flowanchor.api.v1.RelayDownlink;
import org.flowanchor.api.v1.RelayHello;
import org.flowanchor.api.v1.RelayPeers;
import org.flowanchor.api.v1.RelayUplink;
import org.flowanchor.api.v1.SignallingProtection;
import org.flowanchor.binding.Await;
import org.flowanchor.binding.TestDatabase;
import org.flowanchor.mobility.IpAddress;
import org.flowanchor.mobility.Ipv4Address;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The whole service as the anchor's agent relays gateways to it: octets in, durable bindings, octets out. */
class WireSignallingIT {
    private static final Ipv4Address IPV4_GATEWAY = Ipv4Address.parse("198.51.100.11");
    private static final Ipv4Address IPV4_ANCHOR = Ipv4Address.parse("198.51.100.1");
    private static TestDatabase database;
    private static RunningService service;

    @BeforeAll
    static void start() {
        database = TestDatabase.empty();
        service = new RunningService(
                database,
                "--flowanchor.mobile-nodes-default-group=guests",
                "--flowanchor.gateways[0].global-revocation-identity=mag1@example.org",
                "--flowanchor.gateways[0].signalling.profile=strict",
                "--flowanchor.gateways[0].signalling.addresses[0]=" + MAG1,
                "--flowanchor.gateways[0].signalling.addresses[1]=" + IPV4_GATEWAY);
    }

    @AfterAll
    static void stop() {
        service.close();
        database.close();
    }

    private static Conversation<RelayUplink, RelayDownlink> relay(SignallingProtection protection) {
        Conversation<RelayUplink, RelayDownlink> relay =
                new Conversation<>(MobilityHeaderRelayServiceGrpc.newStub(service.channel())::relay);
        relay.send(RelayUplink.newBuilder()
                .setHello(RelayHello.newBuilder()
                        .setLmaAddress(ProtoMapping.toProto(ANCHOR))
                        .setAgentVersion("test")
                        .setIpv4Address(ProtoMapping.toProto((IpAddress) IPV4_ANCHOR))
                        .setProtection(protection))
                .build());
        return relay;
    }

    private static Conversation<RelayUplink, RelayDownlink> relay() {
        Conversation<RelayUplink, RelayDownlink> relay = relay(SignallingProtection.SIGNALLING_PROTECTION_IPSEC);
        RelayPeers peers = relay.next().getPeers();
        assertThat(peers.getProxyCareOfAddressesList()).contains(ProtoMapping.toProto(MAG1));
        assertThat(peers.getAddressesList())
                .containsExactlyInAnyOrder(ProtoMapping.toProto(MAG1), ProtoMapping.toProto((IpAddress) IPV4_GATEWAY));
        return relay;
    }

    private static RelayUplink packet(IpAddress source, IpAddress destination, String hex) {
        boolean ipv6 = source.length() == 16;
        return RelayUplink.newBuilder()
                .setPacket(MobilityHeaderPacket.newBuilder()
                        .setCarriage(ipv6 ? Carriage.CARRIAGE_IPV6 : Carriage.CARRIAGE_IPV4_UDP)
                        .setSource(ProtoMapping.toProto(source))
                        .setDestination(ProtoMapping.toProto(destination))
                        .setSourcePort(ipv6 ? 0 : 40_000)
                        .setDestinationPort(ipv6 ? 0 : 5436)
                        .setMobilityHeader(ByteString.copyFrom(HexFormat.of().parseHex(hex))))
                .build();
    }

    /** A, P; mn<number, one digit>@example.org; ALL_ZERO; indicator 1; 802.11; lifetime 100 units; now. */
    private static String update(int node, int sequence) {
        Instant now = Instant.now();
        long time = now.getEpochSecond() << 16 | ((long) now.getNano() << 16) / 1_000_000_000L;
        return "3b0905000000" + String.format("%04x", sequence) + "8200" + "0064"
                + "081001" + HexFormat.of().formatHex(("mn" + node + "@example.org").getBytes()) + "0104"
                + "00".repeat(4)
                + "16120000" + "00".repeat(16) + "17020001" + "18020004"
                + "0104" + "00".repeat(4) + "1b08" + String.format("%016x", time);
    }

    private static String hex(MobilityHeaderPacket packet) {
        return HexFormat.of().formatHex(packet.getMobilityHeader().toByteArray());
    }

    @Test
    void anUpdateOnTheWireIsADurableBindingAndItsAcknowledgementAnswersTheSource() {
        try (var relay = relay()) {
            relay.send(packet(MAG1.address(), ANCHOR.address(), update(1, 7)));
            MobilityHeaderPacket answer = relay.next().getPacket();
            assertThat(answer.getSource()).isEqualTo(ProtoMapping.toProto(ANCHOR));
            assertThat(answer.getDestination()).isEqualTo(ProtoMapping.toProto(MAG1));
            assertThat(hex(answer)).startsWith("3b").matches("3b..0600....002000070064.*");
            assertThat(service.get("/api/v1/bindings/mn1@example.org").body())
                    .contains(MAG1.toString())
                    .contains("ACTIVE");
        }
    }

    @Test
    void theTraceThatAnUpdateWasRelayedWithIsThatOfItsChange() {
        String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        try (var relay = relay()) {
            relay.send(packet(MAG1.address(), ANCHOR.address(), update(9, 71)).toBuilder()
                    .setTraceparent(trace)
                    .build());
            assertThat(relay.next().hasPacket()).isTrue();
            assertThat(service.get("/api/v1/bindings/mn9@example.org/changes").body())
                    .contains("\"traceparent\":\"" + trace + "\"");
        }
    }

    @Test
    void w05_overIpv4TheBindingIsOfTheGatewaysTunnelEndAndTheAnswerGoesToTheSourcePort() {
        try (var relay = relay()) {
            relay.send(packet(IPV4_GATEWAY, IPV4_ANCHOR, update(2, 8)));
            MobilityHeaderPacket answer = relay.next().getPacket();
            assertThat(answer.getCarriage()).isEqualTo(Carriage.CARRIAGE_IPV4_UDP);
            assertThat(answer.getDestinationPort()).isEqualTo(40_000);
            assertThat(answer.getSourcePort()).isEqualTo(5436);
            assertThat(hex(answer)).as("checksum 0").matches("3b..06000000002000080064.*");
            assertThat(service.get("/api/v1/bindings/mn2@example.org").body()).contains(MAG1.toString());
        }
    }

    /** RFC 5846 section 4: from the anchor's IPv4 address to the port of the update; answered, the binding is gone. */
    @Test
    void u12_aGatewayThatRegisteredOverIpv4IsRevokedAndAskedOverIpv4() {
        try (var relay = relay()) {
            relay.send(packet(IPV4_GATEWAY, IPV4_ANCHOR, update(5, 9)));
            assertThat(hex(relay.next().getPacket())).matches("3b..06000000002000090064.*");
            assertThat(service.post("/api/v1/bindings/mn5@example.org:release").statusCode())
                    .isBetween(200, 299);
            MobilityHeaderPacket indication = relay.next().getPacket();
            assertThat(hex(indication)).as("binding revocation indication").matches("3b..10000000" + "0101" + ".*");
            assertThat(indication.getCarriage()).isEqualTo(Carriage.CARRIAGE_IPV4_UDP);
            assertThat(indication.getSource()).isEqualTo(ProtoMapping.toProto((IpAddress) IPV4_ANCHOR));
            assertThat(indication.getDestination()).isEqualTo(ProtoMapping.toProto((IpAddress) IPV4_GATEWAY));
            assertThat(indication.getSourcePort()).isEqualTo(5436);
            assertThat(indication.getDestinationPort()).isEqualTo(40_000);
            // Its number and flags, status 0.
            relay.send(packet(
                    IPV4_GATEWAY,
                    IPV4_ANCHOR,
                    "3b011000" + "0000" + "0200" + hex(indication).substring(16, 24) + "01020000"));
            Await.until(
                    "the binding is gone",
                    () -> service.get("/api/v1/bindings/mn5@example.org").statusCode() == 404);
        }
    }

    /** RFC 5846 sections 8.2 and 9.2: one node's binding, then everything with the gateway, which says who it is. */
    @Test
    void r03_aGatewayRevokesABindingAndThenAllItHas() {
        try (var relay = relay()) {
            for (int node = 6; node <= 8; node++) {
                relay.send(packet(MAG1.address(), ANCHOR.address(), update(node, 10 + node)));
                assertThat(hex(relay.next().getPacket())).matches("3b..0600....00.*");
            }
            String one = "3b031000" + "0000" + "0105" + "0101" + "8000" + identifier("mn6@example.org") + "0100";
            for (int time = 0; time < 2; time++) {
                relay.send(packet(MAG1.address(), ANCHOR.address(), one));
                assertThat(hex(relay.next().getPacket())).isEqualTo("3b01100000000200" + "01018000" + "01020000");
            }
            assertThat(service.get("/api/v1/bindings/mn6@example.org").statusCode())
                    .isEqualTo(404);
            assertThat(service.get("/api/v1/bindings/mn7@example.org").statusCode())
                    .isEqualTo(200);

            relay.send(packet(
                    MAG1.address(), ANCHOR.address(), "3b011000" + "0000" + "0180" + "0102" + "a000" + "01020000"));
            assertThat(hex(relay.next().getPacket()))
                    .as("it does not say who it is")
                    .isEqualTo("3b01100000000282" + "0102a000" + "01020000");
            relay.send(packet(
                    IPV4_GATEWAY,
                    IPV4_ANCHOR,
                    "3b031000" + "0000" + "0180" + "0103" + "a000" + identifier("mag1@example.org") + "00"));
            assertThat(hex(relay.next().getPacket())).isEqualTo("3b01100000000200" + "0103a000" + "01020000");
            Await.until(
                    "everything is gone",
                    () -> service.get("/api/v1/bindings/mn7@example.org").statusCode() == 404
                            && service.get("/api/v1/bindings/mn8@example.org").statusCode() == 404);
            assertThat(service.get("/actuator/prometheus").body())
                    .containsPattern("pmip_bri_received_succ_total 3.0")
                    .containsPattern("pmip_bri_received_fail_total\\{.*global_revocation_not_authorized.*\\} 1.0");
        }
    }

    /** Option 8, subtype 1. */
    private static String identifier(String name) {
        return "08" + String.format("%02x", name.length() + 1) + "01"
                + HexFormat.of().formatHex(name.getBytes());
    }

    @Test
    void w01_w04_illegalHeadersAreAnsweredAndUnlistedSourcesAreNot() {
        try (var relay = relay()) {
            relay.send(packet(STRANGER.address(), ANCHOR.address(), update(3, 1)));
            relay.send(packet(MAG2.address(), ANCHOR.address(), update(3, 1)));
            relay.send(packet(MAG1.address(), ANCHOR.address(), "3b016300" + "0000" + "00".repeat(10)));
            assertThat(hex(relay.next().getPacket())).isEqualTo("3b0207000000" + "0200" + "00".repeat(16));
            relay.send(packet(MAG1.address(), ANCHOR.address(), "06010500" + "0000" + "00".repeat(10)));
            assertThat(relay.next().getParameterProblem().getOffset()).isZero();
            assertThat(service.get("/actuator/prometheus").body())
                    .containsPattern("flowanchor_binding_wire_dropped_total\\{.*reason=\"unlisted\".*\\} 2.0");
        }
        assertThat(service.get("/api/v1/bindings/mn3@example.org").statusCode()).isEqualTo(404);
    }

    /** Nobody sends requests while no agent of the anchor relays (RFC 5847 section 3.3 counts those that were sent). */
    @Test
    void h03_theAnchorsAgentGoingAwayCostsNoBinding() throws SQLException {
        try (var relay = relay()) {
            relay.send(packet(MAG1.address(), ANCHOR.address(), update(0, 1)));
            assertThat(hex(relay.next().getPacket())).matches("3b..0600....00.*");
            nextHeartbeatIsDue();
            String request = hex(relay.next().getPacket());
            assertThat(request).matches("3b..0d00.*");
            String sequenceNumber = request.substring(16, 24);
            relay.send(packet(
                    MAG1.address(), ANCHOR.address(), "3b010d00" + "0000" + "0001" + sequenceNumber + "01020000"));
            Await.until(
                    "answered", () -> database.number("SELECT count(*) FROM gateway WHERE heartbeat_unanswered") == 0);
        }
        for (int interval = 0; interval < 6; interval++) {
            nextHeartbeatIsDue();
        }
        assertThat(service.get("/api/v1/gateways/" + MAG1).body())
                .contains("\"reachable\":true")
                .contains("\"missingHeartbeats\":0");
        assertThat(database.number("SELECT count(*) FROM gateway WHERE lost_from IS NOT NULL"))
                .isZero();
        assertThat(service.get("/api/v1/bindings/mn0@example.org").body()).contains("ACTIVE");
    }

    /** It was decided about when this returns. */
    private static void nextHeartbeatIsDue() throws SQLException {
        Await.until("known", () -> database.number("SELECT count(*) FROM gateway WHERE heartbeat_at > now()") > 0);
        database.execute("UPDATE gateway SET heartbeat_at = now() - interval '1 s'");
        Await.until("decided", () -> database.number("SELECT count(*) FROM gateway WHERE heartbeat_at <= now()") == 0);
    }

    /** A UDP datagram may be longer than any Mobility Header: what follows Header Len is ignored, and the relay goes on. */
    @Test
    void w02_aPacketLongerThanAMobilityHeaderEndsNoRelay() {
        try (var relay = relay()) {
            String heartbeat = "3b010d00" + "0000" + "0000" + "00000001" + "01020000";
            relay.send(packet(IPV4_GATEWAY, IPV4_ANCHOR, heartbeat + "00".repeat(2056 - 16)));
            assertThat(hex(relay.next().getPacket())).as("heartbeat response").matches("3b..0d00.*");
            relay.send(packet(IPV4_GATEWAY, IPV4_ANCHOR, update(9, 1) + "00".repeat(60_000)));
            assertThat(hex(relay.next().getPacket())).matches("3b..06000000002000010064.*");
            relay.send(packet(MAG1.address(), ANCHOR.address(), update(9, 2)));
            assertThat(hex(relay.next().getPacket())).matches("3b..0600....002000020064.*");
            assertThat(service.get("/actuator/prometheus").body())
                    .containsPattern("pmip_peer_quirk_total\\{.*quirk=\"trailing_octets\".*\\} 2.0");
        }
    }

    @Test
    void aRelayWithoutAStatedProtectionOrOfAnotherAnchorIsRefused() {
        try (var relay = relay(SignallingProtection.SIGNALLING_PROTECTION_UNSPECIFIED)) {
            assertThat(relay.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(relay.end().getDescription()).contains("protection");
        }
    }

    @Test
    void healthShowsWhoRelaysAndWhatProtectsIt() {
        try (var relay = relay()) {
            relay.send(packet(MAG1.address(), ANCHOR.address(), update(4, 9)));
            relay.next();
            assertThat(service.get("/actuator/health").body()).contains("ipsec");
        }
    }
}
