package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.FIRST;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.LMA;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.POOL;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.PREFIX;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.SECOND;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flowanchor.agent.application.KernelObject;
import org.flowanchor.agent.application.KernelObject.Condition;
import org.flowanchor.agent.domain.AnchorState;
import org.flowanchor.agent.domain.Binding;
import org.flowanchor.agent.domain.BindingName;
import org.flowanchor.agent.domain.BindingTable;
import org.flowanchor.agent.domain.ClassAccess;
import org.flowanchor.agent.domain.ClassName;
import org.flowanchor.agent.domain.ClassRule;
import org.flowanchor.agent.lab.Await;
import org.flowanchor.agent.lab.Changes;
import org.flowanchor.agent.lab.RawPackets;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.TrafficSelector;
import org.flowanchor.mobility.TrafficSelector.Range;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ESP packets meet rules by their Security Parameters Index; the binding's route is over wlan, the classes' access is lte. */
class SecurityParametersIndexKernelIT extends CountedAccesses {
    private static final int LABEL = 0x54321;
    private static final int OTHER_LABEL = 0x11111;
    private static final Range ESP = new Range(FiveTuple.ESP, FiveTuple.ESP);
    private static final Range ALL_INDEXES = TrafficSelector.ALL_SECURITY_PARAMETERS_INDEXES;
    private static final ClassName BY_INDEX = new ClassName("gold", "ipsec", "by-index");
    private static final ClassName BY_BOTH = new ClassName("gold", "ipsec", "by-both");
    private static final ClassName BY_LABEL = new ClassName("gold", "ipsec", "by-label");
    private static final ClassName REST = new ClassName("gold", "ipsec", "rest");
    private static final AnchorState STATE = new AnchorState(
            LMA,
            Set.of(POOL),
            Set.of(FIRST, SECOND),
            Map.of(PREFIX, FIRST),
            Map.of(PREFIX, "gold"),
            List.of(
                    new ClassRule(
                            BY_INDEX,
                            List.of(
                                    esp(TrafficSelector.ALL_FLOW_LABELS, new Range(0x7fffffffL, 0x80000001L)),
                                    esp(TrafficSelector.ALL_FLOW_LABELS, new Range(0xffffffffL, 0xffffffffL)))),
                    new ClassRule(BY_BOTH, List.of(esp(label(LABEL), new Range(0xa0000000L, 0xafffffffL)))),
                    new ClassRule(BY_LABEL, List.of(esp(label(OTHER_LABEL), ALL_INDEXES))),
                    new ClassRule(REST, List.of(TrafficSelector.ALL))),
            Map.of(
                    new ClassAccess(BY_INDEX, PREFIX),
                    SECOND,
                    new ClassAccess(BY_BOTH, PREFIX),
                    SECOND,
                    new ClassAccess(BY_LABEL, PREFIX),
                    SECOND),
            Map.of());

    private int identification;

    private static TrafficSelector esp(Range labels, Range indexes) {
        return new TrafficSelector(
                HomeNetworkPrefix.ALL_ZERO, ESP, TrafficSelector.ALL_PORTS, TrafficSelector.ALL_DSCP, labels, indexes);
    }

    private static Range label(int label) {
        return new Range(label, label);
    }

    @Override
    String nextHeaders() {
        return "17, 44, 50, 51";
    }

    @BeforeEach
    void steer() {
        domain.anchor.run(() -> anchor.apply(STATE));
    }

    /** Over which access they arrive, all by the same one. */
    private String path(byte[]... packets) {
        int wlan = counted("wlan");
        int lte = counted("lte");
        for (byte[] packet : packets) {
            domain.correspondent.run(() -> RawPackets.send(packet));
        }
        Await.until(
                packets.length + " packets",
                SOON,
                () -> counted("wlan") + counted("lte") >= wlan + lte + packets.length);
        int byWlan = counted("wlan") - wlan;
        int byLte = counted("lte") - lte;
        assertThat(byWlan + byLte).isEqualTo(packets.length);
        return byWlan == packets.length ? "wlan" : byLte == packets.length ? "lte" : "both";
    }

    private static byte[] payload(long index, int length) {
        return ByteBuffer.allocate(length).putInt((int) index).putInt(1).array();
    }

    private static byte[] packet(long index, int label) {
        return RawPackets.packet(FiveTuple.ESP, label, payload(index, 40));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void t41_aClassIsMetByItsSecurityParametersIndexes(boolean tracked) throws Exception {
        track(tracked);
        for (long index : List.of(0x7fffffffL, 0x80000000L, 0x80000001L, 0xffffffffL)) {
            assertThat(path(packet(index, 0))).as("%08x", index).isEqualTo("lte");
        }
        for (long index : List.of(0L, 1L, 0x7ffffffeL, 0x80000002L, 0xa0000000L, 0xfffffffeL, 0x80007fffL)) {
            assertThat(path(packet(index, 0))).as("%08x", index).isEqualTo("wlan");
        }
    }

    @Test
    void flowLabelAndIndexAreLookedAtTogether() {
        assertThat(path(packet(0xa0000000L, LABEL), packet(0xafffffffL, LABEL))).isEqualTo("lte");
        assertThat(path(packet(0xa0000000L, LABEL + 1), packet(0xb0000000L, LABEL), packet(1, LABEL)))
                .as("one of both")
                .isEqualTo("wlan");
        assertThat(path(packet(0x80000000L, LABEL), packet(0x80000000L, LABEL + 1)))
                .as("the rule before it, whatever the label")
                .isEqualTo("lte");
        assertThat(path(packet(1, OTHER_LABEL), packet(0xa0000000L, OTHER_LABEL)))
                .as("by label, whatever the index")
                .isEqualTo("lte");
    }

    /** The index is in the first fragment only. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void f12_fragmentsFollowTheIndexOfTheirPacket(boolean tracked) throws Exception {
        track(tracked);
        assertThat(path(fragments(0x80000000L))).isEqualTo("lte");
        assertThat(path(fragments(0x80000002L))).isEqualTo("wlan");
        byte[][] lastFirst = fragments(0x80000001L);
        assertThat(path(lastFirst[1], lastFirst[0])).isEqualTo("lte");
    }

    private byte[][] fragments(long index) {
        return RawPackets.fragments(FiveTuple.ESP, 0, payload(index, 400), ++identification, 200)
                .toArray(byte[][]::new);
    }

    @Test
    void whatHasNoIndexMeetsTheOtherRules() {
        byte[] asIndex = payload(0x80000000L, 40);
        assertThat(path(RawPackets.packet(FiveTuple.UDP, 0, asIndex)))
                .as("ports of UDP")
                .isEqualTo("wlan");
        assertThat(path(RawPackets.packet(51, 0, asIndex))).as("AH").isEqualTo("wlan");
        assertThat(path(RawPackets.packet(FiveTuple.ESP, 0, new byte[] {(byte) 0x80, 0, 0})))
                .as("too short for an index")
                .isEqualTo("wlan");
    }

    @Test
    void aFreshProcessChangesNothingAndKeepsTheRulesItFinds() throws Exception {
        LinuxAnchorKernel fresh = newAnchor();
        AnchorState bindingsOnly = new AnchorState(
                LMA,
                Set.of(POOL),
                Set.of(FIRST, SECOND),
                Map.of(PREFIX, FIRST),
                Map.of(PREFIX, "gold"),
                List.of(),
                Map.of(),
                Map.of());
        try (Changes changes = new Changes(domain.anchor)) {
            domain.anchor.run(() -> fresh.applyBindings(bindingsOnly, bindings()));
            assertThat(path(packet(0x80000000L, 0), packet(0xa0000000L, LABEL))).isEqualTo("lte");
            domain.anchor.run(() -> fresh.apply(STATE));
            assertThat(changes.made()).isEmpty();
            assertThat(path(packet(0x80000000L, 0), packet(0xa0000000L, LABEL))).isEqualTo("lte");
            assertThat(path(packet(0x80000002L, 0))).isEqualTo("wlan");
        } finally {
            fresh.close();
        }
    }

    private static BindingTable bindings() {
        return new BindingTable(Set.of(POOL), List.of(binding(1, FIRST), binding(2, SECOND)));
    }

    private static Binding binding(int identifier, ProxyCareOfAddress gateway) {
        return new Binding(
                new BindingName(new MobileNodeIdentifier("mn1@example.org"), new BindingIdentifier(identifier)),
                10,
                Set.of(PREFIX),
                gateway,
                AccessTechnologyType.IEEE_802_11,
                true,
                "gold",
                1);
    }

    @Test
    void whatSomebodyFlushesComesBack() throws Exception {
        domain.anchor.exec("nft", "flush", "map", "inet", "flowanchor", "spis");
        assertThat(domain.anchor.<Boolean>call(anchor::intact)).isFalse();
        assertThat(domain.anchor.<List<KernelObject>>call(anchor::objects))
                .filteredOn(object -> object.condition() != Condition.PRESENT)
                .singleElement()
                .satisfies(object -> assertThat(object.toString()).contains("spis", "missing"));
        assertThat(path(packet(0x80000000L, 0))).isEqualTo("wlan");
        domain.anchor.run(() -> anchor.apply(STATE));
        assertThat(anchor.wasChanged()).as("a drift").isTrue();
        assertThat(path(packet(0x80000000L, 0), packet(0xa0000000L, LABEL))).isEqualTo("lte");
        assertThat(domain.anchor.<Boolean>call(anchor::intact)).isTrue();
    }

    @Test
    void withoutRulesByIndexTheMapIsEmpty() {
        assertThat(elements())
                .as("two, three beside one label, two beside the other")
                .isEqualTo(7);
        AnchorState without = new AnchorState(
                LMA,
                Set.of(POOL),
                Set.of(FIRST, SECOND),
                Map.of(PREFIX, FIRST),
                Map.of(PREFIX, "gold"),
                List.of(
                        new ClassRule(BY_LABEL, List.of(esp(label(OTHER_LABEL), ALL_INDEXES))),
                        new ClassRule(REST, List.of(TrafficSelector.ALL))),
                Map.of(new ClassAccess(BY_LABEL, PREFIX), SECOND),
                Map.of());
        domain.anchor.run(() -> anchor.apply(without));
        assertThat(elements()).isZero();
        assertThat(path(packet(0x80000000L, 0))).isEqualTo("wlan");
    }

    private int elements() {
        return domain.anchor
                        .exec("nft", "list", "map", "inet", "flowanchor", "spis")
                        .split(" : 0x", -1)
                        .length
                - 1;
    }
}
