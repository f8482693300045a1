package org.flowanchor.agent.domain;

import java.util.List;
import java.util.Set;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.TrafficSelector;

/** The cast of the tests: one anchor, a WLAN and an LTE gateway, some mobile nodes. */
public final class Samples {
    public static final LmaAddress LMA = LmaAddress.parse("2001:db8:b::1");
    public static final ProxyCareOfAddress WLAN_MAG = ProxyCareOfAddress.parse("2001:db8:b::11");
    public static final ProxyCareOfAddress LTE_MAG = ProxyCareOfAddress.parse("2001:db8:b::12");
    public static final AccessTechnologyType WLAN = AccessTechnologyType.IEEE_802_11;
    public static final AccessTechnologyType LTE = AccessTechnologyType.E_UTRAN;
    public static final Set<HomeNetworkPrefix> POOLS = Set.of(HomeNetworkPrefix.parse("2001:db8:100::/40"));
    public static final HomeNetworkPrefix HNP = prefix(1);
    public static final MobileNodeIdentifier MN = mobileNode(1);
    public static final LinkLayerIdentifier LL_ID = LinkLayerIdentifier.parse("02:00:00:00:00:01");
    public static final Ipv6Address LLA = Ipv6Address.parse("fe80::ff:fe00:1");

    private Samples() {}

    public static HomeNetworkPrefix prefix(int number) {
        return HomeNetworkPrefix.parse("2001:db8:1%02x::/64".formatted(number));
    }

    public static MobileNodeIdentifier mobileNode(int number) {
        return new MobileNodeIdentifier("mn" + number + "@example.net");
    }

    /** BID 1, BID-PRI 10. */
    public static Binding onWlan(int mobileNode) {
        return binding(mobileNode, 1, 10, WLAN_MAG, WLAN, true, 1);
    }

    /** BID 2, BID-PRI 20. */
    public static Binding onLte(int mobileNode) {
        return binding(mobileNode, 2, 20, LTE_MAG, LTE, true, 2);
    }

    public static Binding binding(
            int mobileNode,
            int bid,
            int priority,
            ProxyCareOfAddress gateway,
            AccessTechnologyType type,
            boolean active,
            long version) {
        return new Binding(
                new BindingName(mobileNode(mobileNode), new BindingIdentifier(bid)),
                priority,
                Set.of(prefix(mobileNode)),
                gateway,
                type,
                active,
                "gold",
                BindingUse.ANY,
                version);
    }

    public static Binding used(Binding binding, BindingUse use) {
        return new Binding(
                binding.name(),
                binding.priority(),
                binding.prefixes(),
                binding.proxyCareOfAddress(),
                binding.accessTechnologyType(),
                binding.active(),
                binding.policyGroup(),
                use,
                binding.version());
    }

    /** The same, with prefixes of other bindings that its gateway carries too. */
    public static Binding carrying(Binding binding, HomeNetworkPrefix... flowMobilePrefixes) {
        return new Binding(
                binding.name(),
                binding.priority(),
                binding.prefixes(),
                Set.of(flowMobilePrefixes),
                binding.proxyCareOfAddress(),
                binding.accessTechnologyType(),
                binding.active(),
                binding.policyGroup(),
                binding.use(),
                binding.version());
    }

    public static Binding releasing(Binding binding, long version) {
        return new Binding(
                binding.name(),
                binding.priority(),
                binding.prefixes(),
                binding.proxyCareOfAddress(),
                binding.accessTechnologyType(),
                false,
                binding.policyGroup(),
                binding.use(),
                version);
    }

    public static ClassSteering steered(String rule, AccessTechnologyType... types) {
        return new ClassSteering(new ClassRule(className(rule), List.of(TrafficSelector.ALL)), List.of(types));
    }

    public static ClassName className(String rule) {
        return new ClassName("gold", "offload", rule);
    }

    public static FiveTuple flow(int mobileNode, int port) {
        Ipv6Address prefix = prefix(mobileNode).address();
        return new FiveTuple(
                Ipv6Address.parse("2001:db8:c::5"), new Ipv6Address(prefix.high(), 0x55), FiveTuple.TCP, 443, port);
    }

    /** As the kernel's connections are told. */
    public static void add(FlowCounters counters, TrackedFlow tracked) {
        FiveTuple flow = tracked.flow();
        counters.add(
                flow.sourceAddress().high(),
                flow.sourceAddress().low(),
                flow.destinationAddress().high(),
                flow.destinationAddress().low(),
                FlowKey.transport(flow.protocol(), flow.sourcePort(), flow.destinationPort()),
                tracked.downlinkPackets(),
                tracked.downlinkBytes(),
                tracked.className());
    }

    public static FlowException exception(int mobileNode, int port, ProxyCareOfAddress gateway) {
        return new FlowException("flow-" + mobileNode + "-" + port, flow(mobileNode, port), gateway);
    }
}
