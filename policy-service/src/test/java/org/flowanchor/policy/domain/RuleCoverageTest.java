package org.flowanchor.policy.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.IntStream;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.TrafficSelector;
import org.flowanchor.mobility.TrafficSelector.Range;
import org.junit.jupiter.api.Test;

class RuleCoverageTest {
    private static final Steering STEERING =
            new Steering(SteeringMode.ACTIVE_STANDBY, List.of(AccessTechnologyType.E_UTRAN), OptionalDouble.empty());

    private static SteeringRule rule(String name, TrafficSelector... selectors) {
        return new SteeringRule(new RuleName(name), List.of(selectors), STEERING);
    }

    private static TrafficSelector selector(
            String prefix, int protocol, int firstPort, int lastPort, int dscp, int last) {
        return new TrafficSelector(
                HomeNetworkPrefix.parse(prefix),
                protocol < 0 ? TrafficSelector.ALL_PROTOCOLS : new Range(protocol, protocol),
                new Range(firstPort, lastPort),
                new Range(dscp, last));
    }

    private static List<String> takers(SteeringRule... rules) {
        return new RuleCoverage()
                .coveredBy(List.of(rules), rules.length - 1).stream()
                        .map(rule -> rule.name().text())
                        .toList();
    }

    @Test
    void aWiderRuleTakesEverythingFromANarrowerOneBehindIt() {
        assertThat(takers(
                        rule("udp", selector("::/0", 17, 0, 65535, 0, 63)),
                        rule("voip", selector("2001:db8::/32", 17, 5004, 5005, 46, 46))))
                .containsExactly("udp");
    }

    @Test
    void aNarrowerRuleLeavesSomethingToAWiderOneBehindIt() {
        assertThat(takers(
                        rule("voip", selector("::/0", 17, 5004, 5005, 46, 46)),
                        rule("udp", selector("::/0", 17, 0, 65535, 0, 63))))
                .isEmpty();
    }

    @Test
    void rulesTogetherTakeWhatNoneTakesAlone() {
        SteeringRule low = rule("low", selector("::/1", -1, 0, 65535, 0, 63));
        SteeringRule unrelated = rule("unrelated", selector("4000::/3", 6, 80, 80, 0, 63));
        SteeringRule highPlain = rule("high-plain", selector("8000::/1", -1, 0, 65535, 0, 45));
        SteeringRule highMarked = rule("high-marked", selector("8000::/1", -1, 0, 65535, 46, 63));
        SteeringRule all = rule("all");

        assertThat(takers(low, highPlain, highMarked, all)).containsExactly("low", "high-plain", "high-marked");
        assertThat(takers(low, unrelated, highPlain, all)).isEmpty();
    }

    @Test
    void oneLivingSelectorKeepsARuleAlive() {
        assertThat(takers(
                        rule("tcp", selector("::/0", 6, 0, 65535, 0, 63)),
                        rule("both", selector("::/0", 6, 443, 443, 0, 63), selector("::/0", 17, 443, 443, 0, 63))))
                .isEmpty();
    }

    @Test
    void oneAddressMissingInAPrefixIsSeen() {
        List<TrafficSelector> siblings = new ArrayList<>();
        for (int length = 1; length <= 128; length++) {
            Ipv6Address bit =
                    length <= 64 ? new Ipv6Address(1L << (64 - length), 0) : new Ipv6Address(0, 1L << (128 - length));
            siblings.add(selector(new HomeNetworkPrefix(bit, length).toString(), -1, 0, 65535, 0, 63));
        }
        SteeringRule allButUnspecified = rule("all-but-one", siblings.toArray(TrafficSelector[]::new));

        assertThat(takers(allButUnspecified, rule("all"))).isEmpty();
        assertThat(takers(allButUnspecified, rule("one", selector("::/128", -1, 0, 65535, 0, 63)), rule("all")))
                .containsExactly("all-but-one", "one");
    }

    /** On a space small enough to look at every packet. */
    @Test
    void agreesWithLookingAtEveryPacket() {
        Random random = new Random(20261121);
        for (int round = 0; round < 3000; round++) {
            List<SteeringRule> rules = new ArrayList<>();
            int count = 2 + random.nextInt(4);
            for (int i = 0; i < count; i++) {
                TrafficSelector[] selectors = IntStream.rangeClosed(0, random.nextInt(3))
                        .mapToObj(_ -> small(random))
                        .toArray(TrafficSelector[]::new);
                rules.add(rule("r" + i, selectors));
            }
            boolean dead = packets().stream()
                    .filter(packet -> matches(rules.getLast(), packet))
                    .allMatch(packet -> rules.subList(0, count - 1).stream().anyMatch(rule -> matches(rule, packet)));

            assertThat(new RuleCoverage().coveredBy(rules, count - 1).isEmpty())
                    .as("round %d: %s", round, rules)
                    .isEqualTo(!dead);
        }
    }

    /** Ranges that begin at 0 or end at their domain's end, or split it at one value: what a packet of each side shows. */
    private static TrafficSelector small(Random random) {
        Range esp = new Range(FiveTuple.ESP, FiveTuple.ESP);
        Range protocols = List.of(
                        new Range(0, 16), new Range(17, 49), esp, new Range(17, 255), TrafficSelector.ALL_PROTOCOLS)
                .get(random.nextInt(5));
        return new TrafficSelector(
                HomeNetworkPrefix.parse(
                        List.of("::/0", "::/1", "8000::/1", "c000::/2").get(random.nextInt(4))),
                protocols,
                protocols.contains(FiveTuple.ESP) ? TrafficSelector.ALL_PORTS : half(random, 999, 65535),
                half(random, 45, 63),
                half(random, 0xff, 0xfffff),
                protocols.equals(esp)
                        ? half(random, 0x7fffffffL, 0xffffffffL)
                        : TrafficSelector.ALL_SECURITY_PARAMETERS_INDEXES);
    }

    private static Range half(Random random, long split, long end) {
        return switch (random.nextInt(4)) {
            case 0 -> new Range(0, split);
            case 1 -> new Range(split + 1, end);
            default -> new Range(0, end);
        };
    }

    private record Packet(FiveTuple flow, int dscp, int flowLabel) {}

    private static List<Packet> packets() {
        List<Packet> packets = new ArrayList<>();
        for (String source : List.of("::1", "8000::1", "c000::1")) {
            for (int protocol : List.of(6, 17, FiveTuple.ESP, 132)) {
                for (int port : protocol == FiveTuple.ESP ? List.of(0x7fff, 0x8000) : List.of(999, 1000)) {
                    for (int dscp : List.of(45, 46)) {
                        for (int flowLabel : List.of(0xff, 0x100)) {
                            packets.add(new Packet(
                                    new FiveTuple(
                                            Ipv6Address.parse(source),
                                            Ipv6Address.parse("2001:db8::1"),
                                            protocol,
                                            port,
                                            1),
                                    dscp,
                                    flowLabel));
                        }
                    }
                }
            }
        }
        return packets;
    }

    private static boolean matches(SteeringRule rule, Packet packet) {
        return rule.matched().stream()
                .anyMatch(selector -> selector.matches(packet.flow(), packet.dscp(), packet.flowLabel()));
    }

    @Test
    void staysWithinItsBoundsOnTheWorstOfDocuments() {
        List<SteeringRule> rules = new ArrayList<>();
        Random random = new Random(7);
        for (int i = 0; i < PolicyDocument.MAX_RULES; i++) {
            TrafficSelector[] selectors = IntStream.range(0, PolicyDocument.MAX_SELECTORS)
                    .mapToObj(_ -> selector(
                            "::/0",
                            6,
                            random.nextInt(100),
                            100 + random.nextInt(60000),
                            random.nextInt(30),
                            30 + random.nextInt(30)))
                    .toArray(TrafficSelector[]::new);
            rules.add(rule("r" + i, selectors));
        }
        RuleCoverage coverage = new RuleCoverage();
        for (int i = 0; i < rules.size(); i++) {
            assertThat(coverage.coveredBy(rules, i)).hasSizeLessThanOrEqualTo(i);
        }
    }
}
