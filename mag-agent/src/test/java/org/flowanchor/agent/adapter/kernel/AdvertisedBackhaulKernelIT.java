package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.FIRST;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.LMA;

import java.time.Duration;
import java.util.Set;
import org.flowanchor.agent.adapter.attachment.LinuxAttachmentSource;
import org.flowanchor.agent.domain.AccessState;
import org.flowanchor.agent.lab.Await;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A gateway that has the way to its anchor from a router on the backhaul, which advertises itself. */
class AdvertisedBackhaulKernelIT {
    private static final Ipv6Address ROUTER = Ipv6Address.parse("fe80::200:5eff:fe00:5213");
    private static final Ipv6Address GATEWAY = Ipv6Address.parse("fe80::ff:fe00:a");
    private static final LinkLayerIdentifier MAC = LinkLayerIdentifier.parse("02:00:00:00:00:0a");
    private static final HomeNetworkPrefix PREFIX = HomeNetworkPrefix.parse("2001:db8:b:1::/64");
    private static final Duration SOON = Duration.ofSeconds(60);

    private Namespace router;
    private Namespace gateway;

    @BeforeEach
    void build() {
        Namespace.requireRoot();
        router = new Namespace("router");
        gateway = new Namespace("mag");
        router.ip("link add r0 type veth peer name b0 netns " + gateway.name());
        gateway.ip("link set b0 address " + MAC);
        gateway.exec("sysctl", "-qw", "net.ipv6.conf.b0.accept_dad=0", "net.ipv6.conf.all.forwarding=0");
        router.ip("link set r0 addrgenmode none up", "addr add " + ROUTER + "/64 dev r0 nodad");
        gateway.ip("link set b0 up", "addr add " + FIRST + "/64 dev b0 nodad");
    }

    @AfterEach
    void tearDown() {
        if (gateway != null) {
            gateway.close();
            router.close();
        }
    }

    private void advertise() {
        try (LinuxAttachmentSource source = router.call(() -> new LinuxAttachmentSource(Set.of("r0"), ROUTER))) {
            router.run(() -> source.advertise("r0", GATEWAY, MAC, Set.of(PREFIX), Set.of(), 1500, 1800));
        }
    }

    private String defaultRoute() {
        return gateway.exec("ip", "-6", "route", "show", "default");
    }

    @Test
    void keepsItAndHearsTheRouterFurther() {
        Await.until("the router's way", SOON, () -> {
            advertise();
            return defaultRoute().contains("via " + ROUTER);
        });
        try (LinuxAccessKernel kernel = gateway.call(() -> new LinuxAccessKernel(new KernelConfiguration("b0")))) {
            gateway.run(() -> kernel.apply(new AccessState(FIRST, LMA, Set.of(), Set.of())));
            assertThat(gateway.exec("cat", "/proc/sys/net/ipv6/conf/all/forwarding")
                            .strip())
                    .isEqualTo("1");
            assertThat(defaultRoute()).contains("via " + ROUTER);
            gateway.ip("route del default");
            Await.until("heard again", SOON, () -> {
                advertise();
                return defaultRoute().contains("via " + ROUTER);
            });
        }
    }

    /** Who does not listen to routers, or forwards already, has its reasons. */
    @Test
    void leavesAsTheyAreThoseWhoDoNotListen() {
        gateway.exec("sysctl", "-qw", "net.ipv6.conf.b0.accept_ra=0");
        try (LinuxAccessKernel kernel = gateway.call(() -> new LinuxAccessKernel(new KernelConfiguration("b0")))) {
            gateway.run(() -> kernel.apply(new AccessState(FIRST, LMA, Set.of(), Set.of())));
            gateway.exec("sysctl", "-qw", "net.ipv6.conf.b0.accept_ra=1");
            gateway.run(() -> kernel.apply(new AccessState(FIRST, LMA, Set.of(), Set.of())));
            assertThat(gateway.exec("cat", "/proc/sys/net/ipv6/conf/b0/accept_ra")
                            .strip())
                    .isEqualTo("1");
        }
    }
}
