package org.flowanchor.agent.adapter.attachment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.flowanchor.agent.application.AttachmentSource.AttachmentEvent;
import org.flowanchor.agent.application.AttachmentSource.LinkCameUp;
import org.flowanchor.agent.application.AttachmentSource.LinkWentDown;
import org.flowanchor.agent.application.AttachmentSource.NeighbourSeen;
import org.flowanchor.agent.application.AttachmentSource.NeighbourSilent;
import org.flowanchor.agent.application.AttachmentSource.RouterSolicited;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.lab.Await;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.agent.linux.ffm.AncillaryMessage;
import org.flowanchor.agent.linux.ffm.Icmpv6Socket;
import org.flowanchor.agent.linux.ffm.NativeSocket;
import org.flowanchor.agent.linux.netlink.NetlinkFaults;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

/** A gateway with one access link, and a terminal whose kernel solicits and listens by itself. */
class AttachmentKernelIT {
    private static final Ipv6Address GATEWAY = Ipv6Address.parse("fe80::200:5eff:fe00:5213");
    private static final HomeNetworkPrefix PREFIX = HomeNetworkPrefix.parse("2001:db8:100:1::/64");
    private static final LinkLayerIdentifier MAC = LinkLayerIdentifier.parse("02:00:00:00:00:0a");
    private static final Ipv6Address TERMINAL = Ipv6Address.parse("fe80::ff:fe00:a");
    private static final Duration SOON = Duration.ofSeconds(60);

    private Namespace gateway;
    private Namespace terminal;
    private LinuxAttachmentSource source;
    private final LinkedBlockingQueue<AttachmentEvent> events = new LinkedBlockingQueue<>();

    @BeforeEach
    void build() {
        Namespace.requireRoot();
        gateway = new Namespace("mag");
        terminal = new Namespace("mn");
        gateway.ip("link add a0 type veth peer name wlan netns " + terminal.name());
        terminal.ip("link set wlan address " + MAC);
        terminal.exec("sysctl", "-qw", "net.ipv6.conf.wlan.accept_dad=0");
        gateway.ip("link set a0 addrgenmode none up", "addr add " + GATEWAY + "/64 dev a0 nodad");
        gateway.exec("sysctl", "-qw", "net.ipv6.conf.all.forwarding=1");
        source = gateway.call(() -> new LinuxAttachmentSource(Set.of("a0", "a9"), GATEWAY));
        source.start(events::add);
    }

    @AfterEach
    void tearDown() {
        if (source != null) {
            source.close();
            gateway.close();
            terminal.close();
        }
    }

    /** The next event of a kind; solicitations and neighbours come again and again, so they are passed over. */
    private <T extends AttachmentEvent> T next(Class<T> type) throws InterruptedException {
        AttachmentEvent event;
        do {
            event = events.poll(SOON.toMillis(), TimeUnit.MILLISECONDS);
            if (event == null) {
                throw new AssertionFailedError("no " + type.getSimpleName());
            }
        } while (!type.isInstance(event) && !(event instanceof LinkCameUp || event instanceof LinkWentDown));
        return assertThat(event).isInstanceOf(type).extracting(type::cast).actual();
    }

    @Test
    void theStateOfALinkIsToldAtTheStartAndEachChangeOnce() throws Exception {
        assertThat(next(LinkWentDown.class).accessLink()).isEqualTo("a0");
        terminal.ip("link set wlan up");
        assertThat(next(LinkCameUp.class).accessLink()).isEqualTo("a0");
        gateway.ip("link set a0 mtu 1400");
        terminal.ip("link set wlan down");
        assertThat(next(LinkWentDown.class).accessLink()).isEqualTo("a0");
        terminal.ip("link set wlan up");
        assertThat(next(LinkCameUp.class).accessLink()).isEqualTo("a0");
    }

    @Test
    void aDeletedLinkWentDown() throws Exception {
        assertThat(next(LinkWentDown.class).accessLink()).isEqualTo("a0");
        terminal.ip("link set wlan up");
        assertThat(next(LinkCameUp.class).accessLink()).isEqualTo("a0");
        assertThat(next(RouterSolicited.class).accessLink()).isEqualTo("a0");
        gateway.ip("link delete a0");
        assertThat(next(LinkWentDown.class).accessLink()).isEqualTo("a0");
    }

    @Test
    void aTerminalsSolicitationNamesItsAddressAndItsLinkLayerAddress() throws Exception {
        next(LinkWentDown.class);
        terminal.ip("link set wlan up");
        next(LinkCameUp.class);
        assertThat(next(RouterSolicited.class)).isEqualTo(new RouterSolicited("a0", TERMINAL, MAC));
    }

    @Test
    void theTerminalsKernelTakesAddressRouterAndMtuFromTheAdvertisement() throws Exception {
        next(LinkWentDown.class);
        terminal.ip("link set wlan up");
        next(LinkCameUp.class);
        next(RouterSolicited.class);
        source.advertise("a0", TERMINAL, MAC, Set.of(PREFIX), Set.of(), 1460, 1800);
        Await.until(
                "address of the prefix",
                SOON,
                () -> terminal.exec("ip", "-6", "addr", "show", "dev", "wlan")
                        .contains("2001:db8:100:1:0:ff:fe00:a/64"));
        String route = terminal.exec("ip", "-6", "route", "show", "default");
        assertThat(route).contains("via " + GATEWAY, "dev wlan", "mtu 1460", "expires 1");
        assertThat(terminal.exec("ip", "-6", "route", "show", "2001:db8:100:1::/64"))
                .contains("dev wlan");
        assertThat(terminal.exec("ip", "-6", "neigh", "show", GATEWAY.toString()))
                .contains(gateway.exec("cat", "/sys/class/net/a0/address").strip());
        source.advertise("a0", TERMINAL, MAC, Set.of(PREFIX), Set.of(), 1460, 0);
        Await.until(
                "no default router",
                SOON,
                () -> terminal.exec("ip", "-6", "route", "show", "default").isEmpty());
    }

    @Test
    void anAdvertisementOnAMissingLinkIsRefusedByName() {
        assertThatThrownBy(() -> source.advertise("a9", TERMINAL, MAC, Set.of(PREFIX), Set.of(), 1460, 1800))
                .isInstanceOf(KernelException.class)
                .hasMessage("ENODEV, link a9");
    }

    @Test
    void aLinkThatWasRenamedWentDown() throws Exception {
        attach();
        gateway.ip("link set a0 name b0");
        assertThat(next(LinkWentDown.class).accessLink()).isEqualTo("a0");
        gateway.ip("link set b0 name a9");
        assertThat(next(LinkCameUp.class).accessLink()).isEqualTo("a9");
    }

    /** Its own part beside that of a kernel that forwards. */
    private String partsInTheGroupOfAllRouters(String device) {
        return gateway.exec("cat", "/proc/net/igmp6")
                .lines()
                .map(line -> line.strip().split("\\s+"))
                .filter(words -> words[1].equals(device) && words[2].equals("ff020000000000000000000000000002"))
                .map(words -> words[3])
                .collect(Collectors.joining(" "));
    }

    private void awaitParts(String device, int wanted) {
        Await.until(
                "parts of " + device + ": " + wanted,
                SOON,
                () -> partsInTheGroupOfAllRouters(device).equals("" + wanted));
    }

    /** A socket has room for some thirty here. */
    @Test
    void aLinkThatIsMadeAnewAgainAndAgainIsHeardEachTime() throws Exception {
        source.close();
        gateway.exec("sysctl", "-qw", "net.core.optmem_max=2048");
        source = gateway.call(() -> new LinuxAttachmentSource(Set.of("a0"), GATEWAY));
        source.start(events::add);
        for (int time = 0; time < 50; time++) {
            gateway.ip("link delete a0", "link add a0 type veth peer name a0p", "link set a0p up", "link set a0 up");
            awaitParts("a0", 2);
        }
    }

    @Test
    void anInterfaceThatIsNoAccessLinkAnyMoreIsLeft() throws Exception {
        terminal.ip("link set wlan up");
        awaitParts("a0", 2);
        gateway.ip("link set a0 name c0");
        awaitParts("c0", 1);
        gateway.ip("link set c0 name a0");
        awaitParts("a0", 2);
        terminal.ip("link set wlan down", "link set wlan up");
        awaitParts("a0", 2);
    }

    @Test
    void whatCannotBeReadIsReadAgain() throws Exception {
        source.close();
        terminal.ip("link set wlan up");
        source = gateway.call(() -> new LinuxAttachmentSource(Set.of("a0", "a9"), GATEWAY));
        events.clear();
        try (NetlinkFaults faults = NetlinkFaults.refusing("list neighbours", 1)) {
            source.start(events::add);
            Await.until("nothing is watched", SOON, () -> !source.isWatching());
            assertThat(faults.met()).isEmpty();
            Await.until("it is again", SOON, source::isWatching);
        }
        assertThat(next(LinkCameUp.class).accessLink()).isEqualTo("a0");
        terminal.ip("link set wlan down");
        assertThat(next(LinkWentDown.class).accessLink()).isEqualTo("a0");
        terminal.ip("link set wlan up");
        assertThat(next(LinkCameUp.class).accessLink()).isEqualTo("a0");
        assertThat(next(RouterSolicited.class)).isEqualTo(new RouterSolicited("a0", TERMINAL, MAC));
    }

    @Test
    void addressesOfTheGatewayAreKnownAsTheyComeAndGo() throws Exception {
        Ipv6Address another = Ipv6Address.parse("fe80::99");
        attach();
        assertThat(source.isOurs(GATEWAY)).isTrue();
        assertThat(source.isOurs(TERMINAL)).isFalse();
        gateway.ip("addr add fe80::99/64 dev a0 nodad");
        Await.until("one more", SOON, () -> source.isOurs(another));
        gateway.ip("addr del fe80::99/64 dev a0");
        Await.until("one less", SOON, () -> !source.isOurs(another));
        gateway.ip("addr del " + GATEWAY + "/64 dev a0");
        assertThat(source.isOurs(GATEWAY))
                .as("what it advertises from stays its own")
                .isTrue();
    }

    private void attach() throws Exception {
        next(LinkWentDown.class);
        terminal.ip("link set wlan up");
        next(LinkCameUp.class);
        next(RouterSolicited.class);
    }

    /** @param option source link-layer address; null: none */
    private void solicit(Ipv6Address from, @Nullable LinkLayerIdentifier option, int times) {
        terminal.run(() -> {
            ByteBuffer solicitation =
                    ByteBuffer.allocate(option == null ? 8 : 16).put((byte) 133).position(8);
            if (option != null) {
                solicitation.put((byte) 1).put((byte) 1).put(option.octets());
            }
            int device = Integer.parseInt(
                    terminal.exec("cat", "/sys/class/net/wlan/ifindex").strip());
            byte[] allRouters = Ipv6Address.parse("ff02::2").octets();
            try (NativeSocket socket = Icmpv6Socket.open(0);
                    AncillaryMessage message = new AncillaryMessage(64)) {
                for (int i = 0; i < times; i++) {
                    message.send(socket, solicitation.array(), allRouters, from.octets(), device, 255, "solicit");
                }
            }
        });
    }

    /** Anybody may solicit so, and as often as it likes: one entry is looked up, however many there are. */
    @Test
    void whoSolicitsWithoutItsLinkLayerAddressIsLookedUpAlone() throws Exception {
        attach();
        Ipv6Address address = Ipv6Address.parse("fe80::77");
        LinkLayerIdentifier identifier = LinkLayerIdentifier.parse("02:00:00:00:00:77");
        terminal.ip("addr add " + address + "/64 dev wlan nodad");
        gateway.ip("neigh replace " + address + " lladdr " + identifier + " dev a0 nud permanent");
        try (NetlinkFaults faults = NetlinkFaults.refusing("list neighbours", Integer.MAX_VALUE)) {
            Await.until("found", SOON, () -> {
                solicit(address, null, 1);
                return events.contains(new RouterSolicited("a0", address, identifier));
            });
            assertThat(faults.met()).isEmpty();
        }
    }

    @Test
    void aFloodOfSolicitationsDoesNotKeepALinksEndFromBeingHeard() throws Exception {
        source.close();
        terminal.ip("link set wlan up");
        Await.until(
                "its address",
                SOON,
                () -> terminal.exec("ip", "-6", "addr", "show", "dev", "wlan").contains(TERMINAL.toString()));
        events.clear();
        CountDownLatch goOn = new CountDownLatch(1);
        LinkLayerIdentifier flooding = LinkLayerIdentifier.parse("02:00:00:00:00:66");
        RouterSolicited flood = new RouterSolicited("a0", TERMINAL, flooding);
        source = gateway.call(() -> new LinuxAttachmentSource(Set.of("a0", "a9"), GATEWAY));
        source.start(event -> {
            events.add(event);
            if (event.equals(flood)) {
                await(goOn);
            }
        });
        Await.until("the first", SOON, () -> {
            solicit(TERMINAL, flooding, 1);
            return events.contains(flood);
        });
        solicit(TERMINAL, flooding, 150);
        gateway.ip("link set a0 down");
        goOn.countDown();
        List<AttachmentEvent> told = new ArrayList<>();
        AttachmentEvent event;
        do {
            event = events.poll(SOON.toMillis(), TimeUnit.MILLISECONDS);
            assertThat(event).as("after %d", told.size()).isNotNull();
            told.add(event);
        } while (!(event instanceof LinkWentDown));
        assertThat(told.stream().filter(flood::equals)).hasSizeLessThan(100);
    }

    @Test
    void m11_aTerminalThatIsThereAnswersTheProbe() throws Exception {
        attach();
        source.probe("a0", TERMINAL, MAC);
        assertThat(next(NeighbourSeen.class)).isEqualTo(new NeighbourSeen("a0", TERMINAL, MAC));
        for (int i = 0; i < 3; i++) {
            events.clear();
            source.probe("a0", TERMINAL, MAC);
            assertThat(next(NeighbourSeen.class)).as("each time").isEqualTo(new NeighbourSeen("a0", TERMINAL, MAC));
        }
    }

    @Test
    void m11_aTerminalThatLeftWithoutAWordIsSilent() throws Exception {
        attach();
        terminal.ip("addr flush dev wlan");
        source.probe("a0", TERMINAL, MAC);
        assertThat(next(NeighbourSilent.class)).isEqualTo(new NeighbourSilent("a0", TERMINAL));
    }

    /** What the gateway itself does to its table is no news of a terminal, whatever was there before. */
    @Test
    void m09_m11_askingSomebodyWhoIsNotThereIsNoSignOfThem() throws Exception {
        restart();
        next(LinkCameUp.class);
        Ipv6Address unknown = Ipv6Address.parse("fe80::ff:fe00:d");
        Ipv6Address failed = Ipv6Address.parse("fe80::ff:fe00:e");
        Ipv6Address advertised = Ipv6Address.parse("fe80::ff:fe00:f");
        gateway.ip("neigh replace " + failed + " lladdr 02:00:00:00:00:0e dev a0 nud stale");
        next(NeighbourSeen.class);
        gateway.ip("neigh replace " + failed + " lladdr 02:00:00:00:00:0e dev a0 nud failed");
        assertThat(next(NeighbourSilent.class)).isEqualTo(new NeighbourSilent("a0", failed));
        source.probe("a0", unknown, LinkLayerIdentifier.parse("02:00:00:00:00:0d"));
        source.probe("a0", failed, LinkLayerIdentifier.parse("02:00:00:00:00:0e"));
        source.advertise(
                "a0", advertised, LinkLayerIdentifier.parse("02:00:00:00:00:0f"), Set.of(PREFIX), Set.of(), 1460, 1800);
        List<AttachmentEvent> told = new ArrayList<>();
        while (told.size() < 3) {
            AttachmentEvent event = events.poll(SOON.toMillis(), TimeUnit.MILLISECONDS);
            assertThat(event).as("after %s", told).isInstanceOf(NeighbourSilent.class);
            told.add(event);
        }
        assertThat(told)
                .containsExactlyInAnyOrder(
                        new NeighbourSilent("a0", unknown),
                        new NeighbourSilent("a0", failed),
                        new NeighbourSilent("a0", advertised));
    }

    /** The kernel's table is older than the agent. */
    private void restart(String... neighbours) {
        source.close();
        terminal.ip("link set wlan addrgenmode none up");
        for (String neighbour : neighbours) {
            gateway.ip("neigh replace " + neighbour);
        }
        events.clear();
        source = gateway.call(() -> new LinuxAttachmentSource(Set.of("a0", "a9"), GATEWAY));
        source.start(events::add);
    }

    @Test
    void m09_neighboursThatLeftBeforeTheAgentStartedAreAskedAndNotSeen() throws Exception {
        restart(
                TERMINAL + " lladdr " + MAC + " dev a0 nud stale",
                "fe80::ff:fe00:b lladdr 02:00:00:00:00:0b dev a0 nud reachable");
        List<AttachmentEvent> told = new ArrayList<>();
        while (told.stream().filter(NeighbourSilent.class::isInstance).count() < 2) {
            AttachmentEvent event = events.poll(SOON.toMillis(), TimeUnit.MILLISECONDS);
            assertThat(event).as("after %s", told).isNotNull();
            told.add(event);
        }
        assertThat(told)
                .contains(
                        new NeighbourSilent("a0", TERMINAL),
                        new NeighbourSilent("a0", Ipv6Address.parse("fe80::ff:fe00:b")))
                .noneMatch(NeighbourSeen.class::isInstance);
    }

    @Test
    void m09_aNeighbourThatCameBeforeTheAgentStartedIsSeenOnceItAnswers() throws Exception {
        restart(TERMINAL + " lladdr " + MAC + " dev a0 nud stale");
        terminal.ip("addr add " + TERMINAL + "/64 dev wlan nodad");
        assertThat(next(LinkCameUp.class).accessLink()).isEqualTo("a0");
        assertThat(next(NeighbourSeen.class)).isEqualTo(new NeighbourSeen("a0", TERMINAL, MAC));
    }

    @Test
    void m09_aFailureBeforeTheAgentStartedIsNoVerdict() throws Exception {
        restart(
                "fe80::ff:fe00:c lladdr 02:00:00:00:00:0c dev a0 nud failed",
                TERMINAL + " lladdr " + MAC + " dev a0 nud stale");
        assertThat(next(LinkCameUp.class).accessLink()).isEqualTo("a0");
        assertThat(next(NeighbourSilent.class))
                .as("the first is the one that was asked")
                .isEqualTo(new NeighbourSilent("a0", TERMINAL));
    }

    @Test
    void m09_neighboursThatCameWhileEventsWereLostAreAskedToo() throws Exception {
        Ipv6Address left = Ipv6Address.parse("fe80::ff:fe00:b");
        source.close();
        terminal.ip("link set wlan addrgenmode none up");
        events.clear();
        CountDownLatch goOn = new CountDownLatch(1);
        source = gateway.call(() -> new LinuxAttachmentSource(Set.of("a0", "a9"), GATEWAY));
        source.start(event -> {
            events.add(event);
            if (event instanceof NeighbourSeen) {
                await(goOn);
            }
        });
        gateway.ip("link add a9 type veth peer name b9", "link set b9 up", "link set a9 addrgenmode none up");
        Await.until("another link is there", SOON, () -> events.contains(new LinkCameUp("a9")));
        // The first that is an event: from then on nothing is read.
        int[] number = {0x100};
        Await.until("it watches", SOON, () -> {
            gateway.ip("neigh replace fe80::%x lladdr 02:00:00:00:00:0f dev a0 nud stale".formatted(++number[0]));
            return events.stream().anyMatch(NeighbourSeen.class::isInstance);
        });
        String[] flood = new String[60_000];
        for (int i = 0; i < flood.length; i++) {
            flood[i] =
                    "neigh replace fe80::%x lladdr 02:00:00:00:01:%02x dev a0 nud stale".formatted(number[0], i % 256);
        }
        gateway.ip(flood);
        gateway.ip("link delete a9");
        terminal.ip("addr add " + TERMINAL + "/64 dev wlan nodad");
        gateway.ip(
                "neigh replace " + left + " lladdr 02:00:00:00:00:0b dev a0 nud stale",
                "neigh replace " + TERMINAL + " lladdr " + MAC + " dev a0 nud stale");
        goOn.countDown();
        Await.until(
                "who is there is found, who is not is silent",
                SOON,
                () -> events.contains(new NeighbourSeen("a0", TERMINAL, MAC))
                        && events.contains(new NeighbourSilent("a0", left)));
        assertThat(events).as("so is a link that went away").contains(new LinkWentDown("a9"));
        assertThat(events)
                .noneMatch(event -> event instanceof NeighbourSeen(String _, Ipv6Address address, LinkLayerIdentifier _)
                        && address.equals(left));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void t78_whoClaimsTheTerminalsAddressDoesNotGetItsAdvertisement() throws Exception {
        attach();
        gateway.ip("neigh replace " + TERMINAL + " lladdr 02:00:00:00:00:66 dev a0 nud reachable");
        source.advertise("a0", TERMINAL, MAC, Set.of(PREFIX), Set.of(), 1460, 1800);
        Await.until(
                "address of the prefix at the right terminal",
                SOON,
                () -> terminal.exec("ip", "-6", "addr", "show", "dev", "wlan")
                        .contains("2001:db8:100:1:0:ff:fe00:a/64"));
    }

    @Test
    void m10_aWithdrawnPrefixIsDeprecated() throws Exception {
        attach();
        source.advertise("a0", TERMINAL, MAC, Set.of(PREFIX), Set.of(), 1460, 1800);
        Await.until(
                "address of the prefix",
                SOON,
                () -> terminal.exec("ip", "-6", "addr", "show", "dev", "wlan")
                        .contains("2001:db8:100:1:0:ff:fe00:a/64"));
        source.advertise("a0", TERMINAL, MAC, Set.of(), Set.of(PREFIX), 1460, 1800);
        Await.until(
                "deprecated address",
                SOON,
                () -> terminal.exec("ip", "-6", "addr", "show", "dev", "wlan").contains("deprecated"));
    }
}
