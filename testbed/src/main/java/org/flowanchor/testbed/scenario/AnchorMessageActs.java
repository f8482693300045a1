package org.flowanchor.testbed.scenario;

import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.testbed.lab.Access;
import org.flowanchor.testbed.lab.Lab;
import org.flowanchor.testbed.scenario.CheckList.Finding;
import org.flowanchor.testbed.scenario.ProductApi.Binding;
import org.flowanchor.testbed.wire.Tshark.Message;

/** What the anchor starts by itself: it asks a gateway whether a node left, has it carry another's prefix, and notices its silence. */
final class AnchorMessageActs {
    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final Duration RESTART_LIMIT = Duration.ofSeconds(60);

    /** Two intervals of 30 s that nobody answered, and the one that was under way. */
    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(150);

    private static final int LONG_LIFETIME_SECONDS = 300;
    private static final int STEADY_PACKETS = 50;
    private static final String UNKNOWN_HANDOFF = "4";
    private static final String INDICATION = "1";
    private static final String ACKNOWLEDGEMENT = "2";
    private static final String ATTACHED = "132";
    private static final int FLOW_MOBILITY = 8;
    private static final int ACKNOWLEDGE = 0x80;

    private final Stage stage;
    private final OffloadTraffic traffic;
    private final Agents agents;
    private final SignallingLog log;

    AnchorMessageActs(Stage stage, OffloadTraffic traffic, Agents agents, SignallingLog log) {
        this.stage = stage;
        this.traffic = traffic;
        this.agents = agents;
        this.log = log;
    }

    /** The mobile node's only address; once each access has a prefix of its own, the one of WLAN's. */
    static Ipv6Address address(Stage stage) {
        Set<Ipv6Address> addresses = stage.mobileNode().logicalInterface().addresses();
        return addresses.size() == 1
                ? addresses.iterator().next()
                : addresses.stream()
                        .filter(address -> announced(stage, Access.WLAN).stream()
                                .anyMatch(prefix -> prefix.contains(new HomeNetworkPrefix(address, 128))))
                        .findFirst()
                        .orElseThrow(() -> new ScenarioException("WLAN announces no prefix of " + addresses));
    }

    private static Set<HomeNetworkPrefix> announced(Stage stage, Access access) {
        return stage.mobileNode().logicalInterface().subInterface(access).prefixes();
    }

    /** The prefixes that only this access's binding has. */
    private Set<HomeNetworkPrefix> own(Access access) {
        Set<HomeNetworkPrefix> own = new TreeSet<>();
        for (Binding binding : log.active()) {
            if (binding.proxyCareOfAddress().equals(access.proxyCareOfAddress())) {
                own.addAll(binding.homeNetworkPrefixes());
            }
        }
        return own;
    }

    private Optional<Message> find(String type, Access access, boolean towards, Predicate<Message> more) {
        String gateway = access.proxyCareOfAddress().toString();
        String anchor = Lab.LMA_ADDRESS.toString();
        return log.fresh().stream()
                .filter(message -> message.type().equals(type)
                        && message.source().equals(towards ? anchor : gateway)
                        && message.destination().equals(towards ? gateway : anchor)
                        && more.test(message))
                .findFirst();
    }

    /** WLAN's gateway does not know where its terminal comes from: LTE's is asked, says that it is still there, and both serve it. */
    Finding askedWhetherItLeft() {
        Set<HomeNetworkPrefix> before = own(Access.LTE);
        agents.restartGateway(
                Access.WLAN,
                Map.of(
                        "attachHandoffIndicator",
                        Integer.parseInt(UNKNOWN_HANDOFF),
                        "bindingLifetimeSeconds",
                        LONG_LIFETIME_SECONDS),
                RESTART_LIMIT);
        log.settle();
        stage.lab().linkUp(Access.WLAN);
        SignallingLog.Exchange exchange = log.awaitExchange(Access.WLAN, UNKNOWN_HANDOFF, false, LIMIT);
        Optional<Message> indication = find(
                SignallingLog.REVOCATION,
                Access.LTE,
                true,
                message -> message.field("mip6.bri_br.type").equals(INDICATION)
                        && message.field("mip6.bri_r.trigger").equals("4"));
        Optional<Message> answer = indication.flatMap(asked -> find(
                SignallingLog.REVOCATION,
                Access.LTE,
                false,
                message -> message.field("mip6.bri_br.type").equals(ACKNOWLEDGEMENT)
                        && message.field("mip6.bri_seqnr").equals(asked.field("mip6.bri_seqnr"))
                        && message.field("mip6.bri_status").equals(ATTACHED)));
        Await.until(
                "WLAN announces a prefix",
                LIMIT,
                () -> !announced(stage, Access.WLAN).isEmpty());
        List<Binding> bindings = log.active();
        boolean apart = own(Access.LTE).equals(before)
                && own(Access.WLAN).size() == 1
                && !own(Access.WLAN).equals(before);
        boolean carried = before.stream().allMatch(prefix -> isNamed(exchange.acknowledgement(), prefix, true));
        log.settle();
        return new Finding(
                indication.isPresent() && answer.isPresent() && apart && bindings.size() == 2 && carried,
                "%s; %s; frame %d grants %s, of them %s off-link; %s"
                        .formatted(
                                indication
                                        .map(message -> "frame " + message.number() + " asks LTE's gateway (trigger 4)")
                                        .orElse("nobody was asked"),
                                answer.map(message -> "frame " + message.number() + " says 132")
                                        .orElse("no answer 132"),
                                exchange.acknowledgement().number(),
                                SignallingLog.prefixes(exchange.acknowledgement()),
                                carried ? before : "none",
                                AttachAct.describe(bindings)));
    }

    /** tshark does not show the L flag: the option's octets do. */
    private static boolean isNamed(Message message, HomeNetworkPrefix prefix, boolean offLink) {
        String option = "1612" + (offLink ? "80" : "00") + "%02x".formatted(prefix.length())
                + HexFormat.of().formatHex(prefix.address().octets());
        return HexFormat.of().formatHex(message.header()).contains(option);
    }

    private Optional<Message> initiate(Access target, HomeNetworkPrefix prefix, boolean offLink) {
        return find(
                SignallingLog.NOTIFICATION,
                target,
                true,
                message -> message.unsigned16(8) == FLOW_MOBILITY
                        && (message.unsigned8(10) & ACKNOWLEDGE) != 0
                        && message.field("mip6.mnid.identifier").equals(Stage.MOBILE_NODE)
                        && isNamed(message, prefix, offLink));
    }

    private Optional<Message> accepted(Access target, Message initiate) {
        return find(
                SignallingLog.NOTIFICATION_ACKNOWLEDGEMENT,
                target,
                false,
                message -> message.field("mip6.bu.seqnr").equals(initiate.field("mip6.bu.seqnr"))
                        && message.unsigned8(8) == 0
                        && message.field("mip6.mnid.identifier").equals(Stage.MOBILE_NODE));
    }

    /** A flow on WLAN's own prefix goes to LTE: its gateway is asked to carry the prefix, and then the flow is there. */
    Finding movedFlow() {
        HomeNetworkPrefix prefix = own(Access.WLAN).iterator().next();
        traffic.startBulk();
        stage.awaitSteadyOn(OffloadTraffic.BULK, Access.WLAN, STEADY_PACKETS, LIMIT);
        String flow = flowId();
        log.settle();
        double millis = stage.observeMove(
                OffloadTraffic.BULK,
                Access.LTE,
                "MANUAL",
                LIMIT,
                () -> stage.product().move(flow, Access.LTE.accessTechnologyType()));
        stage.awaitSteadyOn(OffloadTraffic.BULK, Access.LTE, STEADY_PACKETS, LIMIT);
        Optional<Message> initiate = initiate(Access.LTE, prefix, true);
        Optional<Message> acknowledgement = initiate.flatMap(asked -> accepted(Access.LTE, asked));
        log.settle();
        return new Finding(
                initiate.isPresent() && acknowledgement.isPresent(),
                "%s; %s; the flow is on LTE %s after the request"
                        .formatted(
                                initiate.map(message -> "frame " + message.number() + " names " + prefix + " with L")
                                        .orElse("no Flow Mobility Initiate"),
                                acknowledgement
                                        .map(message -> "frame " + message.number() + " accepts it")
                                        .orElse("no acceptance"),
                                Stage.millis(millis)));
    }

    private String flowId() {
        return Await.value(
                        "the bulk stream is listed at /api/v1/flows",
                        LIMIT,
                        () -> stage.product()
                                .flow(OffloadTraffic.BULK.correspondentPort(), OffloadTraffic.BULK.mobileNodePort()))
                .id();
    }

    /** The flow goes back, and after the hold time LTE's gateway is told that it carries its own prefix only. */
    Finding withdrawn() {
        HomeNetworkPrefix lte = own(Access.LTE).iterator().next();
        stage.product().move(flowId(), Access.WLAN.accessTechnologyType());
        stage.awaitSteadyOn(OffloadTraffic.BULK, Access.WLAN, STEADY_PACKETS, LIMIT);
        boolean shrunk = Await.holds(
                LIMIT,
                () -> initiate(Access.LTE, lte, false)
                        .flatMap(asked -> accepted(Access.LTE, asked))
                        .isPresent());
        Optional<Message> initiate = initiate(Access.LTE, lte, false);
        traffic.stop(OffloadTraffic.BULK);
        log.settle();
        return new Finding(
                shrunk,
                initiate.map(message -> "frame " + message.number() + " names " + lte + " without L")
                                .orElse("no Flow Mobility Initiate with " + lte + " alone")
                        + (shrunk ? ", accepted" : ", not accepted"));
    }

    /** WLAN's gateway is killed: heartbeats go unanswered, and its binding carries nothing any more. */
    Finding silentGateway() {
        log.settle();
        agents.at(Access.WLAN.gateway()).kill();
        long killed = System.nanoTime();
        boolean invalid = Await.holds(SILENCE_LIMIT, () -> own(Access.WLAN).isEmpty());
        double seconds = (System.nanoTime() - killed) / 1e9;
        List<Message> fresh = log.fresh();
        List<Message> unanswered = heartbeats(fresh, Access.WLAN).stream()
                .filter(request -> !isAnswered(fresh, request))
                .toList();
        List<Message> answered = heartbeats(fresh, Access.LTE).stream()
                .filter(request -> isAnswered(fresh, request))
                .toList();
        log.settle();
        return new Finding(
                invalid
                        && unanswered.size() >= 2
                        && !answered.isEmpty()
                        && !own(Access.LTE).isEmpty(),
                "%d heartbeats to WLAN's gateway unanswered, %d to LTE's answered with its restart counter; binding over WLAN %s; %s"
                        .formatted(
                                unanswered.size(),
                                answered.size(),
                                invalid ? "invalid after %.0f s".formatted(seconds) : "still active",
                                AttachAct.describe(log.active())));
    }

    private static List<Message> heartbeats(List<Message> messages, Access access) {
        return messages.stream()
                .filter(message -> message.type().equals(SignallingLog.HEARTBEAT)
                        && message.field("mip6.hb.r_flag").equals("0")
                        && message.destination()
                                .equals(access.proxyCareOfAddress().toString()))
                .toList();
    }

    private static boolean isAnswered(List<Message> messages, Message request) {
        return messages.stream()
                .anyMatch(answer -> answer.type().equals(SignallingLog.HEARTBEAT)
                        && answer.field("mip6.hb.r_flag").equals("1")
                        && answer.source().equals(request.destination())
                        && answer.field("mip6.hb.seqnr").equals(request.field("mip6.hb.seqnr"))
                        && !answer.field("mip6.rc").isEmpty());
    }
}
