package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.FIRST;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.LMA;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.agent.application.NotTaken;
import org.flowanchor.agent.domain.AccessState;
import org.flowanchor.agent.domain.AttachedTerminal;
import org.flowanchor.agent.domain.AttachmentName;
import org.flowanchor.agent.lab.Domain;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a gateway's kernel refuses of one link or terminal costs that one. */
class RefusedTerminalsKernelIT {
    private static final Set<String> LINKS = Set.of("a0", "a1");
    private static final AttachedTerminal ONE = terminal("a0", "fe80::a:1", 1);
    private static final AttachedTerminal OTHER = terminal("a1", "fe80::a:2", 2);
    private static final AttachedTerminal NEW = terminal("a0", "fe80::a:3", 3);
    /** IPv6 accepts packets from an own address: a terminal may well say that this is its. */
    private static final AttachedTerminal LIAR = terminal("a0", Domain.GATEWAY_LINK_LOCAL, 4);

    private Namespace gateway;
    private LinuxAccessKernel kernel;

    @BeforeEach
    void build() {
        Namespace.requireRoot();
        gateway = new Namespace("refused");
        for (String link : List.of("b0", "a0", "a1")) {
            addLink(link);
        }
        gateway.ip("addr add " + FIRST + "/64 dev b0 nodad");
        kernel = gateway.call(() -> new LinuxAccessKernel(new KernelConfiguration("b0")));
        assertThat(apply(ONE, OTHER).refusals()).isEmpty();
    }

    private void addLink(String link) {
        gateway.ip(
                "link add " + link + " type veth peer name " + link + "p",
                "link set " + link + " addrgenmode none up",
                "link set " + link + "p addrgenmode none up");
    }

    @AfterEach
    void tearDown() {
        if (gateway != null) {
            kernel.close();
            gateway.close();
        }
    }

    private static AttachedTerminal terminal(String link, String address, int number) {
        return new AttachedTerminal(
                link,
                Ipv6Address.parse(address),
                LinkLayerIdentifier.parse("02:00:00:00:00:0" + number),
                Set.of(HomeNetworkPrefix.parse("2001:db8:10" + number + "::/64")));
    }

    private NotTaken<AttachmentName> apply(AttachedTerminal... terminals) {
        return gateway.call(() -> kernel.apply(new AccessState(FIRST, LMA, LINKS, Set.of(terminals))));
    }

    private Optional<NotTaken<AttachmentName>> attach(AttachedTerminal terminal) {
        return gateway.<Optional<NotTaken<AttachmentName>>>call(
                () -> kernel.applyTerminals(Map.of(terminal.name(), Optional.of(terminal))));
    }

    private boolean intact() {
        return gateway.<Boolean>call(kernel::intact);
    }

    private String routes() {
        return gateway.exec("ip", "-6", "route", "show", "table", "100");
    }

    @Test
    void anAccessLinkThatIsGoneCostsItsOwnTerminalsOnly() {
        gateway.ip("link delete a1");
        NotTaken<AttachmentName> notTaken = apply(ONE, OTHER);
        assertThat(notTaken.whose()).containsExactly(OTHER.name());
        assertThat(notTaken.refusals()).containsExactly("ENODEV, link a1");
        assertThat(attach(NEW)).as("without a whole state").hasValue(NotTaken.nothing());
        assertThat(routes()).contains("2001:db8:101::/64", "2001:db8:103::/64").doesNotContain("2001:db8:102::/64");
        assertThat(attach(OTHER).orElseThrow().whose()).containsExactly(OTHER.name());
        assertThat(intact()).as("to be tried again").isFalse();
        assertThat(apply(ONE, OTHER, NEW).whose()).containsExactly(OTHER.name());

        addLink("a1");
        assertThat(gateway.<Boolean>call(kernel::drifted)).as("noticed at once").isTrue();
        assertThat(apply(ONE, OTHER, NEW)).isEqualTo(NotTaken.nothing());
        assertThat(routes()).contains("2001:db8:102::/64 via fe80::a:2 dev a1");
        assertThat(gateway.exec("ip", "-6", "addr", "show", "a1")).contains(Domain.GATEWAY_LINK_LOCAL);
    }

    @Test
    void aTerminalWhoseRouteIsRefusedCostsItselfOnly() {
        NotTaken<AttachmentName> notTaken = attach(LIAR).orElseThrow();
        assertThat(notTaken.whose()).containsExactly(LIAR.name());
        assertThat(notTaken.refusals())
                .singleElement()
                .asString()
                .contains("EINVAL", "route add 2001:db8:104::/64 via " + Domain.GATEWAY_LINK_LOCAL);
        assertThat(attach(NEW)).as("without a whole state").hasValue(NotTaken.nothing());
        assertThat(routes()).contains("2001:db8:103::/64");
        assertThat(intact()).as("to be tried again").isFalse();
        assertThat(apply(ONE, OTHER, NEW, LIAR).whose()).containsExactly(LIAR.name());
        assertThat(apply(ONE, OTHER, NEW)).isEqualTo(NotTaken.nothing());
        assertThat(intact()).isTrue();
    }

    @Test
    void aRuleOfSomebodyElseThatComesLaterIsToldAndCostsNobody() {
        gateway.ip("rule add pref 3001 fwmark 0x40000/0x40000 lookup 77");
        NotTaken<AttachmentName> notTaken = apply(ONE, OTHER, NEW);
        assertThat(notTaken.whose()).isEmpty();
        assertThat(notTaken.refusals()).singleElement().asString().contains("pref 3001");
        assertThat(routes()).contains("2001:db8:103::/64");
        gateway.ip("rule delete pref 3001");
        assertThat(apply(ONE, OTHER, NEW)).isEqualTo(NotTaken.nothing());
    }
}
