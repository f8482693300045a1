package org.flowanchor.testbed.scenario;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(5);
    private static final int PROBE_MILLIS = 250;
    private static final int PROBE_PORTS = 4100;

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
        int[] tries = {0};
        // The gateway's advertisement and the anchor's route are made side by side: the first packet of a host may be
        // early.
        ProbeAnswer answer = Await.value(
                "a probe over " + access + " is answered",
                PROBE_LIMIT,
                () -> Optional.of(probe(access, ++tries[0])).filter(ProbeAnswer::answered));
        long uplink =
                stage.sent().since(sentBefore).of(access, Protocol.UDP, 4000).packets();
        return new Finding(
                uplink > 0,
                "prefix %s announced on %s %s after link up; probe %d answered, sent over %s, round trip %.1f ms"
                        .formatted(
                                row(access).prefixes(),
                                access,
                                Stage.millis(attachMillis),
                                tries[0],
                                uplink > 0 ? access : access.other(),
                                answer.roundTripMillis()));
    }

    /** Each attempt from a port of its own, so that no earlier one tells the mobile node's kernel where to send. */
    private ProbeAnswer probe(Access access, int attempt) {
        int port = PROBE_PORTS + 100 * access.index() + attempt;
        if (access == Access.WLAN) {
            return traffic.probe(port, PROBE_MILLIS);
        }
        // Unknown flows leave by WLAN; these are told otherwise.
        String rule = " pref 900 ipproto udp sport " + port + " lookup " + (200 + access.index());
        stage.lab().ip(LabNode.MOBILE_NODE, "rule add" + rule);
        try {
            return traffic.probe(port, PROBE_MILLIS);
        } finally {
            stage.lab().ip(LabNode.MOBILE_NODE, "rule delete" + rule);
        }
    }

    /** Both links announced the same prefix, the bindings share it, and no link of the node or of a gateway has an address of it (T-14). */
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
        String atGateways = Stream.of(Access.values())
                .flatMap(access -> addressesAt(access)
                        .filter(address -> bound.stream().anyMatch(prefix -> prefix.contains(address))))
                .map(Ipv6Address::toString)
                .collect(Collectors.joining(" "));
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
                        && elsewhere.isEmpty()
                        && atGateways.isEmpty(),
                "bindings %s; announced %s; addresses %s on %s, on the links %s, at the gateways %s"
                        .formatted(
                                describe(bindings),
                                announced,
                                addresses,
                                MobileNode.LOGICAL_INTERFACE,
                                elsewhere.isEmpty() ? "none" : elsewhere,
                                atGateways.isEmpty() ? "none" : atGateways));
    }

    /** Every address the gateway has, on whatever interface. */
    private Stream<Ipv6Address> addressesAt(Access access) {
        return Pattern.compile("inet6 ([0-9a-f:]+)")
                .matcher(stage.lab().run(access.gateway(), "ip", "-6", "-o", "address", "show"))
                .results()
                .map(found -> Ipv6Address.parse(found.group(1)));
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
