package org.flowanchor.testbed.scenario;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.testbed.lab.Access;
import org.flowanchor.testbed.lab.Lab;
import org.flowanchor.testbed.lab.LabNode;
import org.flowanchor.testbed.scenario.CheckList.Finding;
import org.flowanchor.testbed.scenario.ProductApi.Binding;
import org.flowanchor.testbed.wire.Tshark;
import org.flowanchor.testbed.wire.Tshark.Message;

/** The mobile node attaches, extends, leaves, hands over; each step is looked for in the capture as tshark reads it. */
final class WireAct {
    private static final Duration SIGNALLING_LIMIT = Duration.ofSeconds(20);
    private static final Duration EXTENSION_LIMIT = Duration.ofSeconds(60);
    private static final Duration RESTART_LIMIT = Duration.ofSeconds(60);
    private static final String UPDATE = "5";
    private static final String ACKNOWLEDGEMENT = "6";
    private static final String SHARING = "6";
    private static final String BETWEEN_INTERFACES = "2";
    private static final String NOT_CHANGED = "5";
    private static final String UNKNOWN = "4";

    private final Stage stage;
    private final AttachAct attach;
    private final Agents agents;
    private final Path capture;
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Integer> unanswered = new ArrayList<>();
    private int seen;

    WireAct(Stage stage, OffloadTraffic traffic, Agents agents, Path capture) {
        this.stage = stage;
        this.attach = new AttachAct(stage, traffic);
        this.agents = agents;
        this.capture = capture;
    }

    /** Begins to capture at the anchor's backhaul. */
    void capture() {
        SignallingCapture.begin(stage, LabNode.ANCHOR, "b0", capture);
    }

    Finding protection() {
        List<String> stated = new ArrayList<>();
        for (LabNode node : List.of(LabNode.ANCHOR, LabNode.WLAN_GATEWAY, LabNode.LTE_GATEWAY)) {
            stated.add(protection(get(URI.create("http://[" + stage.lab().managementAddress(node) + "]:"
                    + Agents.OPERATIONS_PORT + "/health/ready"))));
        }
        String service = get(stage.context().platform().bindingService().resolve("/actuator/health"));
        boolean relay = Await.holds(
                SIGNALLING_LIMIT,
                () -> get(stage.context().platform().bindingService().resolve("/actuator/health"))
                        .contains("trusted-network"));
        return new Finding(
                relay && stated.stream().allMatch("trusted-network"::equals),
                "agents say " + stated + ", binding-service "
                        + (relay ? "trusted-network" : "nothing of it: " + service));
    }

    private static String protection(String health) {
        Matcher matcher =
                Pattern.compile("\"signallingProtection\":\"([a-z-]+)\"").matcher(health);
        return matcher.find() ? matcher.group(1) : "nothing";
    }

    /** Messages captured after the last step. */
    private List<Message> fresh() {
        List<Message> all = Tshark.read(capture);
        return all.stream().filter(message -> message.number() > seen).toList();
    }

    private void settle() {
        seen = Tshark.read(capture).stream().mapToInt(Message::number).max().orElse(seen);
    }

    /** An update of a gateway with these fields, and the acknowledgement with its sequence number. */
    private record Exchange(Message update, Message acknowledgement) {}

    private static boolean isUpdate(Message message, Access access, String handoff, boolean deregistration) {
        return message.type().equals(UPDATE)
                && message.source().equals(access.proxyCareOfAddress().toString())
                && message.destination().equals(Lab.LMA_ADDRESS.toString())
                && message.field("mip6.bu.a_flag").equals("1")
                && message.field("mip6.bu.p_flag").equals("1")
                && message.field("mip6.mnid.identifier").equals(Stage.MOBILE_NODE)
                && message.field("mip6.hi").equals(handoff)
                && message.field("mip6.att")
                        .equals(Integer.toString(access.accessTechnologyType().value()))
                && message.field("mip6.bu.lifetime").equals("0") == deregistration;
    }

    private static Optional<Exchange> exchange(
            List<Message> messages, Access access, String handoff, boolean deregistration) {
        for (Message update : messages) {
            if (!isUpdate(update, access, handoff, deregistration)) {
                continue;
            }
            for (Message answer : messages) {
                if (answer.type().equals(ACKNOWLEDGEMENT)
                        && answer.source().equals(update.destination())
                        && answer.destination().equals(update.source())
                        && answer.field("mip6.ba.seqnr").equals(update.field("mip6.bu.seqnr"))
                        && answer.field("mip6.ba.status").equals("0")
                        && answer.field("mip6.ba.p_flag").equals("1")
                        && answer.field("mip6.hi").equals(handoff)
                        && answer.field("mip6.mnid.identifier").equals(Stage.MOBILE_NODE)) {
                    return Optional.of(new Exchange(update, answer));
                }
            }
        }
        return Optional.empty();
    }

    private Exchange awaitExchange(Access access, String handoff, boolean deregistration, Duration limit) {
        return Await.value(
                "an accepted update of " + access + " with handoff indicator " + handoff
                        + (deregistration ? " and lifetime 0" : "") + " on the wire",
                limit,
                () -> exchange(fresh(), access, handoff, deregistration));
    }

    private static String prefixes(Message message) {
        String[] addresses = message.field("mip6.nemo.mnp.mnp").split(",");
        String[] lengths = message.field("mip6.nemo.mnp.pfl").split(",");
        List<String> prefixes = new ArrayList<>();
        for (int i = 0; i < addresses.length; i++) {
            prefixes.add(addresses[i] + "/" + lengths[i]);
        }
        return String.join(" ", prefixes);
    }

    private List<Binding> active() {
        return stage.product().bindings(Stage.MOBILE_NODE).stream()
                .filter(binding -> binding.state().equals("ACTIVE"))
                .toList();
    }

    private static Set<HomeNetworkPrefix> prefixes(List<Binding> bindings) {
        Set<HomeNetworkPrefix> prefixes = new TreeSet<>();
        bindings.forEach(binding -> prefixes.addAll(binding.homeNetworkPrefixes()));
        return prefixes;
    }

    private static boolean at(List<Binding> bindings, Access access) {
        return bindings.stream()
                .anyMatch(binding -> binding.proxyCareOfAddress().equals(access.proxyCareOfAddress()));
    }

    Finding attached(Access access) {
        Finding probe = attach.attach(access);
        Exchange exchange = awaitExchange(access, SHARING, false, SIGNALLING_LIMIT);
        List<Binding> bindings = active();
        String granted = prefixes(exchange.acknowledgement());
        boolean bound = at(bindings, access) && prefixes(bindings).equals(Set.of(HomeNetworkPrefix.parse(granted)));
        settle();
        return new Finding(
                probe.holds()
                        && bound
                        && bindings.size() == (access == Access.WLAN ? 1 : 2)
                        && prefixes(exchange.update()).equals("::/0"),
                "frame %d asks for %s, frame %d grants %s; %s; %s"
                        .formatted(
                                exchange.update().number(),
                                prefixes(exchange.update()),
                                exchange.acknowledgement().number(),
                                granted,
                                AttachAct.describe(bindings),
                                probe.measured()));
    }

    Finding extended() {
        List<Binding> before = active();
        List<String> frames = new ArrayList<>();
        boolean samePrefix = true;
        for (Access access : Access.values()) {
            Exchange exchange = awaitExchange(access, NOT_CHANGED, false, EXTENSION_LIMIT);
            samePrefix &= prefixes(exchange.update()).equals(prefixes(exchange.acknowledgement()))
                    && Set.of(HomeNetworkPrefix.parse(prefixes(exchange.update())))
                            .equals(prefixes(before));
            frames.add(access + " " + exchange.update().number() + " and "
                    + exchange.acknowledgement().number());
        }
        List<Binding> after = active();
        settle();
        return new Finding(
                samePrefix && after.equals(before) && after.size() == 2,
                "frames " + frames + "; " + AttachAct.describe(after));
    }

    Finding deregistered(Access access) {
        stage.lab().linkDown(access);
        Exchange exchange = awaitExchange(access, UNKNOWN, true, SIGNALLING_LIMIT);
        boolean gone = Await.holds(SIGNALLING_LIMIT, () -> !at(active(), access));
        settle();
        return new Finding(
                gone
                        && active().size() == 1
                        && exchange.acknowledgement().field("mip6.ba.lifetime").equals("0"),
                "frame %d with lifetime 0 answered by frame %d with lifetime %s; %s"
                        .formatted(
                                exchange.update().number(),
                                exchange.acknowledgement().number(),
                                exchange.acknowledgement().field("mip6.ba.lifetime"),
                                AttachAct.describe(active())));
    }

    Finding handedOver(Access access) {
        // While its former session is kept (MinDelayBeforeBCEDelete, 10 s), an update of the same interface resumes
        // that.
        Await.until(
                "the de-registered session of " + access + " is gone",
                SIGNALLING_LIMIT,
                () -> stage.product().bindings(Stage.MOBILE_NODE).size() == 1);
        Set<HomeNetworkPrefix> before = prefixes(active());
        // The agent is told that its terminals come from another interface that goes away (RFC 5213 section 6.9.1.1).
        agents.restartGateway(
                access, Map.of("attachHandoffIndicator", Integer.parseInt(BETWEEN_INTERFACES)), RESTART_LIMIT);
        // The next extension of the former gateway is half a lifetime away then.
        settle();
        awaitExchange(access.other(), NOT_CHANGED, false, EXTENSION_LIMIT);
        Finding probe = attach.attach(access);
        Exchange exchange = awaitExchange(access, BETWEEN_INTERFACES, false, SIGNALLING_LIMIT);
        List<Binding> bindings = active();
        return new Finding(
                probe.holds()
                        && bindings.size() == 1
                        && at(bindings, access)
                        && prefixes(bindings).equals(before)
                        && Set.of(HomeNetworkPrefix.parse(prefixes(exchange.acknowledgement())))
                                .equals(before),
                "frame %d with handoff indicator 2 answered by frame %d with %s; %s; %s"
                        .formatted(
                                exchange.update().number(),
                                exchange.acknowledgement().number(),
                                prefixes(exchange.acknowledgement()),
                                AttachAct.describe(bindings),
                                probe.measured()));
    }

    Finding lateDeregistration(Access former) {
        settle();
        stage.lab().linkDown(former);
        Message update = Await.value(
                "a de-registration of " + former + " on the wire",
                SIGNALLING_LIMIT,
                () -> fresh().stream()
                        .filter(message -> isUpdate(message, former, UNKNOWN, true))
                        .findFirst());
        // Its first retransmission comes one second later: until then an answer would have come.
        boolean repeated = Await.holds(
                SIGNALLING_LIMIT,
                () -> fresh().stream()
                                .filter(message -> isUpdate(message, former, UNKNOWN, true))
                                .count()
                        > 1);
        boolean answered = exchange(fresh(), former, UNKNOWN, true).isPresent();
        List<Binding> bindings = active();
        return new Finding(
                repeated && !answered && bindings.size() == 1 && at(bindings, former.other()),
                "frame %d with lifetime 0 %s, %s; %s"
                        .formatted(
                                update.number(),
                                answered ? "answered" : "not answered",
                                repeated ? "repeated" : "never repeated",
                                AttachAct.describe(bindings)));
    }

    Finding countedByTheService() {
        String metrics = get(stage.context().platform().bindingService().resolve("/actuator/prometheus"));
        double gateways = metric(metrics, "flowanchor_binding_gateways");
        double updates = metric(metrics, "pmip_wire_messages_total\\{direction=\"in\",message=\"pbu\"");
        double attempted = metric(metrics, "pmip_pbu_att_total");
        return new Finding(
                gateways == 0 && updates > 0 && updates == attempted,
                "%.0f gateways on gRPC; %.0f updates over the wire of %.0f decided"
                        .formatted(gateways, updates, attempted));
    }

    private static double metric(String metrics, String name) {
        Matcher matcher = Pattern.compile("^" + name + "[^ ]* ([0-9.E+-]+)$", Pattern.MULTILINE)
                .matcher(metrics);
        return matcher.find() ? Double.parseDouble(matcher.group(1)) : Double.NaN;
    }

    Finding judged() {
        List<Message> messages = Tshark.read(capture);
        List<String> complaints = Tshark.complaints(capture);
        for (Message update : messages) {
            if (update.type().equals(UPDATE)
                    && messages.stream()
                            .noneMatch(answer -> answer.type().equals(ACKNOWLEDGEMENT)
                                    && answer.destination().equals(update.source())
                                    && answer.field("mip6.ba.seqnr").equals(update.field("mip6.bu.seqnr")))) {
                unanswered.add(update.number());
            }
        }
        boolean onlyIgnored = messages.stream()
                .filter(message -> unanswered.contains(message.number()))
                .allMatch(message -> isUpdate(message, Access.WLAN, UNKNOWN, true));
        return new Finding(
                complaints.isEmpty() && onlyIgnored && messages.size() >= 10,
                "%d messages; without answer: frames %s%s; complaints: %s"
                        .formatted(
                                messages.size(),
                                unanswered,
                                onlyIgnored ? " (late de-registration)" : "",
                                complaints.isEmpty() ? "none" : complaints));
    }

    private String get(URI address) {
        try {
            return http.send(
                            HttpRequest.newBuilder(address)
                                    .timeout(Duration.ofSeconds(5))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new ScenarioException(address + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ScenarioException(address + ": interrupted", e);
        }
    }
}
