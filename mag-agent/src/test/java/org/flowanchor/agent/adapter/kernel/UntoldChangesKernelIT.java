package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.FIRST;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.LMA;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.POOL;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.agent.application.AnchorNotTaken;
import org.flowanchor.agent.application.FlowChanges;
import org.flowanchor.agent.application.NotTaken;
import org.flowanchor.agent.domain.AccessState;
import org.flowanchor.agent.domain.AnchorState;
import org.flowanchor.agent.domain.AttachedTerminal;
import org.flowanchor.agent.domain.AttachmentName;
import org.flowanchor.agent.lab.Domain;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the kernel tells by other events than routes, rules and links, or not at all, or in more events than a socket holds. */
class UntoldChangesKernelIT {
    private static final KernelConfiguration SEG6 =
            new KernelConfiguration("b0", KernelNumbering.DEFAULT, TunnelKind.SEG6);

    private Namespace gateway;
    private Namespace other;
    private LinuxAccessKernel access;
    private LinuxAnchorKernel anchor;

    @BeforeEach
    void build() {
        Namespace.requireRoot();
        gateway = new Namespace("untold");
        other = new Namespace("elsewhere");
        for (String link : List.of("b0", "a0")) {
            gateway.ip(
                    "link add " + link + " type veth peer name " + link + "p",
                    "link set " + link + " addrgenmode none up",
                    "link set " + link + "p addrgenmode none up");
        }
        gateway.ip("addr add " + FIRST + "/64 dev b0 nodad", "addr add " + LMA + "/64 dev b0 nodad");
        access = gateway.call(() -> new LinuxAccessKernel(SEG6));
        anchor = gateway.call(() -> new LinuxAnchorKernel(SEG6));
    }

    @AfterEach
    void tearDown() {
        if (gateway != null) {
            access.close();
            anchor.close();
            gateway.close();
            other.close();
        }
    }

    private NotTaken<AttachmentName> applyAccess() {
        return gateway.call(() -> access.apply(new AccessState(
                FIRST,
                LMA,
                Set.of("a0"),
                Set.of(new AttachedTerminal(
                        "a0",
                        Ipv6Address.parse("fe80::a:1"),
                        LinkLayerIdentifier.parse("02:00:00:00:00:01"),
                        Set.of(HomeNetworkPrefix.parse("2001:db8:101::/64")))))));
    }

    private AnchorNotTaken applyAnchor(Map<HomeNetworkPrefix, ProxyCareOfAddress> routes) {
        return gateway.call(() -> anchor.apply(
                new AnchorState(LMA, Set.of(POOL), Set.of(FIRST), routes, Map.of(), List.of(), Map.of(), Map.of())));
    }

    private boolean intact() {
        return gateway.<Boolean>call(access::intact);
    }

    @Test
    void anAddressThatIsTakenAwayIsADriftAndComesBack() {
        applyAccess();
        applyAccess();
        assertThat(gateway.<Boolean>call(access::drifted)).isFalse();
        gateway.ip("addr add 2001:db8:77::1/64 dev a0", "addr del 2001:db8:77::1/64 dev a0");
        assertThat(gateway.<Boolean>call(access::drifted)).as("not ours").isFalse();
        gateway.ip("addr flush dev a0");
        assertThat(gateway.<Boolean>call(access::drifted)).isTrue();
        assertThat(applyAccess()).isEqualTo(NotTaken.nothing());
        assertThat(gateway.exec("ip", "-6", "addr", "show", "a0")).contains(Domain.GATEWAY_LINK_LOCAL);
        assertThat(intact()).isTrue();
    }

    @Test
    void aPortOfABridgeIsNoLinkThatLeft() {
        applyAccess();
        applyAccess();
        gateway.ip("link add br0 type bridge", "link set b0 master br0", "link set b0 nomaster");
        assertThat(gateway.<Boolean>call(access::drifted)).isFalse();
    }

    @Test
    void aGatewaysSwitchesThatSomebodyTurnedAreTurnedBack() {
        applyAccess();
        applyAccess();
        assertThat(intact()).isTrue();
        gateway.exec("sysctl", "-qw", "net.ipv6.conf.all.forwarding=0");
        assertThat(intact()).isFalse();
        applyAccess();
        assertThat(gateway.exec("sysctl", "-n", "net.ipv6.conf.all.forwarding")).contains("1");
        gateway.exec("ip", "sr", "tunsrc", "set", "::");
        assertThat(intact()).isFalse();
        applyAccess();
        assertThat(gateway.exec("ip", "sr", "tunsrc", "show")).contains(FIRST.toString());
        assertThat(intact()).isTrue();
    }

    @Test
    void anAnchorsSwitchesThatSomebodyTurnedAreTurnedBack() {
        applyAnchor(Map.of());
        applyAnchor(Map.of());
        assertThat(gateway.<Boolean>call(anchor::intact)).isTrue();
        Map<String, String> switches =
                Map.of("net.ipv6.conf.all.forwarding", "0", "net.netfilter.nf_conntrack_acct", "0");
        switches.forEach((name, value) -> {
            gateway.exec("sysctl", "-qw", name + "=" + value);
            assertThat(gateway.<Boolean>call(anchor::intact)).as(name).isFalse();
            applyAnchor(Map.of());
            assertThat(gateway.exec("sysctl", "-n", name)).contains("1");
            assertThat(gateway.<Boolean>call(anchor::intact)).as(name).isTrue();
        });
        gateway.exec("ip", "sr", "tunsrc", "set", "::");
        assertThat(gateway.<Boolean>call(anchor::intact)).isFalse();
        applyAnchor(Map.of());
        assertThat(gateway.exec("ip", "sr", "tunsrc", "show")).contains(LMA.toString());
    }

    /** Some 13,000 events are more than the socket holds. */
    @Test
    void manyRoutesInOneChangeAreOurOwnDoing() {
        applyAnchor(Map.of());
        applyAnchor(Map.of());
        Map<HomeNetworkPrefix, ProxyCareOfAddress> routes = new HashMap<>();
        for (int number = 0; number < 30_000; number++) {
            routes.put(new HomeNetworkPrefix(new Ipv6Address(POOL.address().high() + number, 0), 64), FIRST);
        }
        assertThat(applyAnchor(routes)).isEqualTo(AnchorNotTaken.NOTHING);
        assertThat(gateway.<Boolean>call(anchor::drifted)).isFalse();
        assertThat(gateway.<Boolean>call(anchor::intact)).isTrue();
        assertThat(gateway.<Optional<AnchorNotTaken>>call(
                        () -> anchor.applyPrefixes(Map.of(), new FlowChanges(Map.of(), Map::of))))
                .as("and the next change is none of the whole")
                .isPresent();
    }

    @Test
    void aTunnelOfWhichAnEndWasRenamedOrMovedComesBack() {
        HomeNetworkPrefix prefix = new HomeNetworkPrefix(POOL.address(), 64);
        applyAnchor(Map.of(prefix, FIRST));
        for (List<String> change : List.of(
                List.of("link set fa1 name x1"),
                List.of("link set fa1x name y1"),
                List.of("link set fa1 name x1", "link set fa1x name y1"),
                List.of("link set fa1x netns " + other.name()))) {
            // Until the kernel told all of our own doing.
            while (!gateway.<Boolean>call(anchor::intact)) {
                applyAnchor(Map.of(prefix, FIRST));
            }
            gateway.ip(change.toArray(String[]::new));
            assertThat(gateway.<Boolean>call(anchor::drifted))
                    .as(change.toString())
                    .isTrue();
            assertThat(applyAnchor(Map.of(prefix, FIRST))).as(change.toString()).isEqualTo(AnchorNotTaken.NOTHING);
            assertThat(gateway.exec("ip", "-o", "link"))
                    .as(change.toString())
                    .contains("fa1@fa1x", "fa1x@fa1")
                    .doesNotContain("x1@", "y1");
            assertThat(gateway.exec("ip", "-6", "route", "show", "table", "100"))
                    .contains(prefix + " dev fa1");
            assertThat(gateway.exec("ip", "-6", "route", "show", "table", "1000001"))
                    .contains("encap seg6");
            assertThat(gateway.exec("ip", "-6", "rule")).contains("iif fa1x");
        }
    }

    @Test
    void aProbeThatWasKilledKeepsNoOtherFromItsAnswer() throws Exception {
        Optional<String> before =
                gateway.<Optional<String>>call(() -> TunnelProbe.inPlace(SEG6).get(TunnelKind.SEG6));
        assertThat(before).isEmpty();
        gateway.ip("route add unreachable default from 2001:db8:5213::1 table 999999 metric 128 proto 213");
        assertThat(gateway.<Optional<String>>call(
                        () -> TunnelProbe.inPlace(SEG6).get(TunnelKind.SEG6)))
                .isEmpty();
        assertThat(gateway.exec("ip", "-6", "route", "show", "table", "999999")).isBlank();
    }
}
