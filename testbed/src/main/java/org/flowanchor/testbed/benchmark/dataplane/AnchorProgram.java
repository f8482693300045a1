package org.flowanchor.testbed.benchmark.dataplane;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.flowanchor.agent.adapter.kernel.KernelConfiguration;
import org.flowanchor.agent.adapter.kernel.KernelNumbering;
import org.flowanchor.agent.adapter.kernel.LinuxAnchorKernel;
import org.flowanchor.agent.adapter.kernel.MarkTree;
import org.flowanchor.agent.domain.AnchorState;
import org.flowanchor.agent.domain.ClassAccess;
import org.flowanchor.agent.domain.ClassName;
import org.flowanchor.agent.domain.ClassRule;
import org.flowanchor.agent.linux.netlink.Netlink;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;
import org.flowanchor.agent.linux.nftables.SetElement;
import org.flowanchor.agent.linux.nftables.Transaction;
import org.flowanchor.agent.linux.rtnetlink.Route;
import org.flowanchor.agent.linux.rtnetlink.Routes;
import org.flowanchor.agent.linux.rtnetlink.Rule;
import org.flowanchor.agent.linux.rtnetlink.Rules;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.TrafficSelector;
import org.flowanchor.mobility.TrafficSelector.Range;

/** The state of one contender put into the kernel by the product's own code, in the namespace it is started in; then it ends. */
public final class AnchorProgram {
    private static final String GROUP = "gold";
    private static final int ANY_DSCP = 63;
    private static final int METRIC = 128;
    private static final String FLOW_MAP = "flows";
    private static final long MOVE_INTERVAL_NANOS = 1_000_000;

    private AnchorProgram() {}

    /**
     * @param arguments {@code flows N}, all of them away from their bindings' gateway; {@code classes TERMINALS RULES}, likewise;
     *     {@code gateways N}, a flow to each, by as few tunnels as there are; {@code replace N MOVES}, of N flows so many one by one, the
     *     microseconds of each printed
     */
    public static void main(String[] arguments) throws Exception {
        int size = Integer.parseInt(arguments[1]);
        try (LinuxAnchorKernel kernel = new LinuxAnchorKernel(new KernelConfiguration(Anchors.BACKHAUL))) {
            switch (arguments[0]) {
                case "flows" -> kernel.apply(flows(size, 2));
                case "classes" -> kernel.apply(classes(size, Integer.parseInt(arguments[2])));
                case "gateways" -> {
                    kernel.apply(flows(size, Anchors.GATEWAYS));
                    beyond(size);
                }
                case "replace" -> {
                    kernel.apply(flows(size, 2));
                    replace(size, Integer.parseInt(arguments[2]));
                }
                default -> throw new IllegalArgumentException(arguments[0]);
            }
        }
    }

    private static Map<HomeNetworkPrefix, ProxyCareOfAddress> bindings(int terminals) {
        Map<HomeNetworkPrefix, ProxyCareOfAddress> routes = new HashMap<>();
        for (int terminal = 0; terminal < terminals; terminal++) {
            routes.put(Population.prefix(terminal), Population.gateway(0));
        }
        return routes;
    }

    private static Set<ProxyCareOfAddress> gateways(int count) {
        Set<ProxyCareOfAddress> gateways = new HashSet<>();
        for (int number = 0; number < count; number++) {
            gateways.add(Population.gateway(number));
        }
        return gateways;
    }

    private static AnchorState flows(int count, int gateways) {
        Map<FiveTuple, ProxyCareOfAddress> flows = HashMap.newHashMap(count);
        for (int index = 0; index < count; index++) {
            flows.put(Population.flow(index), Population.gateway(gateways == 2 ? 1 : index % gateways));
        }
        return new AnchorState(
                Population.LMA,
                Set.of(Population.POOL),
                gateways(gateways),
                bindings(Population.TERMINALS),
                Map.of(),
                List.of(),
                Map.of(),
                flows);
    }

    private static AnchorState classes(int terminals, int rules) {
        List<ClassRule> classes = new ArrayList<>();
        for (int rule = 0; rule < rules; rule++) {
            int port = Population.FIRST_PORT + rule;
            classes.add(new ClassRule(
                    new ClassName(GROUP, "policy", "rule " + rule),
                    List.of(new TrafficSelector(
                            HomeNetworkPrefix.ALL_ZERO,
                            new Range(FiveTuple.UDP, FiveTuple.UDP),
                            new Range(port, port),
                            new Range(0, ANY_DSCP)))));
        }
        Map<HomeNetworkPrefix, String> groups = new HashMap<>();
        Map<ClassAccess, ProxyCareOfAddress> accesses = HashMap.newHashMap(terminals * rules);
        for (int terminal = 0; terminal < terminals; terminal++) {
            groups.put(Population.prefix(terminal), GROUP);
            for (ClassRule rule : classes) {
                accesses.put(new ClassAccess(rule.name(), Population.prefix(terminal)), Population.gateway(1));
            }
        }
        return new AnchorState(
                Population.LMA,
                Set.of(Population.POOL),
                gateways(2),
                bindings(terminals),
                groups,
                classes,
                accesses,
                Map.of());
    }

    /** What the kernel and two system calls take of a move, with nothing of the agent's: a thousand a second, as many before to warm up. */
    private static void replace(int flows, int moves) throws Exception {
        KernelNumbering numbering = KernelNumbering.DEFAULT;
        Transaction transaction = new Transaction(numbering.table());
        int[] marks = new int[flows];
        Arrays.fill(marks, numbering.mark(2));
        StringBuilder micros = new StringBuilder();
        try (NetlinkSocket socket = NetlinkSocket.open(Netlink.NETLINK_NETFILTER)) {
            for (int move = -moves; move < moves; move++) {
                int index = (int) ((move + moves) * 7919L % flows);
                marks[index] = numbering.mark(1) + numbering.mark(2) - marks[index];
                byte[] key = flowKey(Population.flow(index));
                long begin = System.nanoTime();
                transaction
                        .deleteElements(FLOW_MAP, List.of(SetElement.of(key)))
                        .addElements(FLOW_MAP, List.of(SetElement.of(key, marks[index])))
                        .commit(socket);
                long nanos = System.nanoTime() - begin;
                if (move >= 0) {
                    micros.append(nanos / 1e3).append('\n');
                }
                LockSupport.parkNanos(MOVE_INTERVAL_NANOS - nanos);
            }
        }
        System.out.print(micros);
    }

    /** Each field begins on 4 octets. */
    private static byte[] flowKey(FiveTuple flow) {
        return ByteBuffer.allocate(44)
                .put(flow.sourceAddress().octets())
                .put(flow.destinationAddress().octets())
                .put(32, (byte) flow.protocol())
                .putShort(36, (short) flow.sourcePort())
                .putShort(40, (short) flow.destinationPort())
                .array();
    }

    /** Rules and tables of as many gateways as there are flows, and a mark of its own for each flow. */
    private static void beyond(int gateways) throws Exception {
        KernelNumbering numbering = KernelNumbering.DEFAULT;
        try (NetlinkSocket socket = NetlinkSocket.open(Netlink.NETLINK_ROUTE)) {
            Rules rules = new Rules(socket);
            Set<Rule> present = new HashSet<>();
            rules.all().forEach(owned -> present.add(owned.rule()));
            List<Integer> numbers = new ArrayList<>();
            for (int number = 1; number <= gateways; number++) {
                numbers.add(number);
            }
            for (Rule rule : new MarkTree(numbering).rules(numbers)) {
                if (!present.contains(rule)) {
                    rules.add(new Rules.Owned(rule, numbering.protocol()));
                }
            }
            Map<Integer, Integer> devices = new HashMap<>();
            Routes routes = new Routes(socket, numbering.protocol());
            for (Route route : routes.all()) {
                if (route.key().destination().equals(Population.POOL)
                        && route.key().table() > numbering.markTables()) {
                    devices.put(route.key().table() - numbering.markTables(), route.device());
                }
            }
            for (int number = devices.size() + 1; number <= gateways; number++) {
                int device = Objects.requireNonNull(devices.get((number - 1) % Anchors.GATEWAYS + 1));
                routes.add(Route.onLink(numbering.markTables() + number, Population.POOL, METRIC, device), false);
            }
        }
        StringBuilder elements = new StringBuilder("flush map inet flowanchor flows\n");
        elements.append("add element inet flowanchor flows {");
        for (int index = 0; index < gateways; index++) {
            FiveTuple flow = Population.flow(index);
            elements.append("%s . %s . udp . %d . %d : 0x%x,%n"
                    .formatted(
                            flow.sourceAddress(),
                            flow.destinationAddress(),
                            flow.sourcePort(),
                            flow.destinationPort(),
                            numbering.mark(index + 1)));
        }
        Process nft = new ProcessBuilder("nft", "-f", "-")
                .inheritIO()
                .redirectInput(ProcessBuilder.Redirect.PIPE)
                .start();
        try (var words = nft.outputWriter()) {
            words.write(elements.append("}\n").toString());
        }
        if (nft.waitFor() != 0) {
            throw new IllegalStateException("nft");
        }
    }
}
