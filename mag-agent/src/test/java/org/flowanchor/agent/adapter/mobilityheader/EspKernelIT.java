package org.flowanchor.agent.adapter.mobilityheader;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.application.RelayedHeader;
import org.flowanchor.agent.lab.Await;
import org.flowanchor.agent.lab.EspKernel;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.agent.linux.ffm.NativeSocket;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.mobility.IpAddress;
import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.Octets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Signalling through ESP in transport mode, with policies and keys as an IKE daemon installs them: what the agent verifies is what the
 * kernel does, and nothing is on the wire in the clear.
 */
@EspKernel
public class EspKernelIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Ipv6Address LMA = Ipv6Address.parse("2001:db8:b::1");
    private static final Ipv6Address MAG = Ipv6Address.parse("2001:db8:b::11");
    private static final Ipv4Address LMA4 = Ipv4Address.parse("198.51.100.1");
    private static final Ipv4Address MAG4 = Ipv4Address.parse("198.51.100.11");
    private static final Octets HEARTBEAT = Octets.parse("3b010d00" + "0000" + "0000" + "00000101" + "01020000");
    private static final Octets RESPONSE =
            Octets.parse("3b020d00" + "0000" + "0001" + "00000101" + "0100" + "1c0400000007" + "01020000");
    private static final String KEY = "0x00112233445566778899aabbccddeeff01020304";
    private Namespace anchor;
    private Namespace gateway;
    private Wire wireAtAnchor;
    private Wire wireAtGateway;
    private final BlockingQueue<RelayedHeader> atAnchor = new LinkedBlockingQueue<>();
    private final BlockingQueue<RelayedHeader> atGateway = new LinkedBlockingQueue<>();

    @BeforeEach
    void build() {
        Namespace.requireRoot();
        Assumptions.assumeTrue(EspKernel.Modules.areLoaded(), "this kernel has no ESP");
        anchor = new Namespace("lma");
        gateway = new Namespace("mag");
        anchor.connect("b0", gateway, "b0");
        anchor.ip("addr add " + LMA + "/64 dev b0 nodad");
        gateway.ip("addr add " + MAG + "/64 dev b0 nodad");
        anchor.exec("ip", "-4", "addr", "add", LMA4 + "/24", "dev", "b0");
        gateway.exec("ip", "-4", "addr", "add", MAG4 + "/24", "dev", "b0");
        wireAtAnchor = anchor.call(Wire::new);
        wireAtGateway = gateway.call(Wire::new);
    }

    @AfterEach
    void remove() {
        if (anchor != null) {
            wireAtAnchor.close();
            wireAtGateway.close();
            anchor.close();
            gateway.close();
        }
    }

    private static void xfrm(Namespace where, String command) {
        where.exec(("ip xfrm " + command).split(" "));
    }

    /** Keys for both directions at both ends. */
    private void keys(IpAddress one, IpAddress other) {
        for (Namespace end : new Namespace[] {anchor, gateway}) {
            key(end, one, other, "0x1001");
            key(end, other, one, "0x1002");
        }
    }

    private static void key(Namespace where, IpAddress from, IpAddress to, String index) {
        xfrm(
                where,
                "state add src " + from + " dst " + to + " proto esp spi " + index
                        + " mode transport aead rfc4106(gcm(aes)) " + KEY + " 128");
    }

    private static void policy(Namespace where, String direction, IpAddress from, IpAddress to, String selector) {
        xfrm(
                where,
                "policy add src " + from + " dst " + to + " " + selector + " dir " + direction
                        + " priority 100 tmpl proto esp mode transport");
    }

    private static boolean isProtected(Namespace where, XfrmProtection protection, IpAddress peer) {
        return where.call(() -> protection.protectedAmong(Set.of(peer)).contains(peer));
    }

    /** Every packet that a namespace's devices carry, as they carry it: before it is deciphered, after it was enciphered. */
    private static final class Wire implements AutoCloseable {
        private static final int AF_PACKET = 17;
        private static final int SOCK_DGRAM = 2;
        private static final int ETH_P_ALL_NETWORK_ORDER = 0x0300;
        private static final int ESP = 50;
        private static final int UDP = 17;
        private static final int MOBILITY_HEADER = 135;

        private final Arena arena = Arena.ofShared();
        private final MemorySegment buffer = arena.allocate(2048);
        private final NativeSocket socket;
        private boolean esp;
        private boolean clear;

        Wire() throws SystemCallException {
            socket = NativeSocket.open(AF_PACKET, SOCK_DGRAM, ETH_P_ALL_NETWORK_ORDER, "every packet");
        }

        private void look() {
            for (int length = socket.receive(buffer, NativeSocket.MSG_DONTWAIT);
                    length >= 20;
                    length = socket.receive(buffer, NativeSocket.MSG_DONTWAIT)) {
                ByteBuffer packet = buffer.asSlice(0, length).asByteBuffer();
                boolean ipv4 = packet.get(0) >> 4 == 4;
                int protocol = packet.get(ipv4 ? 9 : 6) & 0xff;
                esp |= protocol == ESP;
                clear |= protocol == MOBILITY_HEADER || ipv4 && protocol == UDP;
            }
        }

        boolean hadEsp() {
            look();
            return esp;
        }

        void requireEspAlone() {
            look();
            assertThat(esp).as("ESP was on the wire").isTrue();
            assertThat(clear).as("signalling was on the wire in the clear").isFalse();
        }

        @Override
        public void close() {
            socket.close();
            arena.close();
        }
    }

    /** A packet may be lost while the kernel looks for the neighbour: sent until it arrives. */
    private static void exchange(LinuxHeaderSockets from, RelayedHeader header, BlockingQueue<RelayedHeader> arrivals)
            throws Exception {
        arrivals.clear();
        Await.until("arrives: " + header, SOON, () -> {
            try {
                from.send(header);
            } catch (KernelException e) {
                return false;
            }
            return arrivals.stream().anyMatch(arrived -> arrived.source().equals(header.source()));
        });
        Octets arrived = arrivals.take().octets();
        assertThat(arrived.length()).isEqualTo(header.octets().length());
        assertThat(arrived.at(2)).as("MH Type").isEqualTo(13);
    }

    @Test
    void theMobilityHeaderPassesThroughEspBothWays() throws Exception {
        keys(LMA, MAG);
        for (Namespace end : new Namespace[] {anchor, gateway}) {
            policy(end, end == anchor ? "out" : "in", LMA, MAG, "proto 135");
            policy(end, end == anchor ? "in" : "out", MAG, LMA, "proto 135");
        }
        assertThat(isProtected(anchor, new XfrmProtection(LMA, Optional.empty()), MAG))
                .isTrue();
        assertThat(isProtected(gateway, new XfrmProtection(MAG, Optional.empty()), LMA))
                .isTrue();
        try (LinuxHeaderSockets here =
                        anchor.call(() -> new LinuxHeaderSockets(LMA, Optional.empty(), System::nanoTime));
                LinuxHeaderSockets there =
                        gateway.call(() -> new LinuxHeaderSockets(MAG, Optional.empty(), System::nanoTime))) {
            anchor.run(() -> here.start(atAnchor::add));
            gateway.run(() -> there.start(atGateway::add));
            exchange(there, new RelayedHeader(MAG, LMA, 0, 0, HEARTBEAT), atAnchor);
            exchange(here, new RelayedHeader(LMA, MAG, 0, 0, RESPONSE), atGateway);
        }
        wireAtAnchor.requireEspAlone();
        wireAtGateway.requireEspAlone();
    }

    /** RFC 5844 section 4.3.1, from a port of the gateway that is not 5436 as well. */
    @Test
    void udpPort5436PassesThroughEspBothWays() throws Exception {
        keys(LMA4, MAG4);
        policy(anchor, "out", LMA4, MAG4, "proto udp sport 5436");
        policy(anchor, "in", MAG4, LMA4, "proto udp dport 5436");
        policy(gateway, "out", MAG4, LMA4, "proto udp dport 5436");
        policy(gateway, "in", LMA4, MAG4, "proto udp sport 5436");
        assertThat(isProtected(anchor, new XfrmProtection(LMA, Optional.of(LMA4)), MAG4))
                .isTrue();
        try (LinuxHeaderSockets here =
                        anchor.call(() -> new LinuxHeaderSockets(LMA, Optional.of(LMA4), System::nanoTime));
                LinuxHeaderSockets there =
                        gateway.call(() -> new LinuxHeaderSockets(MAG, Optional.of(MAG4), System::nanoTime))) {
            anchor.run(() -> here.start(atAnchor::add));
            gateway.run(() -> there.start(atGateway::add));
            exchange(there, new RelayedHeader(MAG4, LMA4, 5436, 5436, HEARTBEAT), atAnchor);
            exchange(here, new RelayedHeader(LMA4, MAG4, 5436, 5436, RESPONSE), atGateway);
        }
        wireAtAnchor.requireEspAlone();
        wireAtGateway.requireEspAlone();
    }

    /** Keys are late or gone: the policy holds signalling back, it does not let it pass in the clear. */
    @Test
    void withoutKeysNothingLeavesAndWithKeysOfOneEndNothingArrives() throws Exception {
        policy(gateway, "out", MAG, LMA, "proto 135");
        policy(gateway, "in", LMA, MAG, "proto 135");
        try (LinuxHeaderSockets here =
                        anchor.call(() -> new LinuxHeaderSockets(LMA, Optional.empty(), System::nanoTime));
                LinuxHeaderSockets there =
                        gateway.call(() -> new LinuxHeaderSockets(MAG, Optional.empty(), System::nanoTime))) {
            anchor.run(() -> here.start(atAnchor::add));
            gateway.run(() -> there.start(atGateway::add));
            for (int i = 0; i < 5; i++) {
                try {
                    there.send(new RelayedHeader(MAG, LMA, 0, 0, HEARTBEAT));
                } catch (KernelException e) {
                    // The kernel says that it has no key yet.
                }
            }
            key(gateway, MAG, LMA, "0x1002");
            Await.until("ESP arrives", SOON, () -> {
                try {
                    there.send(new RelayedHeader(MAG, LMA, 0, 0, HEARTBEAT));
                } catch (KernelException e) {
                    return false;
                }
                return wireAtAnchor.hadEsp();
            });
            assertThat(atAnchor).as("the anchor has no key").isEmpty();
            wireAtAnchor.requireEspAlone();
        }
    }
}
