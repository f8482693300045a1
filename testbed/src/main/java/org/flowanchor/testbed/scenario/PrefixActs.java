package org.flowanchor.testbed.scenario;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.testbed.lab.Access;
import org.flowanchor.testbed.lab.Lab;
import org.flowanchor.testbed.lab.LabException;
import org.flowanchor.testbed.lab.LabNode;
import org.flowanchor.testbed.scenario.CheckList.Finding;
import org.flowanchor.testbed.signalling.PrefixMover;

/**
 * A second mobile node that no agent has in its configuration, with prefixes that are not shared: whose its interfaces are the agents ask,
 * and one gateway carries what the other anchors (RFC 7864 section 3.2.2) once binding-service is told, as the flow-manager does it, that
 * a flow is to move there.
 */
final class PrefixActs {
    private static final String MOBILE_NODE = "unique@lab.example";
    private static final MobileNodeIdentifier NODE = new MobileNodeIdentifier(MOBILE_NODE);
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String PROFILE = """
            {"mobileNodeIdentifier": "%s", "policyGroup": "default", "prefixModel": "UNIQUE",
             "linkLayerIdentifiers": ["%s", "%s"]}
            """;

    private final Stage stage;
    private final Agents agents;
    private final SteadyFlows flows;

    PrefixActs(Stage stage, Agents agents, SteadyFlows flows) {
        this.stage = stage;
        this.agents = agents;
        this.flows = flows;
    }

    private static String linkLayer(Access access) {
        return "02:00:00:00:77:0" + (access.ordinal() + 1);
    }

    Finding asked() {
        stage.product()
                .putSubscriber(
                        MOBILE_NODE, PROFILE.formatted(MOBILE_NODE, linkLayer(Access.WLAN), linkLayer(Access.LTE)));
        List<String> found = new ArrayList<>();
        SteadyFlows.Outcome outcome = flows.during(() -> {
            for (Access access : Access.values()) {
                attach(access);
                found.add(access + " " + prefix(access));
            }
            // The acknowledgement of the second attachment names the first one's prefix; the kernel follows.
            Await.holds(
                    LIMIT,
                    () -> carried(Access.LTE).contains(prefix(Access.WLAN).toString()));
        });
        return outcome.finding(
                !prefix(Access.WLAN).equals(prefix(Access.LTE))
                        && carried(Access.LTE).contains(prefix(Access.WLAN).toString()),
                "registered as " + MOBILE_NODE + " with " + String.join(", ", found) + "; LTE carries "
                        + carried(Access.LTE));
    }

    /**
     * The access network says that the terminal is there; the lab's mobile node lends it an address, so that it answers when the gateway asks
     * whether it still is. An agent that asked before the profile arrived asks again.
     */
    private void attach(Access access) {
        String address = "fe80::77:" + (access.ordinal() + 1);
        stage.lab()
                .run(
                        LabNode.MOBILE_NODE,
                        "ip",
                        "-6",
                        "addr",
                        "replace",
                        address + "/64",
                        "dev",
                        access.mobileNodeInterface(),
                        "nodad");
        long end = System.nanoTime() + LIMIT.toNanos();
        while (binding(access).isEmpty()) {
            if (System.nanoTime() - end >= 0) {
                throw new ScenarioException(MOBILE_NODE + " is not bound over " + access + " within " + LIMIT);
            }
            try {
                AgentCommand.run(
                        stage,
                        access.gateway(),
                        "attach",
                        "--link",
                        Access.ACCESS_LINK,
                        "--ll-id",
                        linkLayer(access),
                        "--address",
                        address);
            } catch (LabException e) {
                stage.console().detail("not yet: " + e.getMessage());
            }
            Await.holds(Duration.ofSeconds(2), () -> binding(access).isPresent());
        }
    }

    private Optional<ProductApi.Binding> binding(Access access) {
        return stage.product().bindings(MOBILE_NODE).stream()
                .filter(binding -> binding.proxyCareOfAddress().equals(access.proxyCareOfAddress())
                        && binding.state().equals("ACTIVE"))
                .findFirst();
    }

    private HomeNetworkPrefix prefix(Access access) {
        return binding(access)
                .orElseThrow(() -> new ScenarioException(MOBILE_NODE + " is not bound over " + access))
                .homeNetworkPrefixes()
                .first();
    }

    /** Downlink routes of what another gateway anchors: a metric of their own. */
    private String carried(Access access) {
        StringBuilder carried = new StringBuilder();
        stage.lab()
                .run(access.gateway(), "ip", "-6", "route", "show", "table", "100")
                .lines()
                .filter(route -> route.contains("metric 129"))
                .forEach(route -> carried.append(route.split(" ", 2)[0]).append(' '));
        return carried.toString().strip();
    }

    Finding carried() {
        HomeNetworkPrefix moved = prefix(Access.LTE);
        double accepted = agents.metric(Access.WLAN.gateway(), "flowanchor_agent_anchor_answers_total");
        double[] millis = {0};
        List<String> outcomes = new ArrayList<>();
        SteadyFlows.Outcome outcome = flows.during(() -> {
            InetSocketAddress bindingService = new InetSocketAddress(
                    InetAddress.ofLiteral(stage.lab().managementAddress().toString()), Agents.BINDING_SERVICE_PORT);
            try (PrefixMover mover =
                    new PrefixMover(stage.context().platform().authority(), bindingService, Lab.LMA_ADDRESS, LIMIT)) {
                long begun = System.nanoTime();
                outcomes.add(mover.prepare(NODE, moved, Access.WLAN.proxyCareOfAddress()));
                Await.until(
                        "the WLAN gateway carries " + moved,
                        LIMIT,
                        () -> carried(Access.WLAN).contains(moved.toString()));
                millis[0] = (System.nanoTime() - begun) / 1e6;
                Await.until(
                        "binding-service has its acknowledgement",
                        LIMIT,
                        () -> mover.prepare(NODE, moved, Access.WLAN.proxyCareOfAddress())
                                .equals("PREPARED"));
                outcomes.add("PREPARED");
            }
        });
        double answered = agents.metric(Access.WLAN.gateway(), "flowanchor_agent_anchor_answers_total") - accepted;
        return outcome.finding(
                outcomes.equals(List.of("REQUESTED", "PREPARED")) && answered >= 1,
                moved + " of LTE routed at WLAN " + Stage.millis(millis[0]) + " after it was asked for, " + outcomes);
    }
}
