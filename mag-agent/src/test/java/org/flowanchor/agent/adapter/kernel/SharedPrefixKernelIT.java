package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.FIRST;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.LMA;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.PREFIX;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.uplinkTable;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.flowanchor.agent.adapter.metrics.PrometheusMetrics;
import org.flowanchor.agent.application.AccessLoop;
import org.flowanchor.agent.application.AccessSettings;
import org.flowanchor.agent.application.AttachmentSource.NeighbourAnswered;
import org.flowanchor.agent.application.AttachmentSource.RouterSolicited;
import org.flowanchor.agent.application.InMemoryAttachments;
import org.flowanchor.agent.domain.AnchorRequests;
import org.flowanchor.agent.domain.AttachmentSettings;
import org.flowanchor.agent.domain.AttachmentTable;
import org.flowanchor.agent.domain.ProxyBindingAcknowledgement;
import org.flowanchor.agent.domain.ProxyBindingUpdate;
import org.flowanchor.agent.lab.Await;
import org.flowanchor.agent.lab.Changes;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.BindingStatus;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Scenario 1 of RFC 7864 at one gateway: two interfaces of a mobile node, on two access links, have the same prefix. */
class SharedPrefixKernelIT {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final MobileNodeIdentifier NODE = new MobileNodeIdentifier("mn1@example.net");
    private static final Interface ONE = new Interface("a0", "02:00:00:00:00:01", "fe80::ff:fe00:1");
    private static final Interface OTHER = new Interface("a1", "02:00:00:00:00:02", "fe80::ff:fe00:2");

    private final BlockingQueue<ProxyBindingUpdate> updates = new LinkedBlockingQueue<>();
    private final InMemoryAttachments links = new InMemoryAttachments();
    private Namespace gateway;
    private LinuxAccessKernel kernel;
    private AccessLoop loop;

    /** The interface identifier of its address is made of its link-layer identifier. */
    private record Interface(String link, String octets, String address) {
        LinkLayerIdentifier linkLayerIdentifier() {
            return LinkLayerIdentifier.parse(octets);
        }

        Ipv6Address linkLocalAddress() {
            return Ipv6Address.parse(address);
        }
    }

    @BeforeEach
    void build() {
        Namespace.requireRoot();
        gateway = new Namespace("shared");
        for (String link : List.of("b0", "a0", "a1")) {
            gateway.ip(
                    "link add " + link + " type veth peer name " + link + "p",
                    "link set " + link + " addrgenmode none up",
                    "link set " + link + "p addrgenmode none up");
        }
        gateway.ip("addr add " + FIRST + "/64 dev b0 nodad");
        start();
        for (Interface attached : List.of(ONE, OTHER)) {
            links.happens(
                    new RouterSolicited(attached.link(), attached.linkLocalAddress(), attached.linkLayerIdentifier()));
            register(attached);
        }
    }

    @AfterEach
    void tearDown() {
        if (gateway != null) {
            loop.close();
            kernel.close();
            gateway.close();
        }
    }

    private void start() {
        kernel = gateway.call(() -> new LinuxAccessKernel(new KernelConfiguration("b0")));
        AttachmentTable table = new AttachmentTable(
                new AttachmentSettings(
                        LMA,
                        FIRST,
                        AccessTechnologyType.IEEE_802_11,
                        Map.of(ONE.linkLayerIdentifier(), NODE, OTHER.linkLayerIdentifier(), NODE),
                        false,
                        600,
                        HandoffIndicator.ATTACHMENT_OVER_A_NEW_INTERFACE_SHARING_PREFIXES,
                        Duration.ofMinutes(10)),
                InstantSource.system(),
                System::nanoTime,
                new Random());
        loop = new AccessLoop(
                new AccessSettings(FIRST, LMA, Set.of("a0", "a1"), Duration.ofSeconds(1)),
                table,
                new AnchorRequests(table, 7, Optional.empty(), System::nanoTime, 1),
                kernel,
                links,
                new PrometheusMetrics(),
                System::nanoTime);
        gateway.run(() -> loop.start(
                (update, trace) -> {
                    updates.add(update);
                    return 1;
                },
                answer -> {},
                identifiers -> {}));
    }

    private void register(Interface attached) {
        ProxyBindingUpdate update;
        try {
            update = updates.poll(SOON.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertThat(update).isNotNull();
        assertThat(update.linkLayerIdentifier()).isEqualTo(attached.linkLayerIdentifier());
        loop.acknowledged(new ProxyBindingAcknowledgement(
                update.sequenceNumber(),
                BindingStatus.ACCEPTED,
                NODE,
                Set.of(PREFIX),
                update.handoffIndicator(),
                update.accessTechnologyType(),
                attached.linkLayerIdentifier(),
                600));
        Await.until(
                attached + " registered",
                SOON,
                () -> loop.attachments().join().stream()
                        .anyMatch(attachment -> attachment.state().equals("BOUND")
                                && attachment.accessLink().equals(attached.link())));
    }

    private boolean hasUplink(Interface attached) {
        return gateway.exec("ip", "-6", "route", "show", "table", uplinkTable(gateway, attached.link()))
                .contains("default from " + PREFIX);
    }

    /** Next hops, the one that carries the downlink first. */
    private List<String> downlinks() {
        return gateway.exec("ip", "-6", "route", "show", "table", "100", PREFIX.toString())
                .lines()
                .map(line -> line.replaceAll(".* via (\\S+) dev (\\S+) .*", "$1 $2"))
                .collect(Collectors.toList());
    }

    private static String nextHop(Interface attached) {
        return attached.address() + " " + attached.link();
    }

    @Test
    void aRestartedAgentFindsBothAndCutsNeither() throws Exception {
        assertThat(downlinks()).containsExactly(nextHop(OTHER), nextHop(ONE));
        loop.close();
        kernel.close();
        try (Changes changes = new Changes(gateway)) {
            start();
            for (Interface found : List.of(ONE, OTHER)) {
                links.happens(new NeighbourAnswered(found.link(), found.linkLocalAddress()));
                register(found);
            }
            assertThat(changes.made()).isEmpty();
        }
        assertThat(hasUplink(ONE)).isTrue();
        assertThat(hasUplink(OTHER)).isTrue();
    }

    @Test
    void theOtherCarriesTheDownlinkWhenOneLeaves() {
        loop.detach(OTHER.link(), OTHER.linkLayerIdentifier()).join();
        Await.until("only one is left", SOON, () -> !hasUplink(OTHER));
        assertThat(downlinks()).containsExactly(nextHop(ONE));
        assertThat(hasUplink(ONE)).isTrue();
    }
}
