package org.flowanchor.agent.adapter.mobilityheader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.application.ProtectionCheck;
import org.flowanchor.agent.application.RelayedHeader;
import org.flowanchor.agent.application.SignallingProtection;
import org.flowanchor.agent.application.SignallingRelay;
import org.flowanchor.agent.application.WireMetrics.Drop;
import org.flowanchor.agent.lab.Await;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.agent.linux.ffm.AncillaryMessage;
import org.flowanchor.agent.linux.ffm.NativeSocket;
import org.flowanchor.mobility.IpAddress;
import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.Octets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real sockets between two gateways and an anchor, each a network namespace. */
class HeaderSocketsKernelIT {
    private static final Ipv6Address LMA = Ipv6Address.parse("2001:db8:b::1");
    private static final Ipv6Address MAG1 = Ipv6Address.parse("2001:db8:b::11");
    private static final Ipv6Address MAG2 = Ipv6Address.parse("2001:db8:b::12");
    private static final Ipv4Address LMA4 = Ipv4Address.parse("198.51.100.1");
    private static final Ipv4Address MAG4 = Ipv4Address.parse("198.51.100.11");
    private static final int IPV6_CHECKSUM = 7;
    /** Not more than the sockets' buffers hold while nobody reads. */
    private static final int FLOOD = 20_000;

    private static final Duration SOON = Duration.ofSeconds(60);

    /** A heartbeat request; any Mobility Header would do. */
    private static final String HEARTBEAT = "3b010d000000000000000101" + "01020000";

    private final Namespace anchor = new Namespace("lma");
    private final Namespace first = new Namespace("mag1");
    private final Namespace second = new Namespace("mag2");
    private final BlockingQueue<RelayedHeader> atAnchor = new LinkedBlockingQueue<>();

    HeaderSocketsKernelIT() {
        Namespace.requireRoot();
    }

    @BeforeEach
    void connect() {
        anchor.ip("link add br0 type bridge", "link set br0 addrgenmode none up");
        attach(first, "p1", MAG1);
        attach(second, "p2", MAG2);
        anchor.ip("addr add " + LMA + "/64 dev br0 nodad");
        anchor.exec("ip", "-4", "addr", "add", LMA4 + "/24", "dev", "br0");
        first.exec("ip", "-4", "addr", "add", "198.51.100.11/24", "dev", "b0");
    }

    private void attach(Namespace gateway, String port, Ipv6Address address) {
        anchor.connect(port, gateway, "b0");
        anchor.ip("link set " + port + " master br0");
        gateway.ip("addr add " + address + "/64 dev b0 nodad");
    }

    @AfterEach
    void remove() {
        List.of(anchor, first, second).forEach(Namespace::close);
    }

    private LinuxHeaderSockets sockets(Namespace namespace, Ipv6Address address) {
        return namespace.call(() -> new LinuxHeaderSockets(address, Optional.empty(), System::nanoTime));
    }

    private static RelayedHeader header(Ipv6Address from, Ipv6Address to, String hex) {
        return new RelayedHeader(from, to, 0, 0, Octets.parse(hex));
    }

    private RelayedHeader next() throws InterruptedException {
        RelayedHeader header = atAnchor.poll(SOON.toSeconds(), TimeUnit.SECONDS);
        if (header == null) {
            throw new AssertionError("nothing arrived");
        }
        return header;
    }

    /** Both ends' kernels: one fills in what the other verifies. */
    @Test
    void w03_theKernelFillsInTheChecksumAndDropsAPacketWithAWrongOne() throws Exception {
        try (LinuxHeaderSockets here = sockets(anchor, LMA);
                LinuxHeaderSockets there = sockets(first, MAG1)) {
            anchor.run(() -> here.start(atAnchor::add));
            there.send(header(MAG1, LMA, HEARTBEAT));
            RelayedHeader arrived = next();
            assertThat(arrived.source()).isEqualTo(MAG1);
            assertThat(arrived.destination()).isEqualTo(LMA);
            byte[] octets = arrived.octets().toByteArray();
            assertThat(octets[4] != 0 || octets[5] != 0).isTrue();
            assertThat(sum(MAG1, LMA, octets)).isEqualTo(0xffff);
            first.run(() -> sendPlain(HexFormat.of().parseHex("3b010d00dead000000000001" + "01020000")));
            there.send(header(MAG1, LMA, HEARTBEAT.replace("00000101", "00000102")));
            assertThat(next().octets().at(11)).isEqualTo(2);
            assertThat(atAnchor).isEmpty();
        }
    }

    /** Without the kernel's help, so that a wrong checksum is sent as it is. */
    private static void sendPlain(byte[] octets) throws Exception {
        try (NativeSocket socket = NativeSocket.open(NativeSocket.AF_INET6, NativeSocket.SOCK_RAW, 135, "plain");
                AncillaryMessage message = new AncillaryMessage(2048)) {
            socket.option(AncillaryMessage.IPPROTO_IPV6, IPV6_CHECKSUM, -1);
            message.send(socket, octets, LMA.octets(), MAG1.octets(), 0, 64, "send");
        }
    }

    /** RFC 8200 section 8.1, written here once more. */
    private static int sum(Ipv6Address source, Ipv6Address destination, byte[] octets) {
        ByteBuffer all = ByteBuffer.allocate(40 + octets.length)
                .put(source.octets())
                .put(destination.octets())
                .putInt(octets.length)
                .putInt(135)
                .put(octets)
                .flip();
        int sum = 0;
        while (all.remaining() > 1) {
            sum += Short.toUnsignedInt(all.getShort());
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return sum;
    }

    @Test
    void w05_overIpv4SignallingIsUdpPort5436AndTheAnswerGoesToTheSourcePort() throws Exception {
        try (LinuxHeaderSockets here =
                        anchor.call(() -> new LinuxHeaderSockets(LMA, Optional.of(LMA4), System::nanoTime));
                DatagramSocket gateway =
                        first.call(() -> new DatagramSocket(40_000, InetAddress.getByName("198.51.100.11")))) {
            anchor.run(() -> here.start(atAnchor::add));
            byte[] octets = HexFormat.of().parseHex(HEARTBEAT);
            gateway.send(new DatagramPacket(octets, octets.length, InetAddress.getByName("198.51.100.1"), 5436));
            RelayedHeader arrived = next();
            assertThat(arrived)
                    .isEqualTo(new RelayedHeader(
                            Ipv4Address.parse("198.51.100.11"), LMA4, 40_000, 5436, Octets.parse(HEARTBEAT)));
            here.send(new RelayedHeader(
                    LMA4, arrived.source(), 5436, 40_000, Octets.parse("3b010d00" + "00".repeat(12))));
            DatagramPacket answer = new DatagramPacket(new byte[100], 100);
            gateway.setSoTimeout((int) SOON.toMillis());
            gateway.receive(answer);
            assertThat(answer.getPort()).isEqualTo(5436);
            assertThat(answer.getLength()).isEqualTo(16);
        }
    }

    @Test
    void w01_w02_parameterProblemPointsIntoTheInvokingPacketAndIsLimited() throws Exception {
        try (LinuxHeaderSockets here = sockets(anchor, LMA);
                NativeSocket icmp = first.call(() -> NativeSocket.open(
                        NativeSocket.AF_INET6, NativeSocket.SOCK_RAW | 0x800, 58, "ICMPv6 listener"));
                AncillaryMessage message = new AncillaryMessage(2048)) {
            List<byte[]> problems = new CopyOnWriteArrayList<>();
            for (int i = 0; i < 50; i++) {
                here.parameterProblem(header(MAG1, LMA, "3a010d000000000000000001" + "01020000"), 1);
            }
            Await.until("a Parameter Problem arrives", SOON, () -> {
                AncillaryMessage.Received received;
                while ((received = message.receive(icmp)) != null) {
                    if (received.payload()[0] == 4) {
                        problems.add(received.payload());
                    }
                }
                return !problems.isEmpty();
            });
            ByteBuffer problem = ByteBuffer.wrap(problems.getFirst());
            assertThat(problem.get(1)).isZero();
            assertThat(problem.getInt(4)).isEqualTo(41);
            assertThat(problem.get(8 + 6) & 0xff)
                    .as("next header of the invoking packet")
                    .isEqualTo(135);
            assertThat(problem.get(8 + 40) & 0xff).as("its Payload Proto").isEqualTo(0x3a);
            assertThat(problems).hasSizeLessThanOrEqualTo(2 * ParameterProblemSocket.PER_SECOND);
        }
    }

    /** 20,000 packets at once from one peer: it gets its share, and everything of the other passes. */
    @Test
    void aFloodFromOnePeerDoesNotSlowTheOthers() throws Exception {
        CountedHeaders metrics = new CountedHeaders();
        try (LinuxHeaderSockets here = sockets(anchor, LMA);
                LinuxHeaderSockets flooder = sockets(first, MAG1);
                LinuxHeaderSockets quiet = sockets(second, MAG2)) {
            SignallingRelay relay = new SignallingRelay(
                    here, SignallingProtection.TRUSTED_NETWORK, ProtectionCheck.NONE_NEEDED, metrics, System::nanoTime);
            relay.peers(Set.of(MAG1, MAG2), 100, 200);
            anchor.run(() -> relay.start(atAnchor::offer));
            Thread flood = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < FLOOD; i++) {
                    try {
                        flooder.send(header(MAG1, LMA, HEARTBEAT));
                    } catch (KernelException e) {
                        // Its own queue is full.
                    }
                }
            });
            for (int i = 0; i < 100; i++) {
                quiet.send(header(MAG2, LMA, HEARTBEAT));
            }
            flood.join();
            Await.until(
                    "all of the quiet peer arrived",
                    SOON,
                    () -> atAnchor.stream()
                                    .filter(header -> header.source().equals(MAG2))
                                    .count()
                            == 100);
            long flooded = atAnchor.stream()
                    .filter(header -> header.source().equals(MAG1))
                    .count();
            assertThat(flooded).isBetween(200L, 5_000L);
            assertThat(metrics.drops(Drop.EXCESSIVE)).isGreaterThan(5_000);
        }
    }

    @Test
    void aFloodOverIpv4FromOnePeerDoesNotSlowTheOthers() throws Exception {
        Ipv4Address quiet = Ipv4Address.parse("198.51.100.12");
        second.exec("ip", "-4", "addr", "add", quiet + "/24", "dev", "b0");
        InetAddress anchorAddress = InetAddress.getByName(LMA4.toString());
        byte[] octets = HexFormat.of().parseHex(HEARTBEAT);
        CountedHeaders metrics = new CountedHeaders();
        try (LinuxHeaderSockets here =
                        anchor.call(() -> new LinuxHeaderSockets(LMA, Optional.of(LMA4), System::nanoTime));
                DatagramSocket flooder =
                        first.call(() -> new DatagramSocket(40_000, InetAddress.getByName(MAG4.toString())));
                DatagramSocket other =
                        second.call(() -> new DatagramSocket(5436, InetAddress.getByName(quiet.toString())))) {
            SignallingRelay relay = new SignallingRelay(
                    here, SignallingProtection.TRUSTED_NETWORK, ProtectionCheck.NONE_NEEDED, metrics, System::nanoTime);
            relay.peers(Set.of(MAG4, quiet), 100, 200);
            anchor.run(() -> relay.start(atAnchor::offer));
            Thread flood = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < FLOOD; i++) {
                    try {
                        flooder.send(new DatagramPacket(octets, octets.length, anchorAddress, 5436));
                    } catch (IOException e) {
                        // Its own queue is full.
                    }
                }
            });
            for (int i = 0; i < 100; i++) {
                other.send(new DatagramPacket(octets, octets.length, anchorAddress, 5436));
            }
            flood.join();
            Await.until(
                    "all of the quiet peer arrived",
                    SOON,
                    () -> atAnchor.stream()
                                    .filter(header -> header.source().equals(quiet))
                                    .count()
                            == 100);
            assertThat(metrics.drops(Drop.EXCESSIVE)).isGreaterThan(5_000);
        }
    }

    @Test
    void anAddressOfAnotherMachineIsRefusedByName() {
        assertThatThrownBy(() -> sockets(anchor, Ipv6Address.parse("2001:db8:b::99")))
                .rootCause()
                .hasMessageContaining("EADDRNOTAVAIL");
        assertThatThrownBy(() -> anchor.call(() ->
                        new LinuxHeaderSockets(LMA, Optional.of(Ipv4Address.parse("198.51.100.99")), System::nanoTime)))
                .rootCause()
                .hasMessageContaining("EADDRNOTAVAIL")
                .hasMessageContaining("198.51.100.99");
    }

    /** With a policy in force the kernel drops what comes without ESP before the socket sees it. */
    @Test
    void ipsec_aPolicyThatRequiresEspIsSeenAndEnforced() throws Exception {
        XfrmProtection protection = new XfrmProtection(LMA, Optional.empty());
        try (LinuxHeaderSockets here = sockets(anchor, LMA);
                LinuxHeaderSockets there = sockets(first, MAG1);
                LinuxHeaderSockets other = sockets(second, MAG2)) {
            anchor.run(() -> here.start(atAnchor::add));
            assertThat(protectedPeer(protection, MAG1)).isFalse();
            policy("out", LMA, MAG1, "proto 135", "esp", "required");
            assertThat(protectedPeer(protection, MAG1)).as("one direction only").isFalse();
            policy("in", MAG1, LMA, "proto 135", "esp", "required");
            assertThat(protectedPeer(protection, MAG1)).isTrue();
            assertThat(protectedPeer(protection, MAG2)).isFalse();
            there.send(header(MAG1, LMA, HEARTBEAT));
            other.send(header(MAG2, LMA, HEARTBEAT));
            assertThat(next().source()).isEqualTo(MAG2);
            assertThat(atAnchor).isEmpty();
        }
    }

    @Test
    void ipsec_optionalTemplatesOtherProtocolsAndSingleTypesAreNotEnough() {
        XfrmProtection protection = new XfrmProtection(LMA, Optional.empty());
        for (String direction : List.of("in", "out")) {
            Ipv6Address from = direction.equals("in") ? MAG1 : LMA;
            Ipv6Address to = direction.equals("in") ? LMA : MAG1;
            policy(direction, from, to, "proto 135", "esp", "use");
        }
        assertThat(protectedPeer(protection, MAG1)).as("optional").isFalse();
        anchor.exec("ip", "xfrm", "policy", "flush");
        both("proto 17", "esp");
        assertThat(protectedPeer(protection, MAG1)).as("UDP").isFalse();
        anchor.exec("ip", "xfrm", "policy", "flush");
        both("proto 135", "ah");
        assertThat(protectedPeer(protection, MAG1)).as("AH").isFalse();
        anchor.exec("ip", "xfrm", "policy", "flush");
        both("proto 135 type 5", "esp");
        both("proto 135 type 6", "esp");
        assertThat(protectedPeer(protection, MAG1)).as("types 5 and 6").isFalse();
        for (int type : List.of(7, 13, 16, 19, 20)) {
            both("proto 135 type " + type, "esp");
        }
        assertThat(protectedPeer(protection, MAG1)).as("all types").isTrue();
    }

    /** As strongSwan writes {@code dynamic[135/13]}: with the type in both ports, of which the kernel takes the second for 0. */
    @Test
    void ipsec_aTypeInBothPortsMeetsNoPacketAndProtectsNothing() throws Exception {
        XfrmProtection protection = new XfrmProtection(LMA, Optional.empty());
        for (int type : List.of(5, 6, 7, 13, 16, 19, 20)) {
            both("proto 135 type " + type + " code " + type, "esp");
        }
        assertThat(protectedPeer(protection, MAG1)).isFalse();
        try (LinuxHeaderSockets here = sockets(anchor, LMA);
                LinuxHeaderSockets there = sockets(first, MAG1)) {
            anchor.run(() -> here.start(atAnchor::add));
            there.send(header(MAG1, LMA, HEARTBEAT));
            assertThat(next().source()).as("came in the clear").isEqualTo(MAG1);
        }
    }

    private void both(String selector, String protocol) {
        policy("in", MAG1, LMA, selector, protocol, "required");
        policy("out", LMA, MAG1, selector, protocol, "required");
    }

    private void policy(
            String direction, Ipv6Address from, Ipv6Address to, String selector, String protocol, String level) {
        anchor.exec(("ip xfrm policy add src " + from + " dst " + to + " " + selector + " dir " + direction
                        + " priority 100 tmpl proto " + protocol + " mode transport level " + level)
                .split(" "));
    }

    private static boolean any(XfrmProtection protection, Namespace namespace, IpAddress peer) {
        return namespace.call(() -> !protection.protectedAmong(Set.of(peer)).isEmpty());
    }

    private boolean protectedPeer(XfrmProtection protection, IpAddress peer) {
        return any(protection, anchor, peer);
    }

    /** RFC 5844 section 4.3.1: everything to and from UDP port 5436 of the anchor; a policy for one port of the gateway leaves the others. */
    @Test
    void ipsec_overIpv4PoliciesForUdpPort5436AreSeenAndEnforced() throws Exception {
        XfrmProtection protection = new XfrmProtection(LMA, Optional.of(LMA4));
        assertThat(protectedPeer(protection, MAG4)).isFalse();
        xfrm("out", LMA4, MAG4, "proto udp sport 5436", 100);
        assertThat(protectedPeer(protection, MAG4)).as("one direction only").isFalse();
        xfrm("in", MAG4, LMA4, "proto udp sport 5436 dport 5436", 100);
        assertThat(protectedPeer(protection, MAG4)).as("from port 5436 only").isFalse();
        xfrm("in", MAG4, LMA4, "proto udp dport 5436", 100);
        assertThat(protectedPeer(protection, MAG4)).isTrue();
        assertThat(protectedPeer(new XfrmProtection(LMA, Optional.empty()), MAG4))
                .as("without an address of the anchor's")
                .isFalse();
        assertThat(protectedPeer(protection, Ipv4Address.parse("198.51.100.12")))
                .isFalse();
        assertThat(protectedPeer(protection, MAG1)).as("over IPv6").isFalse();
        try (LinuxHeaderSockets here =
                        anchor.call(() -> new LinuxHeaderSockets(LMA, Optional.of(LMA4), System::nanoTime));
                DatagramSocket gateway =
                        first.call(() -> new DatagramSocket(40_000, InetAddress.getByName(MAG4.toString())));
                LinuxHeaderSockets other = sockets(second, MAG2)) {
            anchor.run(() -> here.start(atAnchor::add));
            byte[] octets = HexFormat.of().parseHex(HEARTBEAT);
            gateway.send(new DatagramPacket(octets, octets.length, InetAddress.getByName(LMA4.toString()), 5436));
            other.send(header(MAG2, LMA, HEARTBEAT));
            assertThat(next().source()).isEqualTo(MAG2);
            anchor.exec("ip", "xfrm", "policy", "flush");
            gateway.send(new DatagramPacket(octets, octets.length, InetAddress.getByName(LMA4.toString()), 5436));
            assertThat(next().source()).as("the first one never arrives").isEqualTo(MAG4);
            assertThat(atAnchor).isEmpty();
        }
    }

    /** What is looked at first decides, for its part of the traffic, too. */
    @Test
    void ipsec_anExceptionBeforeThePolicyMakesAPeerUnprotected() {
        XfrmProtection protection = new XfrmProtection(LMA, Optional.of(LMA4));
        both("proto 135", "esp");
        xfrm("out", LMA4, MAG4, "proto udp sport 5436", 100);
        xfrm("in", MAG4, LMA4, "proto udp dport 5436", 100);
        assertThat(protectedPeer(protection, MAG1)).isTrue();
        assertThat(protectedPeer(protection, MAG4)).isTrue();
        String allow = "ip xfrm policy add src %s dst %s %s dir in priority 50 action allow";
        anchor.exec(allow.formatted(MAG4, LMA4, "proto udp sport 53 dport 5436").split(" "));
        assertThat(protectedPeer(protection, MAG4))
                .as("from port 53 in the clear")
                .isFalse();
        anchor.exec(allow.formatted(MAG1, LMA, "dev br0 proto 135").split(" "));
        assertThat(protectedPeer(protection, MAG1))
                .as("on one interface in the clear")
                .isFalse();
        anchor.exec("ip", "xfrm", "policy", "flush");
        for (String mark : List.of("mark 7", "if_id 7")) {
            for (String direction : List.of("in", "out")) {
                Ipv6Address from = direction.equals("in") ? MAG1 : LMA;
                Ipv6Address to = direction.equals("in") ? LMA : MAG1;
                anchor.exec(("ip xfrm policy add src " + from + " dst " + to + " proto 135 dir " + direction + " "
                                + mark + " priority 100 tmpl proto esp mode transport")
                        .split(" "));
            }
            assertThat(protectedPeer(protection, MAG1)).as(mark).isFalse();
        }
    }

    /** The usual case of policies without a priority; the newest, which the kernel lists first, is the last it looks at. */
    @Test
    void ipsec_amongPoliciesOfOnePriorityTheOldestDecides() throws Exception {
        assertThat(passesInTheClear()).as("no policy, and neighbours are known").isTrue();
        XfrmProtection protection = new XfrmProtection(LMA, Optional.of(LMA4));
        exceptions("add");
        both("proto 135", "esp");
        assertThat(protectedPeer(protection, MAG1)).as("an older exception").isFalse();
        assertThat(passesInTheClear()).isTrue();
        exceptions("update");
        assertThat(passesInTheClear() && protectedPeer(protection, MAG1))
                .as("the place of an update is the kernel's choice")
                .isFalse();
        anchor.exec("ip", "xfrm", "policy", "flush");
        both("proto 135", "esp");
        exceptions("add");
        assertThat(passesInTheClear()).isFalse();
        assertThat(protectedPeer(protection, MAG1)).as("a newer exception").isTrue();
    }

    /** Whether a message of the first gateway arrives; those of the second meet the exceptions only. */
    private boolean passesInTheClear() throws Exception {
        try (LinuxHeaderSockets here = sockets(anchor, LMA);
                LinuxHeaderSockets one = sockets(first, MAG1);
                LinuxHeaderSockets other = sockets(second, MAG2)) {
            anchor.run(() -> here.start(atAnchor::add));
            boolean passes = false;
            one.send(header(MAG1, LMA, HEARTBEAT));
            for (int ofOther = 0; ofOther < 2; ) {
                other.send(header(MAG2, LMA, HEARTBEAT));
                boolean isOther = next().source().equals(MAG2);
                passes |= !isOther;
                ofOther += isOther ? 1 : 0;
            }
            // The first of all had to ask for its neighbour.
            while (!passes && anchor.exec("ip", "xfrm", "policy").isBlank()) {
                passes = !next().source().equals(MAG2);
            }
            atAnchor.clear();
            return passes;
        }
    }

    private void exceptions(String verb) {
        for (String direction : List.of("in", "out")) {
            anchor.exec(
                    ("ip xfrm policy " + verb + " src ::/0 dst ::/0 dir " + direction + " priority 100 action allow")
                            .split(" "));
        }
    }

    /** A wide policy, as a site that encrypts everything has it, covers its gateways. */
    @Test
    void ipsec_aPolicyForEverythingCoversEveryGatewayOfItsFamily() {
        XfrmProtection protection = new XfrmProtection(LMA, Optional.of(LMA4));
        for (String direction : List.of("in", "out")) {
            anchor.exec(("ip xfrm policy add src 2001:db8:b::/48 dst 2001:db8:b::/48 dir " + direction
                            + " priority 100 tmpl proto esp mode transport")
                    .split(" "));
        }
        assertThat(protectedPeer(protection, MAG1)).isTrue();
        assertThat(protectedPeer(protection, MAG2)).isTrue();
        assertThat(protectedPeer(protection, MAG4)).isFalse();
        for (String direction : List.of("in", "out")) {
            anchor.exec(("ip xfrm policy add src 198.51.100.8/29 dst 198.51.100.0/24 dir " + direction
                            + " priority 100 tmpl proto esp mode transport")
                    .split(" "));
        }
        assertThat(protectedPeer(protection, MAG4))
                .as("outgoing selector is another")
                .isFalse();
        anchor.exec(
                "ip xfrm policy add src 198.51.100.0/30 dst 198.51.100.8/29 dir out priority 100 tmpl proto esp mode transport"
                        .split(" "));
        assertThat(protectedPeer(protection, MAG4)).isTrue();
        assertThat(protectedPeer(protection, Ipv4Address.parse("198.51.100.16")))
                .isFalse();
    }

    private void xfrm(String direction, IpAddress from, IpAddress to, String selector, int priority) {
        anchor.exec(("ip xfrm policy add src " + from + " dst " + to + " " + selector + " dir " + direction
                        + " priority " + priority + " tmpl proto esp mode transport")
                .split(" "));
    }
}
