package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.FIRST;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.LMA;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.POOL;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.SECOND;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.flowanchor.agent.application.KernelObject;
import org.flowanchor.agent.application.KernelObject.Condition;
import org.flowanchor.agent.domain.AnchorState;
import org.flowanchor.agent.domain.ClassAccess;
import org.flowanchor.agent.domain.ClassName;
import org.flowanchor.agent.domain.ClassRule;
import org.flowanchor.agent.lab.Changes;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.TrafficSelector;
import org.flowanchor.mobility.TrafficSelector.Range;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Somebody else changes our nftables table so that neither its comment nor the number of its rules tells. */
class RulesDriftKernelIT {
    private static final HomeNetworkPrefix PREFIX = HomeNetworkPrefix.parse("2001:db8:100:100::/56");
    private static final ClassName VOICE = new ClassName("gold", "offload", "voice");
    private static final FiveTuple FLOW = new FiveTuple(
            Ipv6Address.parse("2001:db8:c::2"), Ipv6Address.parse("2001:db8:100:101::2"), FiveTuple.UDP, 443, 5000);
    private static final AnchorState STATE = new AnchorState(
            LMA,
            Set.of(POOL),
            Set.of(FIRST, SECOND),
            Map.of(PREFIX, FIRST),
            Map.of(PREFIX, "gold"),
            List.of(new ClassRule(
                    VOICE,
                    List.of(new TrafficSelector(
                            HomeNetworkPrefix.ALL_ZERO, new Range(17, 17), new Range(1, 9), new Range(0, 63))))),
            Map.of(new ClassAccess(VOICE, PREFIX), SECOND),
            Map.of(FLOW, SECOND));
    private static final String KNOWN = "2001:db8:c::2 . 2001:db8:100:101::2 . 17 . 443 . 5000";

    /** What somebody does; HANDLE is that of the last rule of chain steer. */
    enum Change {
        A_RULE_REPLACED("replace rule inet flowanchor steer handle HANDLE meta mark set 5"),
        A_RULE_DELETED_AND_ANOTHER_ADDED(
                "delete rule inet flowanchor steer handle HANDLE\nadd rule inet flowanchor steer meta mark set 0 counter"),
        THE_SAME_RULE_ELSEWHERE(
                "delete rule inet flowanchor steer handle HANDLE\ninsert rule inet flowanchor steer meta mark set 0"),
        A_RULE_FOR_A_WIDTH_REPLACED("flush chain inet flowanchor wider\nadd rule inet flowanchor wider accept"),
        A_POLICY("add chain inet flowanchor steer { policy drop; }"),
        A_PRIORITY("flush chain inet flowanchor encapsulation\ndelete chain inet flowanchor encapsulation\n"
                + "add chain inet flowanchor encapsulation { type filter hook prerouting priority -449; }\n"
                + "add rule inet flowanchor encapsulation iifgroup 5214 notrack"),
        A_CHAIN_MORE("add chain inet flowanchor mine { type filter hook forward priority 0; policy drop; }"),
        A_CHAIN_LESS("flush chain inet flowanchor encapsulation\ndelete chain inet flowanchor encapsulation"),
        A_SET_OF_ANOTHER_SIZE("delete set inet flowanchor names\nadd set inet flowanchor names { type mark; size 9; }"),
        A_SET_LESS("delete set inet flowanchor names"),
        A_SET_MORE("add set inet flowanchor mine { type mark; }"),
        A_TABLE_ASLEEP("add table inet flowanchor { flags dormant; }");

        final String script;

        Change(String script) {
            this.script = script;
        }
    }

    private Namespace gateway;
    private LinuxAnchorKernel kernel;

    @BeforeEach
    void build() {
        Namespace.requireRoot();
        gateway = new Namespace("lma");
        gateway.ip(
                "link add b0 type veth peer name b0p",
                "link set b0p up",
                "link set b0 up",
                "addr add " + LMA + "/64 dev b0 nodad");
        kernel = newKernel();
        gateway.run(() -> kernel.apply(STATE));
        gateway.nft("add element inet flowanchor known { " + KNOWN + " }");
        gateway.run(() -> kernel.apply(STATE));
        assertThat(kernel.wasChanged()).as("what packets may do is no drift").isFalse();
    }

    private LinuxAnchorKernel newKernel() {
        return gateway.call(() -> new LinuxAnchorKernel(new KernelConfiguration("b0")));
    }

    @AfterEach
    void tearDown() {
        if (gateway != null) {
            kernel.close();
            gateway.close();
        }
    }

    /** The table in the nft program's words, in any order of its parts; without what ends by itself. */
    private String table(String... options) {
        List<String> command = new ArrayList<>(List.of("nft", "-s"));
        command.addAll(List.of(options));
        command.addAll(List.of("list", "table", "inet", "flowanchor"));
        String listing = gateway.exec(command.toArray(String[]::new));
        return Pattern.compile("(?m)^\\t(?=\\w)|^}")
                .splitAsStream(listing)
                .map(part -> part.startsWith("set metering") || part.startsWith("set known") ? "" : part.strip())
                .sorted()
                .collect(Collectors.joining("\n"));
    }

    private void somebodyDoes(Change change) {
        String listing = gateway.exec("nft", "-a", "list", "chain", "inet", "flowanchor", "steer");
        Matcher handles = Pattern.compile("handle (\\d+)").matcher(listing);
        String last = "";
        while (handles.find()) {
            last = handles.group(1);
        }
        gateway.nft(change.script.replace("HANDLE", last));
    }

    private void assertNothingElseIsLost() {
        assertThat(gateway.exec("nft", "list", "set", "inet", "flowanchor", "known"))
                .as("nothing is lost that did not change")
                .contains("5000");
        assertThat(gateway.<List<KernelObject>>call(kernel::objects))
                .allSatisfy(object -> assertThat(object.condition()).isEqualTo(Condition.PRESENT));
    }

    @ParameterizedTest
    @EnumSource
    void isFoundAtTheNextLookAndPutRight(Change change) {
        String before = table();
        somebodyDoes(change);
        assertThat(table()).as("it is another table").isNotEqualTo(before);
        assertThat(gateway.<List<KernelObject>>call(kernel::objects))
                .as("it is shown")
                .anyMatch(object -> object.condition() != Condition.PRESENT);
        assertThat(gateway.<Boolean>call(kernel::intact)).isFalse();
        gateway.run(() -> kernel.apply(STATE));
        assertThat(kernel.wasChanged()).as("a drift").isTrue();
        assertThat(kernel.wasChanged()).as("told once").isFalse();
        assertThat(table()).isEqualTo(before);
        assertNothingElseIsLost();
        assertThat(gateway.<Boolean>call(kernel::intact)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void isFoundByAFreshProcess(Change change) throws Exception {
        // Numbers of classes may be others afterwards: they were in the set that somebody deleted.
        String before = table("-t");
        somebodyDoes(change);
        kernel.close();
        kernel = newKernel();
        gateway.run(() -> kernel.apply(STATE));
        assertThat(table("-t")).isEqualTo(before);
        assertNothingElseIsLost();
        assertThat(gateway.call(kernel::flows)).isEqualTo(Map.of(FLOW, SECOND));
        LinuxAnchorKernel another = newKernel();
        try (Changes changes = new Changes(gateway)) {
            gateway.run(() -> another.apply(STATE));
            assertThat(changes.made()).as("nothing is left to be done").isEmpty();
        } finally {
            another.close();
        }
    }
}
