package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.flowanchor.agent.adapter.kernel.SteeringElements.AccessKey;
import org.flowanchor.agent.adapter.kernel.SteeringElements.ClassKey;
import org.flowanchor.agent.adapter.kernel.SteeringElements.RangeKey;
import org.flowanchor.agent.linux.nftables.SetElement;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.TrafficSelector;
import org.flowanchor.mobility.TrafficSelector.Range;
import org.junit.jupiter.api.Test;

class SteeringElementsTest {
    private static <K, V> Map<K, V> roundTrip(SteeringMap.Codec<K, V> codec, Map<K, V> entries) {
        List<SetElement> elements = new ArrayList<>();
        entries.forEach((key, value) -> elements.addAll(codec.encode(key, value)));
        return codec.decode(elements);
    }

    @Test
    void flowsSurviveTheRoundTrip() {
        Random random = new Random(1);
        for (int i = 0; i < 200; i++) {
            FiveTuple flow = new FiveTuple(
                    new Ipv6Address(random.nextLong(), random.nextLong()),
                    new Ipv6Address(random.nextLong(), random.nextLong()),
                    random.nextInt(256),
                    random.nextInt(65536),
                    random.nextInt(65536));
            Map<FiveTuple, Integer> entries = Map.of(flow, 0x10001 + random.nextInt(1000));
            assertThat(roundTrip(SteeringElements.FLOWS, entries)).isEqualTo(entries);
        }
    }

    @Test
    void classesSurviveTheRoundTripAndUseTheTrafficClassUnshifted() {
        TrafficSelector selector = new TrafficSelector(
                HomeNetworkPrefix.parse("2001:db8::/32"), new Range(17, 17), new Range(5004, 5005), new Range(46, 46));
        ClassKey key = new ClassKey(0x100001, Box.of(selector));
        SetElement element =
                SteeringElements.CLASSES.encode(key, 0x200001).iterator().next();
        assertThat(HexFormat.of().formatHex(element.key()))
                .isEqualTo("0010000120010db800000000000000000000000011000000138c00000b800000");
        assertThat(roundTrip(SteeringElements.CLASSES, Map.of(key, 0x200001))).isEqualTo(Map.of(key, 0x200001));
        ClassKey all = new ClassKey(0x1fffff, Box.of(TrafficSelector.ALL));
        assertThat(roundTrip(SteeringElements.CLASSES, Map.of(all, 7))).isEqualTo(Map.of(all, 7));
    }

    @Test
    void flowLabelsSurviveTheRoundTripAndAreInNetworkOrder() {
        RangeKey key = new RangeKey(0x100001, new Range(0x12345, 0x1ffff));
        int number = KernelNumbering.part(0x100001, KernelNumbering.MOST_TOLD_APART);
        SetElement element =
                SteeringElements.RANGES.encode(key, number).iterator().next();
        assertThat(HexFormat.of().formatHex(element.key())).isEqualTo("0010000100012345");
        assertThat(HexFormat.of().formatHex(element.keyEnd())).isEqualTo("001000010001ffff");
        assertThat(roundTrip(SteeringElements.RANGES, Map.of(key, number))).isEqualTo(Map.of(key, number));
        assertThat(number & KernelNumbering.CLASS_BITS).isEqualTo(0x100001);
    }

    @Test
    void securityParametersIndexesSurviveTheRoundTripWithoutASign() {
        RangeKey key = new RangeKey(KernelNumbering.part(0x100001, 1), new Range(0x7fffffffL, 0xffffffffL));
        SetElement element =
                SteeringElements.RANGES.encode(key, 0x900001).iterator().next();
        assertThat(HexFormat.of().formatHex(element.key())).isEqualTo("005000017fffffff");
        assertThat(HexFormat.of().formatHex(element.keyEnd())).isEqualTo("00500001ffffffff");
        assertThat(roundTrip(SteeringElements.RANGES, Map.of(key, 0x900001))).isEqualTo(Map.of(key, 0x900001));
    }

    @Test
    void groupsAndAccessesSurviveTheRoundTripWhateverTheirWidth() {
        Map<Network, Integer> groups = Map.of(
                new Network(0, 0x20010db801000001L), 0x100001,
                new Network(0, -1L), 0x100002,
                new Network(8, 0x20010db801000100L), 0x100003,
                new Network(0, 0x20010db801000100L), 0x100004);
        assertThat(roundTrip(SteeringElements.GROUPS, groups)).isEqualTo(groups);
        Map<AccessKey, Integer> accesses = new HashMap<>();
        for (Network network : groups.keySet()) {
            AccessKey key = AccessKey.of(0x200001, network);
            assertThat(key.network()).isEqualTo(network);
            accesses.put(key, 0x10012);
        }
        assertThat(roundTrip(SteeringElements.ACCESSES, accesses))
                .isEqualTo(accesses)
                .hasSize(4);
    }

    @Test
    void whatAnEarlierTableSaidWithoutWidthsIsNotUnderstood() {
        assertThat(SteeringElements.GROUPS.decode(List.of(SetElement.of(new byte[8], 0x100001))))
                .isEmpty();
    }

    @Test
    void aPrefixTakesEightNetworksAtMostAndOneOfTheUsualLengths() {
        for (int length = 52; length <= 64; length++) {
            HomeNetworkPrefix prefix =
                    HomeNetworkPrefix.containing(Ipv6Address.parse("2001:db8:1:fedc:ba98::"), length);
            List<Network> networks = Network.of(prefix);
            assertThat(networks).hasSizeLessThanOrEqualTo(8).hasSize(1 << (64 - length) % 4);
            Network last = networks.getLast();
            assertThat(networks.getFirst().first()).isEqualTo(prefix.address().high());
            assertThat(last.first() | ~Network.mask(last.width()))
                    .as("all of /%s and nothing else", length)
                    .isEqualTo(prefix.last().high());
        }
    }

    @Test
    void poolsSurviveTheRoundTripAlsoWhenTheyTouch() {
        Map<HomeNetworkPrefix, Boolean> pools = Map.of(
                HomeNetworkPrefix.parse("2001:db8:100::/40"), true,
                HomeNetworkPrefix.parse("2001:db8:200::/40"), true,
                HomeNetworkPrefix.parse("ff00::/8"), true);
        assertThat(roundTrip(SteeringElements.POOLS, pools)).isEqualTo(pools);
    }

    @Test
    void namesSurviveTheRoundTrip() {
        Map<Integer, String> names = Map.of(0x100001, "gold", 0x200001, "gold/voice/ef");
        assertThat(roundTrip(SteeringElements.NAMES, names)).isEqualTo(names);
    }
}
