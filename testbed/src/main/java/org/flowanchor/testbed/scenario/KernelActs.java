package org.flowanchor.testbed.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.flowanchor.testbed.lab.Access;
import org.flowanchor.testbed.lab.LabNode;
import org.flowanchor.testbed.scenario.CheckList.Finding;
import org.flowanchor.testbed.scenario.SteadyFlows.Outcome;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Somebody else works on the gateways' kernels: {@code ip route flush}, and a flood of changes that concern nobody. */
final class KernelActs {
    private static final Duration REPAIR_LIMIT = Duration.ofSeconds(6);
    private static final Duration AFTERWARDS = Duration.ofSeconds(1);

    /** Both flows together send 300 packets a second. */
    private static final long SENT_IN_500_MILLIS = 150;

    /** As an operator finds them in the agent's notes: uplink at a gateway, whatever is the agent's by its protocol number. */
    private static final int UPLINK_TABLES = 4_000_000;

    private static final List<String> ALL_OF_THE_AGENT = List.of("table", "all", "proto", "213");
    private static final String NOBODYS_TABLE = "77";
    private static final int FLOOD = 10_000;
    private static final JsonMapper JSON = new JsonMapper();

    private final Stage stage;
    private final Agents agents;
    private final SteadyFlows flows;

    KernelActs(Stage stage, Agents agents, SteadyFlows flows) {
        this.stage = stage;
        this.agents = agents;
        this.flows = flows;
    }

    /** The steady flows go downlink: what is taken away here carries none of their packets. */
    Finding uplinkFlushed() {
        double[] millis = {0};
        Outcome outcome = flows.during(() -> {
            millis[0] = flush(Access.WLAN.gateway(), uplink(Access.WLAN));
            Await.run(AFTERWARDS);
        });
        return outcome.finding(true, back(millis[0]));
    }

    /** The agent has a table for each access link, by the link's interface index. */
    private List<String> uplink(Access access) {
        String link = stage.lab().run(access.gateway(), "ip", "-o", "link", "show", "dev", Access.ACCESS_LINK);
        int index = Integer.parseInt(link.substring(0, link.indexOf(':')));
        return List.of("table", Integer.toString(UPLINK_TABLES + index));
    }

    /** What carries a flow is taken away under it: packets are lost, or follow what is put back first, until all is back. */
    Finding everythingFlushed() {
        double[] millis = {0};
        double noticed = agents.metric(LabNode.ANCHOR, "flowanchor_agent_kernel_drifts_total");
        Outcome outcome = flows.during(() -> {
            millis[0] = flush(LabNode.ANCHOR, ALL_OF_THE_AGENT);
            Await.run(AFTERWARDS);
        });
        double counted = agents.metric(LabNode.ANCHOR, "flowanchor_agent_kernel_drifts_total") - noticed;
        return new Finding(
                counted > 0
                        && outcome.sent() > 0
                        && outcome.lost() + outcome.elsewhere() <= SENT_IN_500_MILLIS
                        && outcome.duplicated() == 0,
                outcome + "; " + back(millis[0]) + ", counted " + Math.round(counted));
    }

    Finding flooded() {
        double[] millis = {0};
        double[] seconds = {0};
        Outcome outcome = flows.during(() -> {
            long begun = System.nanoTime();
            for (LabNode node : AgentScenario.nodes()) {
                flood(node);
            }
            seconds[0] = (System.nanoTime() - begun) / 1e9;
            agents.awaitReady(REPAIR_LIMIT);
            millis[0] = flush(Access.WLAN.gateway(), uplink(Access.WLAN));
            Await.run(AFTERWARDS);
        });
        return outcome.finding(
                true,
                String.format(
                        Locale.ROOT,
                        "%d routes and %d neighbours came and went at each of %d nodes in %.1f s; afterwards %s",
                        FLOOD,
                        FLOOD / 10,
                        AgentScenario.nodes().size(),
                        seconds[0],
                        back(millis[0])));
    }

    /** What the agents' own command line says of their objects. */
    Finding asDesired() {
        Map<LabNode, Integer> objects = new LinkedHashMap<>();
        Map<LabNode, String> differences = new LinkedHashMap<>();
        Outcome outcome = flows.during(() -> {
            for (LabNode node : AgentScenario.nodes()) {
                objects.put(node, objects(node, "dump").size());
                JsonNode found = objects(node, "diff");
                if (!found.isEmpty()) {
                    differences.put(node, found.toString());
                }
            }
        });
        return outcome.finding(
                differences.isEmpty() && objects.values().stream().allMatch(count -> count > 5),
                "objects " + objects
                        + (differences.isEmpty() ? ", all as desired" : ", not as desired " + differences));
    }

    private JsonNode objects(LabNode node, String command) {
        return JSON.readTree(AgentCommand.run(stage, node, command, "--output", "json"))
                .path("objects");
    }

    /** Each line is an event for whoever listens to routes or neighbours. */
    private void flood(LabNode node) {
        StringBuilder batch = new StringBuilder();
        for (int i = 0; i < FLOOD; i++) {
            batch.append("route add unreachable 2001:db8:f:%x::/64 table %s\n".formatted(i, NOBODYS_TABLE));
        }
        batch.append("route flush table ").append(NOBODYS_TABLE).append('\n');
        // A few at a time: the kernel's neighbour table has room for a thousand, of all network namespaces together.
        for (int i = 0; i < FLOOD / 10; i++) {
            batch.append("neigh add 2001:db8:b::f:%x lladdr 02:00:00:00:%02x:%02x dev b0 nud stale\n"
                    .formatted(i, i >> 8, i & 0xff));
            batch.append("neigh del 2001:db8:b::f:%x dev b0\n".formatted(i));
        }
        stage.lab().runWithInput(node, batch.toString(), "ip", "-6", "-force", "-batch", "-");
    }

    /** Flushes a table and waits until it is as before; milliseconds until then. */
    private double flush(LabNode node, List<String> selector) {
        TreeSet<String> before = routes(node, selector);
        if (before.isEmpty()) {
            throw new ScenarioException("there is nothing to flush at " + node);
        }
        List<String> flush = new ArrayList<>(List.of("ip", "-6", "route", "flush"));
        flush.addAll(selector);
        stage.lab().run(node, flush.toArray(String[]::new));
        long begun = System.nanoTime();
        Await.until(
                String.join(" ", selector) + " of " + node + " is as before",
                REPAIR_LIMIT,
                () -> routes(node, selector).equals(before));
        return (System.nanoTime() - begun) / 1e6;
    }

    private TreeSet<String> routes(LabNode node, List<String> selector) {
        TreeSet<String> routes = new TreeSet<>();
        List<String> show = new ArrayList<>(List.of("ip", "-6", "route", "show"));
        show.addAll(selector);
        stage.lab()
                .run(node, show.toArray(String[]::new))
                .lines()
                .map(String::strip)
                .forEach(routes::add);
        return routes;
    }

    private static String back(double millis) {
        return String.format(Locale.ROOT, "all routes back after %.0f ms", millis);
    }
}
