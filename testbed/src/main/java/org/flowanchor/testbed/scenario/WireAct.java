package org.flowanchor.testbed.scenario;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.testbed.lab.Access;
import org.flowanchor.testbed.lab.LabNode;
import org.flowanchor.testbed.scenario.CheckList.Finding;
import org.flowanchor.testbed.scenario.ProductApi.Binding;
import org.flowanchor.testbed.wire.Tshark.Message;

/** The mobile node attaches, extends, leaves, hands over; each step is looked for in the capture as tshark reads it. */
final class WireAct {
    private static final Duration SIGNALLING_LIMIT = Duration.ofSeconds(20);
    private static final Duration EXTENSION_LIMIT = Duration.ofSeconds(60);
    private static final Duration RESTART_LIMIT = Duration.ofSeconds(60);
    private static final String SHARING = "6";
    private static final String BETWEEN_INTERFACES = "2";
    private static final String NOT_CHANGED = "5";
    private static final String UNKNOWN = "4";

    private final Stage stage;
    private final AttachAct attach;
    private final Agents agents;
    private final SignallingLog log;
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Integer> unanswered = new ArrayList<>();

    WireAct(Stage stage, OffloadTraffic traffic, Agents agents, SignallingLog log) {
        this.stage = stage;
        this.attach = new AttachAct(stage, traffic);
        this.agents = agents;
        this.log = log;
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

    Finding attached(Access access) {
        Finding probe = attach.attach(access);
        SignallingLog.Exchange exchange = log.awaitExchange(access, SHARING, false, SIGNALLING_LIMIT);
        List<Binding> bindings = log.active();
        String granted = SignallingLog.prefixes(exchange.acknowledgement());
        boolean bound = SignallingLog.at(bindings, access)
                && SignallingLog.prefixes(bindings).equals(Set.of(HomeNetworkPrefix.parse(granted)));
        log.settle();
        return new Finding(
                probe.holds()
                        && bound
                        // The first may find the session that an earlier run left over LTE, as long as it has not
                        // expired.
                        && (access == Access.WLAN || bindings.size() == 2)
                        && SignallingLog.prefixes(exchange.update()).equals("::/0"),
                "frame %d asks for %s, frame %d grants %s; %s; %s"
                        .formatted(
                                exchange.update().number(),
                                SignallingLog.prefixes(exchange.update()),
                                exchange.acknowledgement().number(),
                                granted,
                                AttachAct.describe(bindings),
                                probe.measured()));
    }

    Finding extended() {
        List<Binding> before = log.active();
        List<String> frames = new ArrayList<>();
        boolean samePrefix = true;
        for (Access access : Access.values()) {
            SignallingLog.Exchange exchange = log.awaitExchange(access, NOT_CHANGED, false, EXTENSION_LIMIT);
            samePrefix &=
                    SignallingLog.prefixes(exchange.update()).equals(SignallingLog.prefixes(exchange.acknowledgement()))
                            && Set.of(HomeNetworkPrefix.parse(SignallingLog.prefixes(exchange.update())))
                                    .equals(SignallingLog.prefixes(before));
            frames.add(access + " " + exchange.update().number() + " and "
                    + exchange.acknowledgement().number());
        }
        List<Binding> after = log.active();
        log.settle();
        return new Finding(
                samePrefix && after.equals(before) && after.size() == 2,
                "frames " + frames + "; " + AttachAct.describe(after));
    }

    Finding deregistered(Access access) {
        stage.lab().linkDown(access);
        SignallingLog.Exchange exchange = log.awaitExchange(access, UNKNOWN, true, SIGNALLING_LIMIT);
        boolean gone = Await.holds(SIGNALLING_LIMIT, () -> !SignallingLog.at(log.active(), access));
        log.settle();
        return new Finding(
                gone
                        && log.active().size() == 1
                        && exchange.acknowledgement().field("mip6.ba.lifetime").equals("0"),
                "frame %d with lifetime 0 answered by frame %d with lifetime %s; %s"
                        .formatted(
                                exchange.update().number(),
                                exchange.acknowledgement().number(),
                                exchange.acknowledgement().field("mip6.ba.lifetime"),
                                AttachAct.describe(log.active())));
    }

    Finding handedOver(Access access) {
        // While its former session is kept (MinDelayBeforeBCEDelete, 10 s), an update of the same interface resumes
        // that.
        Await.until(
                "the de-registered session of " + access + " is gone",
                SIGNALLING_LIMIT,
                () -> stage.product().bindings(Stage.MOBILE_NODE).size() == 1);
        Set<HomeNetworkPrefix> before = SignallingLog.prefixes(log.active());
        // The agent is told that its terminals come from another interface that goes away (RFC 5213 section 6.9.1.1).
        agents.restartGateway(
                access, Map.of("attachHandoffIndicator", Integer.parseInt(BETWEEN_INTERFACES)), RESTART_LIMIT);
        // The next extension of the former gateway is half a lifetime away then.
        log.settle();
        log.awaitExchange(access.other(), NOT_CHANGED, false, EXTENSION_LIMIT);
        Finding probe = attach.attach(access);
        SignallingLog.Exchange exchange = log.awaitExchange(access, BETWEEN_INTERFACES, false, SIGNALLING_LIMIT);
        List<Binding> bindings = log.active();
        return new Finding(
                probe.holds()
                        && bindings.size() == 1
                        && SignallingLog.at(bindings, access)
                        && SignallingLog.prefixes(bindings).equals(before)
                        && Set.of(HomeNetworkPrefix.parse(SignallingLog.prefixes(exchange.acknowledgement())))
                                .equals(before),
                "frame %d with handoff indicator 2 answered by frame %d with %s; %s; %s"
                        .formatted(
                                exchange.update().number(),
                                exchange.acknowledgement().number(),
                                SignallingLog.prefixes(exchange.acknowledgement()),
                                AttachAct.describe(bindings),
                                probe.measured()));
    }

    Finding lateDeregistration(Access former) {
        log.settle();
        stage.lab().linkDown(former);
        Message update = Await.value(
                "a de-registration of " + former + " on the wire",
                SIGNALLING_LIMIT,
                () -> log.fresh().stream()
                        .filter(message -> SignallingLog.isUpdate(message, former, UNKNOWN, true))
                        .findFirst());
        // Its first retransmission comes one second later: until then an answer would have come.
        boolean repeated = Await.holds(
                SIGNALLING_LIMIT,
                () -> log.fresh().stream()
                                .filter(message -> SignallingLog.isUpdate(message, former, UNKNOWN, true))
                                .count()
                        > 1);
        boolean answered =
                SignallingLog.exchange(log.fresh(), former, UNKNOWN, true).isPresent();
        List<Binding> bindings = log.active();
        return new Finding(
                repeated && !answered && bindings.size() == 1 && SignallingLog.at(bindings, former.other()),
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
        double updates = metric(metrics, "flowanchor_binding_wire_messages_total\\{direction=\"in\",message=\"pbu\"");
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
        List<Message> messages = log.all();
        List<String> complaints = log.complaints();
        for (Message update : messages) {
            if (update.type().equals(SignallingLog.UPDATE)
                    && messages.stream()
                            .noneMatch(answer -> answer.type().equals(SignallingLog.ACKNOWLEDGEMENT)
                                    && answer.destination().equals(update.source())
                                    && answer.field("mip6.ba.seqnr").equals(update.field("mip6.bu.seqnr")))) {
                unanswered.add(update.number());
            }
        }
        boolean onlyIgnored = messages.stream()
                .filter(message -> unanswered.contains(message.number()))
                .allMatch(message -> SignallingLog.isUpdate(message, Access.WLAN, UNKNOWN, true)
                        || isAnsweredAfterRepetition(message, messages));
        return new Finding(
                complaints.isEmpty() && onlyIgnored && messages.size() >= 10,
                "%d messages; without answer: frames %s%s; complaints: %s"
                        .formatted(
                                messages.size(),
                                unanswered,
                                onlyIgnored ? " (late de-registration, or repeated and answered then)" : "",
                                complaints.isEmpty() ? "none" : complaints));
    }

    /** An update that had to wait is answered once, with the sequence number of its last transmission. */
    private boolean isAnsweredAfterRepetition(Message update, List<Message> messages) {
        return messages.stream()
                .anyMatch(later -> later.type().equals(SignallingLog.UPDATE)
                        && later.number() > update.number()
                        && !unanswered.contains(later.number())
                        && later.source().equals(update.source())
                        && later.field("mip6.hi").equals(update.field("mip6.hi"))
                        && later.field("mip6.bu.lifetime").equals(update.field("mip6.bu.lifetime")));
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
