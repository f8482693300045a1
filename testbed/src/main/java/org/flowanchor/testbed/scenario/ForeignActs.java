package org.flowanchor.testbed.scenario;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.testbed.foreign.ForeignAnchorProcess;
import org.flowanchor.testbed.foreign.ForeignGatewayProcess;
import org.flowanchor.testbed.foreign.ForeignSite;
import org.flowanchor.testbed.lab.Access;
import org.flowanchor.testbed.lab.Lab;
import org.flowanchor.testbed.lab.LabNode;
import org.flowanchor.testbed.launcher.ServiceProcess;
import org.flowanchor.testbed.scenario.CheckList.Finding;
import org.flowanchor.testbed.scenario.ProductApi.Binding;
import org.flowanchor.testbed.wire.Tshark;

/** Gateways of other makers come to the product's anchor, and the product's gateways go to anchors of other makers. */
final class ForeignActs {
    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final Duration RESTART_LIMIT = Duration.ofSeconds(60);
    private static final int LIFETIME_SECONDS = 24;
    private static final Duration FAREWELL = Duration.ofSeconds(15);

    private final Stage stage;
    private final Agents agents;
    private final Path capture;

    /** An anchor of another maker and the gateway of the product that goes there. */
    enum ForeignHome {
        /** A terminal of the WLAN gateway; the anchor asks by itself, too. */
        CONFORMING(Access.WLAN, "strict", "2001:db8:b::fa", "2001:db8:200::"),
        OAI(Access.LTE, "oai", "2001:db8:b::fb", "2001:db8:201::");

        private final Access access;
        private final String profile;
        private final String address;
        private final String pool;

        ForeignHome(Access access, String profile, String address, String pool) {
            this.access = access;
            this.profile = profile;
            this.address = address;
            this.pool = pool;
        }

        private String maker() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    ForeignActs(Stage stage, Agents agents, Path capture) {
        this.stage = stage;
        this.agents = agents;
        this.capture = capture;
    }

    /** The makers' addresses on the backhaul, and a capture of what passes there. */
    void prepare() {
        List<String> addresses = new ArrayList<>();
        for (ForeignSite site : ForeignSite.values()) {
            addresses.add("address add " + site.proxyCareOfAddress() + "/64 dev br0 nodad");
        }
        for (ForeignHome home : ForeignHome.values()) {
            addresses.add("address add " + home.address + "/64 dev br0 nodad");
        }
        stage.lab().ip(LabNode.BACKHAUL, addresses.toArray(String[]::new));
        SignallingCapture.begin(stage, LabNode.BACKHAUL, "br0", capture);
    }

    private ServiceProcess start(String name, Class<?> program, List<String> arguments) {
        ServiceProcess process = stage.context()
                .platform()
                .start(
                        name,
                        stage.lab().inside(LabNode.BACKHAUL, SignallingCapture.javaProgram(stage, program, arguments)),
                        Map.of(),
                        null);
        awaitLine(process, "signalling");
        return process;
    }

    private static List<String> lines(ServiceProcess process) {
        try {
            return Files.readAllLines(process.log());
        } catch (IOException e) {
            throw new ScenarioException(process.log() + ": " + e, e);
        }
    }

    private static Optional<Matcher> line(ServiceProcess process, String pattern) {
        Pattern compiled = Pattern.compile(pattern);
        return lines(process).stream()
                .map(compiled::matcher)
                .filter(Matcher::matches)
                .findFirst();
    }

    private static Matcher awaitLine(ServiceProcess process, String pattern) {
        return Await.value(process.name() + " says \"" + pattern + "\"", LIMIT, () -> line(process, pattern));
    }

    /** Each attaches, extends, is counted with its deviations, and de-registers; judged by its maker's own comparison. */
    Finding foreignGateways() {
        List<String> arguments = new ArrayList<>(List.of(Lab.LMA_ADDRESS.toString()));
        for (ForeignSite site : ForeignSite.values()) {
            arguments.addAll(site.arguments());
        }
        ServiceProcess gateways = start("foreign-gateways", ForeignGatewayProcess.class, arguments);
        List<String> found = new ArrayList<>();
        boolean holds = true;
        for (ForeignSite site : ForeignSite.values()) {
            Matcher served = awaitLine(gateways, site.maker().name() + " EXTEND served (\\S+) .*");
            HomeNetworkPrefix prefix = HomeNetworkPrefix.parse(served.group(1));
            boolean bound = bindings(site).stream()
                    .anyMatch(binding -> binding.homeNetworkPrefixes().equals(Set.of(prefix)));
            List<String> uncounted = site.quirks().stream()
                    .filter(quirk -> quirks(site, quirk) == 0)
                    .toList();
            boolean carried = carries(gateways, site, prefix);
            holds &= bound
                    && carried
                    && uncounted.isEmpty()
                    && (!site.proposesPrefix() || site.prefix().equals(prefix));
            found.add(site.maker().name() + " " + prefix + (bound ? "" : " NOT BOUND")
                    + (carried ? "" : " NOT ROUTED AS A WHOLE")
                    + (uncounted.isEmpty() ? "" : " not counted: " + uncounted));
        }
        gateways.stop(FAREWELL);
        for (ForeignSite site : ForeignSite.values()) {
            boolean left = line(gateways, site.maker().name() + " DEREGISTER served .*")
                            .isPresent()
                    && bindings(site).isEmpty();
            holds &= left;
            if (!left) {
                found.add(site.maker().name() + " DID NOT LEAVE");
            }
        }
        long disregarded = lines(gateways).stream()
                .filter(line -> line.contains(" disregarded "))
                .count();
        return new Finding(
                holds,
                String.join(", ", found) + "; " + disregarded + " acknowledgements disregarded by their gateways");
    }

    /** O15: whatever length its maker writes, all of the prefix is routed: its first address as well as its last, which no terminal has. */
    private boolean carries(ServiceProcess gateways, ForeignSite site, HomeNetworkPrefix prefix) {
        Ipv6Address first = prefix.address();
        for (long identifier : new long[] {1, -2}) {
            Ipv6Address address = new Ipv6Address(first.high(), identifier);
            try {
                Await.until(address + " arrives at " + site.maker().name(), LIMIT, () -> {
                    stage.lab()
                            .run(
                                    LabNode.CORRESPONDENT_NODE,
                                    "bash",
                                    "-c",
                                    "echo x > /dev/udp/" + address + "/9 || true");
                    return line(gateways, site.maker().name() + " CARRIED " + address)
                            .isPresent();
                });
            } catch (ScenarioException late) {
                return false;
            }
        }
        return true;
    }

    private List<Binding> bindings(ForeignSite site) {
        return stage.product().bindings(site.mobileNode()).stream()
                .filter(binding -> binding.state().equals("ACTIVE")
                        && binding.proxyCareOfAddress().equals(site.proxyCareOfAddress()))
                .toList();
    }

    private double quirks(ForeignSite site, String quirk) {
        URI metrics = stage.context().platform().bindingService().resolve("/actuator/prometheus");
        try {
            return Metrics.sum(
                    metrics, "pmip_peer_quirk_total{profile=\"" + site.profile() + "\",quirk=\"" + quirk + "\"");
        } catch (ScenarioException none) {
            return 0;
        }
    }

    /** The gateways of the product register with anchors of other makers; those that ask are answered. */
    Finding foreignAnchors() {
        List<String> arguments = new ArrayList<>();
        for (ForeignHome home : ForeignHome.values()) {
            arguments.addAll(List.of(home.maker(), home.address, home.pool));
            stage.lab().linkDown(home.access);
        }
        ServiceProcess anchors = start("foreign-anchors", ForeignAnchorProcess.class, arguments);
        List<String> found = new ArrayList<>();
        boolean holds = true;
        for (ForeignHome home : ForeignHome.values()) {
            agents.restartGateway(
                    home.access,
                    Map.of(
                            "lmaAddress",
                            home.address,
                            "attachHandoffIndicator",
                            1,
                            "bindingLifetimeSeconds",
                            LIFETIME_SECONDS,
                            "signalling",
                            Map.of("protection", "trusted-network", "profile", home.profile)),
                    RESTART_LIMIT);
            stage.lab().linkUp(home.access);
        }
        for (ForeignHome home : ForeignHome.values()) {
            Matcher entry = awaitLine(
                    anchors,
                    home.maker() + " update of " + home.access.proxyCareOfAddress() + " answered; " + Stage.MOBILE_NODE
                            + " (\\S+) at .*");
            HomeNetworkPrefix prefix = HomeNetworkPrefix.parse(entry.group(1));
            boolean announced = Await.holds(
                    LIMIT,
                    () -> stage.mobileNode()
                            .logicalInterface()
                            .subInterface(home.access)
                            .prefixes()
                            .contains(prefix));
            boolean extended = Await.holds(LIMIT, () -> updates(anchors, home) > 1);
            holds &= announced && extended;
            found.add(home.maker() + " " + prefix + (announced ? " announced" : " NOT ANNOUNCED")
                    + (extended ? ", extended" : ", NOT EXTENDED"));
        }
        // Response with restart counter; status 0; status 0; acknowledgement, success, P.
        Map<String, String> answers = new LinkedHashMap<>();
        answers.put("HEARTBEAT", "3b020d00.{4}0001.{8}.*1c04.{8}.*");
        answers.put("FLOW_MOBILITY", "3b..1400.{4}.{4}00.*");
        answers.put("NO_MORE_FLOW_MOBILITY", "3b..1400.{4}.{4}00.*");
        answers.put("REVOCATION", "3b..1000.{4}0200.{4}8000.*");
        for (Map.Entry<String, String> question : answers.entrySet()) {
            String answer = answer(anchors, question.getKey());
            boolean right = answer.matches(question.getValue());
            holds &= right;
            found.add(question.getKey() + (right ? " answered" : " ANSWERED BY " + answer));
        }
        boolean withdrawn = Await.holds(
                LIMIT,
                () -> stage.mobileNode()
                        .logicalInterface()
                        .subInterface(ForeignHome.CONFORMING.access)
                        .prefixes()
                        .isEmpty());
        holds &= withdrawn;
        found.add(withdrawn ? "prefix withdrawn" : "PREFIX STILL ANNOUNCED");
        long before = departures(anchors);
        stage.lab().linkDown(ForeignHome.OAI.access);
        boolean left = Await.holds(LIMIT, () -> departures(anchors) > before);
        holds &= left;
        found.add(left ? "oai de-registered" : "oai NOT DE-REGISTERED");
        return new Finding(holds, String.join(", ", found));
    }

    private static long departures(ServiceProcess anchors) {
        return lines(anchors).stream()
                .filter(line -> line.matches("oai update of .* answered; no entry"))
                .count();
    }

    private static long updates(ServiceProcess anchors, ForeignHome home) {
        String beginning = home.maker() + " update of " + home.access.proxyCareOfAddress();
        return lines(anchors).stream()
                .filter(line -> line.startsWith(beginning) && !line.endsWith("no entry"))
                .count();
    }

    /** What the gateway sent after the question; its octets. */
    private static String answer(ServiceProcess anchors, String question) {
        Pattern pattern = Pattern.compile("conforming type \\d+ of \\S+ (\\S+)");
        return Await.value(
                "an answer to " + question,
                LIMIT,
                () -> lines(anchors).stream()
                        .dropWhile(line -> !line.startsWith("conforming asks " + question + " "))
                        .map(pattern::matcher)
                        .filter(Matcher::matches)
                        .map(matcher -> matcher.group(1))
                        .findFirst());
    }

    /** Whatever the makers sent, nothing the product sent is objected to. */
    Finding judged() {
        StringBuilder own = new StringBuilder("ipv6.src == " + Lab.LMA_ADDRESS);
        for (Access access : Access.values()) {
            own.append(" || ipv6.src == ").append(access.proxyCareOfAddress());
        }
        List<String> complaints = Tshark.complaints(capture, own.toString());
        long messages = Tshark.read(capture).stream()
                .filter(message -> own.toString().contains(message.source()))
                .count();
        return new Finding(
                complaints.isEmpty() && messages >= 10,
                messages + " messages of the product to other makers' peers; complaints: "
                        + (complaints.isEmpty() ? "none" : complaints));
    }
}
