package org.flowanchor.flow.domain.placement;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.flowanchor.flow.domain.Access;
import org.flowanchor.flow.domain.FlowId;
import org.flowanchor.flow.domain.cache.Binding;
import org.flowanchor.flow.domain.cache.BindingKey;
import org.flowanchor.flow.domain.cache.Flow;
import org.flowanchor.flow.domain.cache.FlowMobilePrefix;
import org.flowanchor.flow.domain.cache.PlacementFacts;
import org.flowanchor.flow.domain.cache.RuleName;
import org.flowanchor.flow.domain.load.LinkKey;
import org.flowanchor.flow.domain.load.LinkSample;
import org.flowanchor.flow.domain.load.LoadLimits;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.TrafficSelector;

/** One anchor, one mobile node with WLAN and LTE, one policy, and a clock that is turned by hand. */
final class World {
    static final LmaAddress ANCHOR = LmaAddress.parse("2001:db8:b::1");
    static final AccessTechnologyType WLAN = AccessTechnologyType.IEEE_802_11;
    static final AccessTechnologyType LTE = AccessTechnologyType.E_UTRAN;
    static final Access WLAN_ACCESS = new Access(ProxyCareOfAddress.parse("2001:db8:b::11"), WLAN);
    static final Access LTE_ACCESS = new Access(ProxyCareOfAddress.parse("2001:db8:b::12"), LTE);
    static final MobileNodeIdentifier NODE = new MobileNodeIdentifier("mn1@example.org");
    static final HomeNetworkPrefix PREFIX = HomeNetworkPrefix.parse("2001:db8:100:1::/64");
    static final RuleName BEST_EFFORT = new RuleName("offload", "best-effort");
    static final RuleName VOIP = new RuleName("offload", "voip");
    private static final TrafficSelector EXPEDITED = new TrafficSelector(
            TrafficSelector.ALL.remotePrefix(),
            TrafficSelector.ALL_PROTOCOLS,
            TrafficSelector.ALL_PORTS,
            new TrafficSelector.Range(46, 46));
    private static final Ipv6Address CORRESPONDENT = Ipv6Address.parse("2001:db8:c::2");
    private static final Ipv6Address TERMINAL = Ipv6Address.parse("2001:db8:100:1::2");
    static final PlacementLimits LIMITS = new PlacementLimits(
            0.05, Duration.ofSeconds(3), Duration.ofSeconds(15), Duration.ofSeconds(30), 1000, Duration.ofSeconds(5));

    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    final AnchorState state = new AnchorState(
            ANCHOR,
            LIMITS,
            new LoadLimits(Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(5)),
            Duration.ofSeconds(30));
    private long version;
    private String policyGroup = "default";
    private PlacementFacts facts = PlacementFacts.UNRESTRICTED;

    World() {
        state.apply(policies(SteeringMode.PRIORITY_BASED), now);
        attach(WLAN_ACCESS, 1);
        attach(LTE_ACCESS, 2);
    }

    static OffloadPolicies policies(SteeringMode bestEffort) {
        return OffloadPolicies.of(List.of(policy(bestEffort)));
    }

    static OffloadPolicy policy(SteeringMode bestEffort) {
        return new OffloadPolicy(
                "offload",
                1,
                true,
                10,
                List.of("default"),
                List.of(
                        new SteeringRule(
                                "voip",
                                List.of(EXPEDITED),
                                SteeringMode.ACTIVE_STANDBY,
                                List.of(LTE, WLAN),
                                OptionalDouble.empty()),
                        new SteeringRule(
                                "best-effort", List.of(), bestEffort, List.of(WLAN, LTE), OptionalDouble.empty())));
    }

    void attach(Access access, int bid) {
        bind(NODE, PREFIX, access, bid, true);
    }

    /** The profile of the mobile node changes: its bindings are told again. */
    void profile(PlacementFacts changed) {
        facts = changed;
        attach(WLAN_ACCESS, 1);
        attach(LTE_ACCESS, 2);
    }

    /** The mobile node comes into another policy group. */
    void group(String changed) {
        policyGroup = changed;
        attach(WLAN_ACCESS, 1);
        attach(LTE_ACCESS, 2);
    }

    void bind(MobileNodeIdentifier node, HomeNetworkPrefix prefix, Access access, int bid, boolean active) {
        bind(node, prefix, List.of(), access, bid, active);
    }

    void bind(
            MobileNodeIdentifier node,
            HomeNetworkPrefix prefix,
            List<FlowMobilePrefix> flowMobile,
            Access access,
            int bid,
            boolean active) {
        state.apply(
                new BindingKey(node, new BindingIdentifier(bid)),
                ++version,
                Optional.of(new Binding(
                        new BindingIdentifier(bid),
                        bid,
                        List.of(prefix),
                        flowMobile,
                        access,
                        active,
                        policyGroup,
                        facts)),
                now);
    }

    void detach(Access access, int bid) {
        bind(NODE, PREFIX, access, bid, false);
    }

    static FiveTuple tuple(int port) {
        return new FiveTuple(CORRESPONDENT, TERMINAL, FiveTuple.TCP, 443, port);
    }

    static FlowId id(int port) {
        return FlowId.of(ANCHOR, tuple(port));
    }

    Flow flow(int port) {
        return state.flows().find(id(port)).orElseThrow();
    }

    Access current(int port) {
        return state.current(flow(port)).orElseThrow();
    }

    FlowSamples.FlowSample sample(int port, long bitsPerSecond, Access carrier, RuleName rule) {
        return new FlowSamples.FlowSample(
                tuple(port),
                Math.max(bitsPerSecond / 8000, bitsPerSecond > 0 ? 1 : 0),
                bitsPerSecond / 8,
                Optional.of(carrier.proxyCareOfAddress()),
                Optional.of(rule));
    }

    List<EnforcedMove> sampled(FlowSamples.FlowSample... samples) {
        return state.observe(new FlowSamples(now, Duration.ofSeconds(1), Arrays.asList(samples)), now);
    }

    void link(Access access, double lossRatio, long bitsPerSecond, long capacity) {
        link(LinkKey.Kind.ACCESS_LINK, access, lossRatio, bitsPerSecond, capacity);
    }

    /** What the anchor's agent says of the way to an access. */
    void tunnel(Access access, double lossRatio, long bitsPerSecond) {
        link(LinkKey.Kind.TUNNEL, access, lossRatio, bitsPerSecond, 0);
    }

    private void link(LinkKey.Kind kind, Access access, double lossRatio, long bitsPerSecond, long capacity) {
        long packets = 10_000 - Math.round(lossRatio * 10_000);
        state.observe(
                new LinkSample(
                        new LinkKey(access.proxyCareOfAddress(), kind, "a0"),
                        Optional.of(access.accessTechnologyType()),
                        true,
                        now,
                        Duration.ofSeconds(1),
                        packets,
                        bitsPerSecond / 8,
                        10_000 - packets,
                        0,
                        capacity == 0 ? OptionalLong.empty() : OptionalLong.of(capacity)),
                now);
    }

    void pass(long seconds) {
        now = now.plusSeconds(seconds);
    }

    /** Decides, and lets the agent acknowledge at once. */
    List<Decision> place() {
        List<Decision> decisions = state.place(now);
        decisions.forEach(decision -> state.enforced(decision.flow(), now));
        return decisions;
    }

    /** Moves among the decisions. */
    static List<Decision> moves(List<Decision> decisions) {
        List<Decision> moves = new ArrayList<>(decisions);
        moves.removeIf(decision -> switch (decision) {
            case Decision.Divert divert -> !divert.moves();
            case Decision.Follow follow -> !follow.moves();
            case Decision.Suppressed suppressed -> true;
            case Decision.Prepare prepare -> true;
            case Decision.Unprepared unprepared -> true;
        });
        return moves;
    }
}
