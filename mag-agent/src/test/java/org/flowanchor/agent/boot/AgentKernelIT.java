package org.flowanchor.agent.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.domain.Samples.HNP;
import static org.flowanchor.agent.domain.Samples.WLAN_MAG;
import static org.flowanchor.agent.domain.Samples.onWlan;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.flowanchor.agent.adapter.grpc.Messages;
import org.flowanchor.agent.adapter.grpc.Services;
import org.flowanchor.agent.application.ServiceAddress;
import org.flowanchor.agent.lab.Await;
import org.flowanchor.agent.lab.Datagrams;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.AnchorReport;
import org.flowanchor.api.v1.GatewaySignal;
import org.flowanchor.api.v1.LinkSample;
import org.flowanchor.api.v1.ProxyBindingUpdate;
import org.flowanchor.mobility.Ipv6Address;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Both agents as processes of their own in their gateways' namespaces; the terminal is a plain kernel with one interface. */
@Timeout(900)
class AgentKernelIT {
    private static final Duration DEADLINE = Duration.ofSeconds(90);
    private static final String TERMINAL_LINK_LAYER = "02:00:00:00:00:01";
    private static final String TERMINAL = "2001:db8:101::ff:fe00:1";
    private static final String CORRESPONDENT = "2001:db8:c::2";

    @TempDir
    private Path folder = Path.of("unset");

    private Namespace services = namespace("ctl");
    private Namespace correspondent = namespace("cn");
    private Namespace anchor = namespace("lma");
    private Namespace gateway = namespace("mag");
    private Namespace terminal = namespace("mn");
    private final Services forAnchor = new Services(new ServiceAddress("fd00:1::1", 9091));
    private final Services forGateway = new Services(new ServiceAddress("fd00:2::1", 9091));

    private static Namespace namespace(String role) {
        Namespace.requireRoot();
        return new Namespace(role);
    }

    @BeforeEach
    void build() throws Exception {
        services.connect("m0", anchor, "m0");
        services.connect("m1", gateway, "m0");
        services.ip("addr add fd00:1::1/64 dev m0 nodad", "addr add fd00:2::1/64 dev m1 nodad");
        anchor.ip("addr add fd00:1::2/64 dev m0 nodad");
        gateway.ip("addr add fd00:2::2/64 dev m0 nodad");
        anchor.connect("b0", gateway, "b0");
        anchor.ip("addr add 2001:db8:b::1/64 dev b0 nodad");
        gateway.ip("addr add 2001:db8:b::11/64 dev b0 nodad");
        correspondent.connect("c0", anchor, "c0");
        correspondent.ip(
                "addr add " + CORRESPONDENT + "/64 dev c0 nodad", "route add default via 2001:db8:c::1 dev c0");
        anchor.ip("addr add 2001:db8:c::1/64 dev c0 nodad");
        terminal.connect("wlan", gateway, "a0");
        terminal.ip("link set wlan down address " + TERMINAL_LINK_LAYER + " addrgenmode eui64");
        listen(forAnchor, "fd00:1::1");
        listen(forGateway, "fd00:2::1");
    }

    @AfterEach
    void remove() throws Exception {
        forAnchor.close();
        forGateway.close();
        List.of(services, correspondent, anchor, gateway, terminal).forEach(Namespace::close);
    }

    private void listen(Services served, String address) {
        services.run(() -> served.serveHere(new InetSocketAddress(InetAddress.ofLiteral(address), 9091)));
    }

    private Process agent(Namespace namespace, String name, String yaml) throws Exception {
        Path configuration = Files.writeString(folder.resolve(name + ".yaml"), yaml);
        return AgentProcess.start(namespace, configuration, folder.resolve(name + ".log"));
    }

    private Process anchorAgent() throws Exception {
        return agent(anchor, "anchor", """
                role: anchor
                lmaAddress: 2001:db8:b::1
                backhaulInterface: b0
                pools: ["2001:db8:100::/40"]
                services: {binding: "[fd00:1::1]:9091", flow: "[fd00:1::1]:9091"}
                operations: {address: "::1", port: 9464}
                tls: plaintext
                """);
    }

    private Process gatewayAgent() throws Exception {
        return agent(gateway, "gateway", """
                role: access
                lmaAddress: 2001:db8:b::1
                backhaulInterface: b0
                proxyCareOfAddress: 2001:db8:b::11
                accessTechnologyType: IEEE_802_11
                accessLinks: [{interface: a0, capacityBitsPerSecond: 10000000}]
                mobileNodes:
                  - {linkLayerIdentifier: "02:00:00:00:00:01", mobileNodeIdentifier: "mn1@example.net"}
                  - {linkLayerIdentifier: "02:00:00:00:00:02", mobileNodeIdentifier: "mn2@example.net"}
                services: {binding: "[fd00:2::1]:9091", flow: "[fd00:2::1]:9091"}
                operations: {address: "::1", port: 9464}
                tls: plaintext
                """);
    }

    private void stop(Process agent, String name) throws Exception {
        agent.destroy();
        assertThat(agent.waitFor(60, TimeUnit.SECONDS))
                .as("SIGTERM ends the agent")
                .isTrue();
        print(name);
    }

    private void print(String name) throws Exception {
        System.out.println(Files.readString(folder.resolve(name + ".log")));
    }

    private static ProxyBindingUpdate update(Services.Peer<GatewaySignal, ?> peer) throws InterruptedException {
        GatewaySignal signal = peer.next();
        assertThat(signal.hasProxyBindingUpdate()).as(signal.toString()).isTrue();
        return signal.getProxyBindingUpdate();
    }

    @Test
    void terminalAttachesBySolicitationAndKilledAgentsCostNoPacket() throws Exception {
        Process anchorAgent = anchorAgent();
        Process gatewayAgent = gatewayAgent();
        try {
            var bindings = forAnchor.bindings();
            bindings.next();
            var registration = forGateway.registration();
            assertThat(registration.next().getHello().getProxyCareOfAddress())
                    .isEqualTo(ProtoMapping.toProto(WLAN_MAG));
            forAnchor.steering();
            forAnchor.links();
            forGateway.links();
            terminal.ip("link set wlan up");
            ProxyBindingUpdate attach = update(registration);
            assertThat(attach.getMobileNodeIdentifier()).isEqualTo("mn1@example.net");
            registration.say(Messages.answer(attach, 0, HNP));
            bindings.say(Messages.bindings(1, 1, true, onWlan(1)));
            assertThat(bindings.next().getAcknowledgement().getError()).isEmpty();
            Await.until(
                    "the terminal has its address and router",
                    DEADLINE,
                    () -> terminal.exec("ip", "-6", "addr", "show", "dev", "wlan", "-tentative")
                                    .contains(TERMINAL)
                            && terminal.exec("ip", "-6", "route", "show", "default")
                                    .contains("fe80::200:5eff:fe00:5213"));
            List<Ipv6Address> atGateway = Pattern.compile("inet6 ([0-9a-f:]+)")
                    .matcher(gateway.exec("ip", "-6", "-o", "address", "show"))
                    .results()
                    .map(found -> Ipv6Address.parse(found.group(1)))
                    .toList();
            assertThat(atGateway)
                    .as("T-14: a gateway has no address of a home network prefix")
                    .contains(Ipv6Address.parse("2001:db8:b::11"))
                    .noneMatch(HNP::contains);

            try (Datagrams sender = new Datagrams(correspondent, CORRESPONDENT, 5004);
                    Datagrams receiver = new Datagrams(terminal, TERMINAL, 5005);
                    Datagrams uplink = new Datagrams(terminal, TERMINAL, 5006);
                    Datagrams up = new Datagrams(correspondent, CORRESPONDENT, 5007)) {
                sender.send(TERMINAL, 5005, 1, 100);
                assertThat(receiver.receives(1, DEADLINE)).as("downlink").isTrue();
                uplink.send(CORRESPONDENT, 5007, 2, 100);
                assertThat(up.receives(2, DEADLINE)).as("uplink").isTrue();

                int number = 100;
                kill(gatewayAgent);
                kill(anchorAgent);
                number = exchange(sender, receiver, number, 50);
                anchorAgent = anchorAgent();
                gatewayAgent = gatewayAgent();
                var bindingsAgain = forAnchor.bindings();
                bindingsAgain.next();
                bindingsAgain.say(Messages.bindings(1, 1, true, onWlan(1)));
                number = exchange(sender, receiver, number, 50);
                assertThat(bindingsAgain.next().getAcknowledgement().getError()).isEmpty();
                var registrationAgain = forGateway.registration();
                registrationAgain.next();
                ProxyBindingUpdate again = update(registrationAgain);
                assertThat(again.getHomeNetworkPrefixesList())
                        .as("known from the kernel, no solicitation needed")
                        .containsExactly(ProtoMapping.toProto(HNP));
                registrationAgain.say(Messages.answer(again, 0, HNP));
                number = exchange(sender, receiver, number, 200);

                checkSamples(sender, number);
                gatewayLosesItsLink(registrationAgain);
            }
            printMemory("gateway", gatewayAgent);
            printMemory("anchor", anchorAgent);
            stop(gatewayAgent, "gateway");
            stop(anchorAgent, "anchor");
        } catch (AssertionError e) {
            for (Namespace node : List.of(anchor, gateway, terminal)) {
                System.out.println(node.name() + "\n"
                        + node.exec("ip", "-6", "addr")
                        + node.exec("ip", "-6", "rule")
                        + node.exec("ip", "-6", "route", "show", "table", "all")
                        + node.exec("ip", "-6", "neigh")
                        + node.exec("ip", "-6", "-s", "link")
                        + node.exec("grep", "-vw", "0", "/proc/net/snmp6")
                        + node.exec("nft", "list", "ruleset"));
            }
            print("gateway");
            print("anchor");
            throw e;
        } finally {
            gatewayAgent.destroyForcibly();
            anchorAgent.destroyForcibly();
        }
    }

    /** As a kernel does with neighbours for whom nobody asked while the agent was away. */
    @Test
    void m09_aTerminalThatTheKernelForgotAsNeighbourIsFoundAgainByTheRestartedAgent() throws Exception {
        String address = "fe80::d1c2:b3a4:9586:7768";
        terminal.ip("link set wlan addrgenmode none up", "addr add " + address + "/64 dev wlan nodad");
        Process gatewayAgent = gatewayAgent();
        try {
            var registration = forGateway.registration();
            registration.next();
            // It says nothing of itself but what the kernel asks it.
            gateway.ip("neigh replace " + address + " lladdr " + TERMINAL_LINK_LAYER + " dev a0 nud stale");
            ProxyBindingUpdate attach = update(registration);
            registration.say(Messages.answer(attach, 0, HNP));
            Await.until("the terminal is forwarded for", DEADLINE, this::isForwarded);
            kill(gatewayAgent);
            gateway.ip("neigh del " + address + " dev a0");
            Path changes = folder.resolve("routes.log");
            Process monitor = new ProcessBuilder("ip", "-6", "-n", gateway.name(), "monitor", "route")
                    .redirectErrorStream(true)
                    .redirectOutput(changes.toFile())
                    .start();
            Await.until("changes of routes are told", DEADLINE, () -> {
                gateway.ip("route replace unreachable 2001:db8:ffff::/64", "route del 2001:db8:ffff::/64");
                return Files.readString(changes).contains("Deleted unreachable 2001:db8:ffff::/64");
            });
            gatewayAgent = gatewayAgent();
            var registrationAgain = forGateway.registration();
            registrationAgain.next();
            ProxyBindingUpdate again = update(registrationAgain);
            assertThat(again.getMobileNodeIdentifier()).isEqualTo("mn1@example.net");
            assertThat(again.getHomeNetworkPrefixesList()).containsExactly(ProtoMapping.toProto(HNP));
            registrationAgain.say(Messages.answer(again, 0, HNP));
            stop(gatewayAgent, "gateway");
            monitor.destroy();
            assertThat(monitor.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(changes)
                    .content()
                    .as("its routes were there all the time")
                    .doesNotContain("Deleted 2001:db8:101:")
                    .doesNotContain("Deleted default from 2001:db8:101:");
            assertThat(isForwarded()).isTrue();
        } finally {
            gatewayAgent.destroyForcibly();
        }
    }

    private boolean isForwarded() {
        return gateway.exec("ip", "-6", "route", "show", "table", "all").contains("2001:db8:101::/64 via");
    }

    @Test
    void m09_aTerminalThatLeftBeforeTheAgentStartedIsNotRegistered() throws Exception {
        terminal.ip("link set wlan addrgenmode none up");
        gateway.ip("neigh replace fe80::ff:fe00:2 lladdr 02:00:00:00:00:02 dev a0 nud stale");
        Process gatewayAgent = gatewayAgent();
        try {
            var registration = forGateway.registration();
            registration.next();
            Await.until(
                    "it was asked and did not answer",
                    DEADLINE,
                    () -> !gateway.exec("ip", "-6", "neigh", "show", "dev", "a0")
                            .contains("02:00:00:00:00:02"));
            terminal.ip("addr add fe80::ff:fe00:1/64 dev wlan nodad");
            assertThat(update(registration).getMobileNodeIdentifier())
                    .as("the first that is registered is the one that is there")
                    .isEqualTo("mn1@example.net");
            stop(gatewayAgent, "gateway");
        } finally {
            gatewayAgent.destroyForcibly();
        }
    }

    /** What is sent to a terminal makes the kernel ask for it over and over; none of that is a sign of life. */
    @Test
    void m09_m11_aTerminalThatLeftWhileSomebodySendsToItIsDeregistered() throws Exception {
        gateway.exec("sysctl", "-qw", "net.ipv6.neigh.a0.base_reachable_time_ms=1000");
        gateway.exec("sysctl", "-qw", "net.ipv6.neigh.a0.delay_first_probe_time=1");
        Process gatewayAgent = gatewayAgent();
        try {
            var registration = forGateway.registration();
            registration.next();
            terminal.ip("link set wlan up");
            registration.say(Messages.answer(update(registration), 0, HNP));
            Await.until(
                    "the terminal has its address",
                    DEADLINE,
                    () -> terminal.exec("ip", "-6", "addr", "show", "dev", "wlan", "-tentative")
                            .contains(TERMINAL));
            terminal.ip("addr flush dev wlan");
            try (Datagrams sender = new Datagrams(gateway, "2001:db8:b::11", 5004)) {
                long end = System.nanoTime() + DEADLINE.toNanos();
                ProxyBindingUpdate said;
                do {
                    assertThat(System.nanoTime()).as("deadline").isLessThan(end);
                    // The first may be the registration, sent again before the answer on a busy machine.
                    Await.until("something is said", DEADLINE, () -> {
                        sender.send(TERMINAL, 5005, 1, 100);
                        return !registration.isQuiet();
                    });
                    said = update(registration);
                } while (said.getLifetime() != 0);
                assertThat(said.getMobileNodeIdentifier()).isEqualTo("mn1@example.net");
            }
            stop(gatewayAgent, "gateway");
        } finally {
            gatewayAgent.destroyForcibly();
        }
    }

    private void checkSamples(Datagrams sender, int first) throws Exception {
        var steering = forAnchor.steering();
        AnchorReport report = steering.next();
        assertThat(report.hasHello()).isTrue();
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        int number = first;
        while (true) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            sender.send(TERMINAL, 5005, number++, 500);
            report = steering.next();
            if (report.getFlowSamples().getSamplesCount() > 0) {
                var sample = report.getFlowSamples().getSamples(0);
                assertThat(sample.getFlow().getDestinationPort()).isEqualTo(5005);
                assertThat(sample.getProxyCareOfAddress()).isEqualTo(ProtoMapping.toProto(WLAN_MAG));
                break;
            }
        }
        LinkSample tunnel = forAnchor.links().next().getSample();
        assertThat(tunnel.getKind()).isEqualTo(LinkSample.Kind.KIND_TUNNEL);
        LinkSample access = forGateway.links().next().getSample();
        assertThat(access.getLink()).isEqualTo("a0");
        assertThat(access.getUp()).isTrue();
    }

    private void gatewayLosesItsLink(Services.Peer<GatewaySignal, org.flowanchor.api.v1.AnchorSignal> registration)
            throws Exception {
        terminal.ip("link set wlan down");
        ProxyBindingUpdate gone = update(registration);
        while (gone.getLifetime() != 0) {
            // Sent again before the answer on a busy machine.
            gone = update(registration);
        }
        registration.say(Messages.answer(gone, 0, HNP));
        Await.until(
                "the route to the terminal is gone",
                DEADLINE,
                () -> !gateway.exec("ip", "-6", "route", "show", "table", "all").contains("2001:db8:101::/64 via"));
    }

    private static int exchange(Datagrams sender, Datagrams receiver, int first, int count) throws Exception {
        for (int number = first; number < first + count; number++) {
            sender.send(TERMINAL, 5005, number, 100);
            assertThat(receiver.receives(number, DEADLINE))
                    .as("datagram %d", number)
                    .isTrue();
            Thread.sleep(10);
        }
        return first + count;
    }

    private static void kill(Process agent) throws InterruptedException {
        agent.destroyForcibly();
        assertThat(agent.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    private static void printMemory(String name, Process agent) throws Exception {
        Files.readAllLines(Path.of("/proc/" + agent.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS") || line.startsWith("Threads"))
                .forEach(line -> System.out.println(name + " agent: " + line));
    }
}
