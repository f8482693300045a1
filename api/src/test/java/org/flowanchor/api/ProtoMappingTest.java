package org.flowanchor.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import java.util.Random;
import org.flowanchor.api.v1.BindingCacheEntry;
import org.flowanchor.mobility.DecisionAuthority;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.HostModel;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.PrefixModel;
import org.flowanchor.mobility.TrafficSelector;
import org.flowanchor.mobility.TrafficSelector.Range;
import org.junit.jupiter.api.Test;

class ProtoMappingTest {
    private final Random random = new Random(7);

    @Test
    void seededValuesSurviveTheRoundTrip() {
        for (int i = 0; i < 1_000; i++) {
            FiveTuple flow = new FiveTuple(
                    address(), address(), random.nextInt(256), random.nextInt(65536), random.nextInt(65536));
            assertThat(ProtoMapping.fiveTuple(ProtoMapping.toProto(flow))).isEqualTo(flow);
            HomeNetworkPrefix prefix = HomeNetworkPrefix.containing(address(), random.nextInt(129));
            assertThat(ProtoMapping.homeNetworkPrefix(ProtoMapping.toProto(prefix)))
                    .isEqualTo(prefix);
            TrafficSelector selector = new TrafficSelector(prefix, range(256), range(65536), range(64), range(1 << 20));
            assertThat(ProtoMapping.trafficSelector(ProtoMapping.toProto(selector)))
                    .isEqualTo(selector);
            TrafficSelector encrypted = bySecurityParametersIndex(
                    new Range(random.nextLong(1L << 31), random.nextLong(1L << 31, 1L << 32)));
            assertThat(ProtoMapping.trafficSelector(ProtoMapping.toProto(encrypted)))
                    .isEqualTo(encrypted);
        }
    }

    private static TrafficSelector bySecurityParametersIndex(Range indexes) {
        return new TrafficSelector(
                HomeNetworkPrefix.ALL_ZERO,
                new Range(FiveTuple.ESP, FiveTuple.ESP),
                TrafficSelector.ALL_PORTS,
                TrafficSelector.ALL_DSCP,
                TrafficSelector.ALL_FLOW_LABELS,
                indexes);
    }

    /** An agent or service of before takes what has the same first halves, not all packets, nor all of ESP. */
    @Test
    void whoKnowsNoSecurityParametersIndexesGoesByTheirFirstHalves() {
        TrafficSelector read = ProtoMapping.trafficSelector(
                ProtoMapping.toProto(bySecurityParametersIndex(new Range(0xfffe8000L, 0xffff0007L))).toBuilder()
                        .clearSecurityParametersIndexes()
                        .build());
        assertThat(read)
                .isEqualTo(new TrafficSelector(
                        HomeNetworkPrefix.ALL_ZERO,
                        new Range(FiveTuple.ESP, FiveTuple.ESP),
                        new Range(0xfffe, 0xffff),
                        TrafficSelector.ALL_DSCP));
        assertThat(read.matches(new FiveTuple(address(), address(), FiveTuple.ESP, 0xffff, 7), 0, 0))
                .isTrue();
        assertThat(read.matches(new FiveTuple(address(), address(), FiveTuple.ESP, 0xfffd, 7), 0, 0))
                .isFalse();
    }

    @Test
    void anAbsentSelectorFieldMatchesEverything() {
        assertThat(ProtoMapping.trafficSelector(org.flowanchor.api.v1.TrafficSelector.getDefaultInstance()))
                .isEqualTo(TrafficSelector.ALL);
    }

    @Test
    void everyModelAndAuthoritySurvivesTheRoundTripAndHasADefault() {
        for (PrefixModel model : PrefixModel.values()) {
            assertThat(ProtoMapping.prefixModel(ProtoMapping.toProto(model))).isEqualTo(model);
        }
        for (HostModel model : HostModel.values()) {
            assertThat(ProtoMapping.hostModel(ProtoMapping.toProto(model))).isEqualTo(model);
        }
        for (DecisionAuthority authority : DecisionAuthority.values()) {
            assertThat(ProtoMapping.decisionAuthority(ProtoMapping.toProto(authority)))
                    .isEqualTo(authority);
        }
        BindingCacheEntry unsaid = BindingCacheEntry.getDefaultInstance();
        assertThat(ProtoMapping.prefixModel(unsaid.getPrefixModel())).isEqualTo(PrefixModel.SHARED);
        assertThat(ProtoMapping.hostModel(unsaid.getHostModel())).isEqualTo(HostModel.LIF);
        assertThat(ProtoMapping.decisionAuthority(unsaid.getDecisionAuthority()))
                .isEqualTo(DecisionAuthority.NETWORK);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProtoMapping.hostModel(
                        unsaid.toBuilder().setHostModelValue(99).build().getHostModel()));
    }

    @Test
    void illegalMessagesNameTheirFault() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProtoMapping.proxyCareOfAddress(ByteString.copyFrom(new byte[15])))
                .withMessageContaining("16 octets");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProtoMapping.fiveTuple(
                        ProtoMapping.toProto(new FiveTuple(address(), address(), 6, 1, 2)).toBuilder()
                                .setSourcePort(70000)
                                .build()))
                .withMessageContaining("source port 70000");
    }

    private Ipv6Address address() {
        return new Ipv6Address(random.nextLong(), random.nextLong());
    }

    private Range range(int bound) {
        int start = random.nextInt(bound);
        return new Range(start, start + random.nextInt(bound - start));
    }
}
