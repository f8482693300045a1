package org.flowanchor.testbed.scenario;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.testbed.lab.Access;
import org.flowanchor.testbed.lab.CarriedTraffic.Protocol;
import org.flowanchor.testbed.lab.CarriedTraffic.Reading;
import org.flowanchor.testbed.lab.LabNode;
import org.flowanchor.testbed.mobilenode.LogicalInterface;
import org.flowanchor.testbed.mobilenode.MobileNode;
import org.flowanchor.testbed.scenario.CheckList.Finding;
import org.flowanchor.testbed.traffic.ProbeAnswer;

/** The mobile node attaches over WLAN, then over LTE, and keeps one prefix. */
final class AttachAct {
    private static final Duration ATTACH_LIMIT = Duration.ofSeconds(10);
    private static final int PROBE_MILLIS = 2000;

    /** Probes from this port leave by LTE, because the mobile node is told so; other unknown flows leave by WLAN. */
    private static final int LTE_PROBE_PORT = 4102;

    private static final int WLAN_PROBE_PORT = 4101;

    private final Stage stage;
    private final OffloadTraffic traffic;

    AttachAct(Stage stage, OffloadTraffic traffic) {
        this.stage = stage;
        this.traffic = traffic;
    }

    /** Attaches over one access and sends a probe to the correspondent node and back. */
    Finding attach(Access access) {
        long begun = System.nanoTime();
        stage.lab().linkUp(access);
        Await.until(
                "the mobile node is attached over " + access,
                ATTACH_LIMIT,
                () -> row(access).attached());
        double attachMillis = (System.nanoTime() - begun) / 1e6;
        Reading sentBefore = stage.sent();
        ProbeAnswer answer = probe(access);
        long uplink =
                stage.sent().since(sentBefore).of(access, Protocol.UDP, 4000).packets();
        return new Finding(
                answer.answered() && uplink > 0,
                "prefix %s announced on %s %s after link up; probe %s, round trip %.1f ms"
                        .formatted(
                                row(access).prefixes(),
                                access,
                                Stage.millis(attachMillis),
                                answer.answered()
                                        ? "answered, sent over " + (uplink > 0 ? access : access.other())
                                        : "lost",
                                answer.roundTripMillis()));
    }

    private ProbeAnswer probe(Access access) {
        if (access == Access.WLAN) {
            return traffic.probe(WLAN_PROBE_PORT, PROBE_MILLIS);
        }
        String rule = " pref 900 ipproto udp sport " + LTE_PROBE_PORT + " lookup " + (200 + access.index());
        stage.lab().ip(LabNode.MOBILE_NODE, "rule add" + rule);
        try {
            return traffic.probe(LTE_PROBE_PORT, PROBE_MILLIS);
        } finally {
            stage.lab().ip(LabNode.MOBILE_NODE, "rule delete" + rule);
        }
    }

    /** Both links announced the same prefix, the bindings share it, and no link has an address of it. */
    Finding onePrefix() {
        List<ProductApi.Binding> bindings = stage.product().bindings(Stage.MOBILE_NODE);
        Set<HomeNetworkPrefix> bound = new TreeSet<>();
        bindings.forEach(binding -> bound.addAll(binding.homeNetworkPrefixes()));
        Set<HomeNetworkPrefix> announced = new TreeSet<>();
        for (Access access : Access.values()) {
            announced.addAll(row(access).prefixes());
        }
        LogicalInterface node = stage.mobileNode().logicalInterface();
        String elsewhere = globalAddressesOf("wlan") + globalAddressesOf("lte");
        Set<Ipv6Address> addresses = node.addresses();
        long gateways = bindings.stream()
                .map(ProductApi.Binding::proxyCareOfAddress)
                .distinct()
                .count();
        return new Finding(
                bindings.size() == 2
                        && gateways == 2
                        && bindings.stream().allMatch(binding -> binding.state().equals("ACTIVE"))
                        && bound.size() == 1
                        && announced.equals(bound)
                        && addresses.size() == 1
                        && elsewhere.isEmpty(),
                "bindings %s; announced %s; addresses %s on %s, on the links %s"
                        .formatted(
                                describe(bindings),
                                announced,
                                addresses,
                                MobileNode.LOGICAL_INTERFACE,
                                elsewhere.isEmpty() ? "none" : elsewhere));
    }

    static String describe(List<ProductApi.Binding> bindings) {
        StringBuilder text = new StringBuilder();
        for (ProductApi.Binding binding : bindings) {
            text.append(text.isEmpty() ? "" : " and ")
                    .append(binding.accessTechnologyType())
                    .append(" via ")
                    .append(binding.proxyCareOfAddress())
                    .append(' ')
                    .append(binding.homeNetworkPrefixes())
                    .append(' ')
                    .append(binding.state());
        }
        return text.isEmpty() ? "none" : text.toString();
    }

    private LogicalInterface.SubInterface row(Access access) {
        return stage.mobileNode().logicalInterface().subInterface(access);
    }

    private String globalAddressesOf(String device) {
        return stage.lab()
                .run(LabNode.MOBILE_NODE, "ip", "-6", "-o", "address", "show", "dev", device, "scope", "global")
                .strip();
    }
}
