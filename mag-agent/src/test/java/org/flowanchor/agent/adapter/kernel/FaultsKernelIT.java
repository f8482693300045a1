package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.FIRST;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.LMA;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.POOL;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.PREFIX;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.SECOND;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flowanchor.agent.application.AnchorNotTaken;
import org.flowanchor.agent.application.FlowChanges;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.application.NotTaken;
import org.flowanchor.agent.domain.AccessState;
import org.flowanchor.agent.domain.AnchorState;
import org.flowanchor.agent.domain.AttachedTerminal;
import org.flowanchor.agent.domain.AttachmentName;
import org.flowanchor.agent.domain.ClassAccess;
import org.flowanchor.agent.domain.ClassName;
import org.flowanchor.agent.domain.ClassRule;
import org.flowanchor.agent.domain.PrefixSteering;
import org.flowanchor.agent.lab.Domain;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.agent.linux.netlink.NetlinkFaults;
import org.flowanchor.agent.linux.netlink.NetlinkFaults.Kind;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.TrafficSelector;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every call to the kernel fails once, at a real kernel: each in a run of its own, which tries again as the loops do. It must end where
 * the run without a fault ends, leave others' objects alone, and the failure must have been told. Before every call the process dies once,
 * and a successor that is asked for the same ends there, too.
 */
@Execution(ExecutionMode.CONCURRENT)
class FaultsKernelIT {
    private static final int TRIES = 4;
    private static final ClassName VOICE = new ClassName("gold", "policy", "voice");
    private static final FiveTuple FLOW = new FiveTuple(
            Ipv6Address.parse(Domain.CORRESPONDENT), Ipv6Address.parse(Domain.MOBILE_NODE), FiveTuple.UDP, 5000, 6000);

    /** What one run came to. */
    private record Outcome(Optional<String> failed, List<String> told, String kernel) {}

    /** Something that a loop does, and does again when it is refused. */
    private interface Step {
        void take() throws KernelException;
    }

    @BeforeEach
    void require() {
        Namespace.requireRoot();
    }

    @ParameterizedTest
    @EnumSource
    void anAnchorConvergesWhicheverCallFails(Kind kind) {
        checkEach(kind, gateway -> {
            LinuxAnchorKernel kernel = new LinuxAnchorKernel(new KernelConfiguration("b0"));
            return new Role(
                    List.of(
                            kernel::verify,
                            () -> all(kernel.apply(anchorState(Set.of(FIRST), Map.of()))),
                            () -> all(kernel.apply(anchorState(Set.of(FIRST, SECOND), Map.of(FLOW, FIRST)))),
                            () -> kernel.replaceFlow(FLOW, SECOND),
                            () -> kernel.replaceFlow(FLOW, null),
                            // Once more: the kernel tells of the new devices, and then nothing any more.
                            () -> all(kernel.apply(anchorState(Set.of(FIRST, SECOND), Map.of()))),
                            () -> changePrefix(kernel),
                            () -> all(kernel.apply(anchorState(Set.of(SECOND), Map.of(FLOW, SECOND))))),
                    kernel::close);
        });
    }

    /** As the loop does it: a whole state where the kernel is not known well enough. */
    private static void changePrefix(LinuxAnchorKernel kernel) throws KernelException {
        PrefixSteering steering = new PrefixSteering(FIRST, "gold", Map.of());
        FlowChanges flows = new FlowChanges(Map.of(FLOW, Optional.of(SECOND)), () -> Map.of(FLOW, SECOND));
        Optional<AnchorNotTaken> notTaken = kernel.applyPrefixes(Map.of(PREFIX, steering), flows);
        if (notTaken.isEmpty()) {
            AnchorState before = anchorState(Set.of(FIRST, SECOND), Map.of());
            notTaken = Optional.of(kernel.apply(
                    new AnchorState(
                            LMA,
                            before.pools(),
                            before.gateways(),
                            Map.of(PREFIX, FIRST),
                            before.groups(),
                            before.classes(),
                            Map.of(),
                            Map.of()),
                    flows));
        }
        all(notTaken.get());
    }

    private static AnchorState anchorState(
            Set<org.flowanchor.mobility.ProxyCareOfAddress> gateways,
            Map<FiveTuple, org.flowanchor.mobility.ProxyCareOfAddress> flows) {
        boolean second = gateways.contains(SECOND);
        return new AnchorState(
                LMA,
                Set.of(POOL),
                gateways,
                Map.of(PREFIX, second ? SECOND : FIRST),
                Map.of(PREFIX, "gold"),
                List.of(new ClassRule(VOICE, List.of(TrafficSelector.ALL))),
                second ? Map.of(new ClassAccess(VOICE, PREFIX), SECOND) : Map.of(),
                flows);
    }

    @ParameterizedTest
    @EnumSource
    void anAccessGatewayConvergesWhicheverCallFails(Kind kind) {
        checkEach(kind, gateway -> {
            LinuxAccessKernel kernel = new LinuxAccessKernel(new KernelConfiguration("b0"));
            return new Role(
                    List.of(
                            kernel::installed,
                            () -> all(kernel.apply(accessState())),
                            () -> all(kernel.apply(accessState(terminal("fe80::a:1", 1), terminal("fe80::a:2", 2)))),
                            // Once more: the kernel tells of the new devices, and then nothing any more.
                            () -> all(kernel.apply(accessState(terminal("fe80::a:1", 1), terminal("fe80::a:2", 2)))),
                            () -> changeTerminals(kernel),
                            () -> all(kernel.apply(accessState(terminal("fe80::a:2", 2))))),
                    kernel::close);
        });
    }

    /** As the loop does it: a whole state where the kernel is not known well enough. */
    private static void changeTerminals(LinuxAccessKernel kernel) throws KernelException {
        AttachedTerminal gone = terminal("fe80::a:1", 1);
        AttachedTerminal come = terminal("fe80::a:3", 3);
        Optional<NotTaken<AttachmentName>> notTaken =
                kernel.applyTerminals(Map.of(gone.name(), Optional.empty(), come.name(), Optional.of(come)));
        all(notTaken.isPresent() ? notTaken.get() : kernel.apply(accessState(terminal("fe80::a:2", 2), come)));
    }

    private static void all(NotTaken<?> notTaken) throws KernelException {
        all(notTaken.refusals());
    }

    private static void all(AnchorNotTaken notTaken) throws KernelException {
        all(notTaken.refusals());
    }

    private static void all(List<String> refusals) throws KernelException {
        if (!refusals.isEmpty()) {
            throw new KernelException(String.join("; ", refusals));
        }
    }

    private static AccessState accessState(AttachedTerminal... terminals) {
        return new AccessState(FIRST, LMA, Set.of("a0"), Set.of(terminals));
    }

    private static AttachedTerminal terminal(String address, int number) {
        return new AttachedTerminal(
                "a0",
                Ipv6Address.parse(address),
                LinkLayerIdentifier.parse("02:00:00:00:00:0" + number),
                Set.of(org.flowanchor.mobility.HomeNetworkPrefix.parse("2001:db8:10" + number + "::/64")));
    }

    /** The steps of a role, and its end. */
    private record Role(List<Step> steps, Runnable end) {}

    private interface Opening {
        Role open(Namespace gateway) throws KernelException;
    }

    private static void checkEach(Kind kind, Opening opening) {
        Outcome whole = run(Kind.REFUSED, Integer.MAX_VALUE, opening);
        assertThat(whole.told()).isEmpty();
        int calls = 0;
        while (true) {
            Outcome outcome = run(kind, calls, opening);
            if (outcome.failed().isEmpty()) {
                break;
            }
            String what = "call " + calls + ", " + outcome.failed().get();
            assertThat(outcome.kernel()).as(what).isEqualTo(whole.kernel());
            assertThat(outcome.told()).as(what + ": told").hasSizeLessThan(TRIES);
            // A dump whose answer is lost is asked for again at once: nothing failed.
            // Events that cannot be read cost a reading of everything, and fail nothing.
            if (kind == Kind.REFUSED && !outcome.failed().get().equals(NetlinkFaults.EVENTS)) {
                assertThat(outcome.told()).as(what + ": told").isNotEmpty();
            }
            if (kind == Kind.DEATH) {
                assertThat(outcome.told()).as(what + ": the successor").isEmpty();
            }
            calls++;
        }
        System.out.println(calls + " calls failed once each: " + kind);
        assertThat(calls).isGreaterThan(30);
    }

    private static Outcome run(Kind kind, int which, Opening opening) {
        try (Namespace gateway = new Namespace("fault")) {
            gateway.ip(
                    "link add b0 address 02:00:00:00:00:b0 type veth peer name b0p address 02:00:00:00:00:b1",
                    "link add a0 address 02:00:00:00:00:a0 type veth peer name a0p address 02:00:00:00:00:a1",
                    "link set b0 addrgenmode none up",
                    "link set b0p addrgenmode none up",
                    "link set a0 addrgenmode none up",
                    "link set a0p addrgenmode none up",
                    "addr add " + LMA + "/64 dev b0 nodad",
                    "addr add " + FIRST + "/64 dev b0 nodad",
                    "route add unreachable 2001:db8:f::/64 table 77",
                    "rule add pref 500 from 2001:db8:f::/64 lookup 77");
            gateway.nft("table inet others { chain c { meta mark 7 accept; }; }");
            List<String> told = new ArrayList<>();
            Optional<String> failed = gateway.call(() -> {
                try (NetlinkFaults faults = NetlinkFaults.failing(kind, which)) {
                    if (kind == Kind.DEATH) {
                        liveUntilDeath(opening, gateway);
                    } else {
                        live(opening, gateway, told);
                    }
                    return faults.met();
                }
            });
            if (kind == Kind.DEATH) {
                gateway.run(() -> live(opening, gateway, told));
            }
            return new Outcome(failed, told, dump(gateway));
        }
    }

    private static void live(Opening opening, Namespace gateway, List<String> told) throws KernelException {
        Role role = open(opening, gateway, told);
        try {
            for (Step step : role.steps()) {
                take(step, told);
            }
        } finally {
            role.end().run();
        }
    }

    private static void liveUntilDeath(Opening opening, Namespace gateway) {
        try {
            Role role = opening.open(gateway);
            try {
                for (Step step : role.steps()) {
                    step.take();
                }
            } finally {
                role.end().run();
            }
        } catch (KernelException e) {
            // Nobody is left to be told.
        }
    }

    private static Role open(Opening opening, Namespace gateway, List<String> told) throws KernelException {
        while (true) {
            try {
                return opening.open(gateway);
            } catch (KernelException e) {
                told.add(String.valueOf(e.getMessage()));
                if (told.size() >= TRIES) {
                    throw e;
                }
            }
        }
    }

    private static void take(Step step, List<String> told) throws KernelException {
        while (true) {
            try {
                step.take();
                return;
            } catch (KernelException e) {
                told.add(String.valueOf(e.getMessage()));
                if (told.size() >= TRIES) {
                    throw e;
                }
            }
        }
    }

    /**
     * Everything in the namespace, without the order of things, what the kernel chooses, and the numbers of groups and classes, of which a
     * failed try may have used some up.
     */
    private static String dump(Namespace gateway) {
        StringBuilder dump = new StringBuilder();
        for (String command : List.of(
                "ip -6 route show table all",
                "ip -6 rule",
                "ip -d -o link",
                "ip -6 -o addr show a0",
                "ip sr tunsrc show",
                "nft -n list ruleset")) {
            gateway.exec(command.split(" "))
                    .lines()
                    .map(line -> line.replaceAll("^[0-9]+: (?=[a-z])", "")
                            .replaceAll("<[^>]*>", "")
                            .replaceAll(" state [A-Z]+", "")
                            .replaceAll("0x00[12]0000[0-9]|0x0[0-9]00[12]000", "number")
                            .replaceAll("counter packets \\d+ bytes \\d+", "counter")
                            .replaceAll("  +", " ")
                            .strip())
                    .filter(line -> !line.contains("fe80::/64") && !line.startsWith("multicast"))
                    .filter(line -> !line.contains("proto kernel"))
                    .sorted()
                    .forEach(line -> dump.append(line).append('\n'));
        }
        return withoutNumber(dump.toString());
    }

    /** Where a tunnel was left half made, its number rests, and a successor gives its gateway another. */
    private static String withoutNumber(String dump) {
        Matcher tunnel = Pattern.compile("dev fa(\\d) table 100 ").matcher(dump);
        return !tunnel.find()
                ? dump
                : dump.replaceAll(
                        "(fa|02:fa:00:00:00:0|[123]00000|0x1000|0x0)" + tunnel.group(1) + "(?=x?\\b|000100)", "$1n");
    }
}
