package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.LMA;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.POOL;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flowanchor.agent.adapter.mobilityheader.EspKernelIT;
import org.flowanchor.agent.domain.AnchorState;
import org.flowanchor.agent.lab.Await;
import org.flowanchor.agent.lab.Domain;
import org.flowanchor.agent.lab.Echoes;
import org.flowanchor.agent.lab.GuestTests;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.agent.lab.UserModeLinux;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What this machine's kernel may not have, or has but once: in user-mode Linux. */
class UserModeLinuxKernelIT {
    private static final Duration BOOT = Duration.ofSeconds(180);
    private static final ProxyCareOfAddress GUEST = ProxyCareOfAddress.parse("2001:db8:b::13");
    private static final HomeNetworkPrefix GUEST_PREFIX = HomeNetworkPrefix.parse("2001:db8:100:3::/64");
    private static final String GUEST_TERMINAL = "2001:db8:100:3::2";
    private static final List<String> MODULES = List.of("ip6_tunnel", "veth", "nf_tables");
    private static final List<String> TRACKING_MODULES = List.of("nf_conntrack", "nf_conntrack_netlink");
    private static final List<String> ESP_MODULES = List.of(
            "veth",
            "xfrm_user",
            "esp4",
            "esp6",
            "gcm",
            "ctr",
            "ghash-generic",
            "hmac",
            "sha512_generic",
            "drbg",
            "seqiv");

    @TempDir
    Path directory;

    @BeforeEach
    void require() {
        Namespace.requireRoot();
        if (!UserModeLinux.isInstalled()) {
            System.out.println("SKIPPED: tests of ip6tnl need user-mode Linux (package user-mode-linux) on amd64");
        }
        Assumptions.assumeTrue(UserModeLinux.isInstalled(), "needs user-mode Linux");
    }

    private static String java(Class<?> main, String... arguments) {
        return UserModeLinux.java() + " -cp " + System.getProperty("java.class.path") + ' ' + main.getName() + ' '
                + String.join(" ", arguments);
    }

    @Test
    void theKernelsOwnTunnelDevicesAreUsedAndReconciledWhereItHasThem() throws Exception {
        try (Namespace outside = new Namespace("uml");
                UserModeLinux guest = UserModeLinux.boot(
                        outside,
                        directory,
                        MODULES,
                        List.of(java(GuestTests.class, Ip6TunnelKernelIT.class.getName())),
                        List.of())) {
            List<String> told = guest.awaitEnd(900);
            assertThat(told.stream().filter(line -> line.startsWith("GUEST ")))
                    .as(String.join("\n", told))
                    .hasSize(6)
                    .allMatch(line -> line.startsWith("GUEST SUCCESSFUL "));
        }
    }

    @Test
    void signallingPassesThroughEspOnlyAndTheConnectionTableGrows() throws Exception {
        List<String> modules = new ArrayList<>(ESP_MODULES);
        modules.addAll(TRACKING_MODULES);
        String tests = java(GuestTests.class, EspKernelIT.class.getName(), ConnectionTableSizeKernelIT.class.getName());
        try (Namespace outside = new Namespace("uml");
                UserModeLinux guest = UserModeLinux.boot(outside, directory, modules, List.of(tests), List.of())) {
            List<String> told = guest.awaitEnd(900);
            assertThat(told.stream().filter(line -> line.startsWith("GUEST ")))
                    .as(String.join("\n", told))
                    .hasSize(5)
                    .allMatch(line -> line.startsWith("GUEST SUCCESSFUL "));
        }
    }

    /** The gateway is in the guest, over {@code ip6tnl}; the anchor here, over segment routing where this kernel has nothing else. */
    @Test
    void theKernelsOwnTunnelDevicesAndSegmentRoutingUnderstandEachOther() throws Exception {
        try (Domain domain = new Domain();
                LinuxAnchorKernel anchor =
                        domain.anchor.call(() -> new LinuxAnchorKernel(new KernelConfiguration("b0")))) {
            domain.backhaul.ip("tuntap add dev tap0 mode tap", "link set tap0 master br0 up");
            domain.anchor.run(() -> anchor.apply(new AnchorState(
                    LMA,
                    Set.of(POOL),
                    Set.of(GUEST),
                    Map.of(GUEST_PREFIX, GUEST),
                    Map.of(),
                    List.of(),
                    Map.of(),
                    Map.of())));
            List<String> commands = List.of(
                    "ip link set vec0 up",
                    "ip -6 addr add " + GUEST + "/64 dev vec0 nodad",
                    java(
                            Ip6TunnelGuest.class,
                            "vec0",
                            GUEST.toString(),
                            LMA.toString(),
                            GUEST_PREFIX.toString(),
                            GUEST_TERMINAL));
            try (UserModeLinux guest = UserModeLinux.boot(
                    domain.backhaul,
                    directory,
                    MODULES,
                    commands,
                    List.of("vec0:transport=tap,ifname=tap0,depth=64"))) {
                try {
                    judge(domain, guest);
                } catch (AssertionError e) {
                    throw new AssertionError(String.join("\n", guest.output()), e);
                }
            }
        }
    }

    private void judge(Domain domain, UserModeLinux guest) throws Exception {
        Await.until("answers through the tunnel", BOOT, () -> {
            Echoes.Answers first = Echoes.ask(domain, GUEST_TERMINAL, 0, "");
            return first.any() || guest.hasEnded();
        });
        assertThat(Echoes.ask(domain, GUEST_TERMINAL, 0, "")).isEqualTo(Echoes.Answers.of("not-ect"));
        assertThat(Echoes.ask(domain, GUEST_TERMINAL, 2, "")).isEqualTo(Echoes.Answers.of("ect"));
        assertThat(Echoes.ask(domain, GUEST_TERMINAL, 2, congested("daddr")))
                .as("marked on the way to ip6tnl")
                .isEqualTo(Echoes.Answers.of("ce"));
        assertThat(Echoes.ask(domain, GUEST_TERMINAL, 2, congested("saddr")))
                .as("marked on the way from ip6tnl")
                .isEqualTo(Echoes.Answers.of("ce"));
        assertThat(Echoes.ask(domain, GUEST_TERMINAL, 0, congested("saddr")))
                .as("not capable, marked")
                .isEqualTo(Echoes.Answers.of("not-ect"));

        tell(domain, Ip6TunnelGuest.LIMIT);
        assertThat(Echoes.ask(domain, GUEST_TERMINAL, 0, "ip6 saddr " + GUEST + " ip6 nexthdr 41 drop"))
                .as("with a tunnel encapsulation limit (RFC 2473 section 5.1) before the inner packet")
                .isEqualTo(Echoes.Answers.of("not-ect"));
        tell(domain, Ip6TunnelGuest.STOP);
        guest.awaitEnd(300);
    }

    private static String congested(String which) {
        return "ip6 nexthdr 41 ip6 " + which + " " + GUEST + " ip6 ecn set ce";
    }

    /** Until it says that it has done it. */
    private static void tell(Domain domain, String command) {
        InetSocketAddress guest =
                new InetSocketAddress(InetAddress.ofLiteral(GUEST.toString()), Ip6TunnelGuest.COMMAND_PORT);
        ByteBuffer word = ByteBuffer.wrap(command.getBytes(StandardCharsets.US_ASCII));
        DatagramChannel channel = domain.anchor.call(() -> {
            DatagramChannel opened = DatagramChannel.open(StandardProtocolFamily.INET6);
            opened.configureBlocking(false);
            return opened;
        });
        try (channel) {
            Await.until(command, BOOT, () -> {
                channel.send(word.duplicate(), guest);
                Thread.sleep(100);
                return channel.receive(ByteBuffer.allocate(64)) != null;
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
