package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.agent.domain.AccessState;
import org.flowanchor.agent.domain.AttachedTerminal;
import org.flowanchor.agent.lab.Await;
import org.flowanchor.agent.lab.Changes;
import org.flowanchor.agent.lab.Datagrams;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An access gateway on a kernel with {@code ip6tnl}; the anchor's end is made by the ordinary tools. */
@Ip6TunnelKernel
class Ip6TunnelKernelIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration RESENDING = Duration.ofMillis(200);
    private static final ProxyCareOfAddress COA = ProxyCareOfAddress.parse("2001:db8:b::11");
    private static final LmaAddress LMA = LmaAddress.parse("2001:db8:b::1");
    private static final LmaAddress OTHER_LMA = LmaAddress.parse("2001:db8:b::2");
    private static final String CORRESPONDENT = "2001:db8:c::2";
    private static final String TERMINAL = "2001:db8:100:1::2";

    private Namespace anchor;
    private Namespace gateway;
    private Namespace terminal;
    private LinuxAccessKernel kernel;
    private int stamp;

    @BeforeEach
    void build() throws Exception {
        Namespace.requireRoot();
        Optional<String> answer = TunnelProbe.answers(new KernelConfiguration("lo"))
                .getOrDefault(TunnelKind.IP6TNL, Optional.of("not asked"));
        Assumptions.assumeTrue(answer.isEmpty(), "no ip6tnl here: " + answer);
        anchor = new Namespace("lma");
        gateway = new Namespace("mag");
        terminal = new Namespace("mn");
        anchor.connect("b0", gateway, "b0");
        gateway.ip("addr add " + COA + "/64 dev b0 nodad", "addr add fe80::b:11/64 dev b0 nodad");
        anchor.exec("sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/all/forwarding");
        anchor.ip(
                "addr add " + LMA + "/64 dev b0 nodad",
                "addr add " + OTHER_LMA + "/64 dev b0 nodad",
                "addr add fe80::b:1/64 dev b0 nodad",
                "addr add " + CORRESPONDENT + "/128 dev lo nodad",
                "link add t0 type ip6tnl mode any local " + LMA + " remote " + COA + " encaplimit none dev b0",
                "link set t0 up",
                "link add t1 type ip6tnl mode any local " + OTHER_LMA + " remote " + COA + " encaplimit none dev b0",
                "link set t1 up",
                "route add 2001:db8:100:1::/64 dev t0");
        terminal.connect("wlan", gateway, "a0");
        terminal.ip(
                "addr add fe80::a:1/64 dev wlan nodad",
                "addr add " + TERMINAL + "/128 dev lo nodad",
                "route add default via fe80::200:5eff:fe00:5213 dev wlan src " + TERMINAL);
        kernel = newKernel();
        apply(kernel, LMA);
    }

    private LinuxAccessKernel newKernel() {
        return gateway.call(() -> new LinuxAccessKernel(new KernelConfiguration("b0")));
    }

    private void apply(LinuxAccessKernel to, LmaAddress lma) {
        gateway.run(() -> to.apply(new AccessState(
                COA,
                lma,
                Set.of("a0"),
                Set.of(new AttachedTerminal(
                        "a0",
                        Ipv6Address.parse("fe80::a:1"),
                        LinkLayerIdentifier.parse("02:00:00:00:00:01"),
                        Set.of(HomeNetworkPrefix.parse("2001:db8:100:1::/64")))))));
    }

    @AfterEach
    void tearDown() {
        if (kernel != null) {
            kernel.close();
            terminal.close();
            gateway.close();
            anchor.close();
        }
    }

    /** Whether a datagram arrives each way. */
    private boolean carries() throws Exception {
        int number = ++stamp;
        try (Datagrams here = new Datagrams(anchor, CORRESPONDENT, 5001);
                Datagrams there = new Datagrams(terminal, TERMINAL, 5002)) {
            return here.reaches(there, TERMINAL, 5002, number, SOON)
                    && there.reaches(here, CORRESPONDENT, 5001, -number, SOON);
        }
    }

    @Test
    void l32_packetsPassTheTunnelBothWaysAndItsDeviceIsAPlainOne() throws Exception {
        assertThat(carries()).isTrue();
        String device = gateway.exec("ip", "-d", "link", "show", "fa1");
        assertThat(device)
                .contains("mtu 1460", "ip6tnl any remote 2001:db8:b::1 local 2001:db8:b::11 dev b0", "encaplimit none")
                .contains("tclass inherit", "flowlabel inherit");
        assertThat(gateway.exec("ip", "-6", "rule"))
                .as("nothing of segment routing")
                .contains("0:\tfrom all lookup local")
                .doesNotContain("ipproto");
    }

    @Test
    void aFreshProcessChangesNothing() throws Exception {
        try (Changes changes = new Changes(gateway);
                LinuxAccessKernel fresh = newKernel()) {
            apply(fresh, LMA);
            assertThat(changes.made()).isEmpty();
            apply(fresh, OTHER_LMA);
            assertThat(changes.made()).as("another anchor is a change").isNotEmpty();
        }
    }

    @Test
    void anotherAnchorIsTheSameDeviceWithAnotherRemoteAddress() throws Exception {
        String index = gateway.exec("cat", "/sys/class/net/fa1/ifindex");
        anchor.ip("route replace 2001:db8:100:1::/64 dev t1");
        apply(kernel, OTHER_LMA);
        assertThat(carries()).isTrue();
        assertThat(gateway.exec("cat", "/sys/class/net/fa1/ifindex")).isEqualTo(index);
    }

    @Test
    void aDeviceThatSomebodyChangedOrRemovedIsRepaired() throws Exception {
        gateway.ip("link set fa1 type ip6tnl encaplimit 4 tclass 0", "link set fa1 mtu 1300");
        apply(kernel, LMA);
        assertThat(gateway.exec("ip", "-d", "link", "show", "fa1"))
                .contains("mtu 1460", "encaplimit none", "tclass inherit");
        gateway.ip("link delete fa1");
        apply(kernel, LMA);
        assertThat(carries()).isTrue();
    }

    @Test
    void m32_aBackhaulOfLessThan1320OctetsStillCarriesWhatFitsItsOuterHeader() throws Exception {
        gateway.ip("link set b0 mtu 1300");
        apply(kernel, LMA);
        assertThat(gateway.exec("ip", "link", "show", "fa1")).contains("mtu 1280");
        try (Datagrams here = new Datagrams(anchor, CORRESPONDENT, 5005);
                Datagrams there = new Datagrams(terminal, TERMINAL, 5006)) {
            Await.until("1260 octets from the terminal", SOON, () -> {
                there.send(CORRESPONDENT, 5005, 1, 1212);
                return here.receives(1, RESENDING);
            });
        }
        assertThat(carries()).isTrue();
    }

    @Test
    void m32_theTunnelFollowsTheBackhaulsMtu() throws Exception {
        gateway.ip("link set b0 mtu 1400");
        apply(kernel, LMA);
        assertThat(gateway.exec("ip", "link", "show", "fa1")).contains("mtu 1360");
        try (Datagrams there = new Datagrams(terminal, TERMINAL, 5003)) {
            Await.until("path MTU 1360 at the terminal", SOON, () -> {
                // The answer to one of them may be lost, or held back by the kernel's limit of errors.
                there.send(CORRESPONDENT, 5004, 1, 1400);
                return terminal.exec("ip", "-6", "route", "get", CORRESPONDENT).contains("mtu 1360");
            });
        }
    }
}
