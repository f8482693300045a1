package org.flowanchor.binding.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.flowanchor.binding.Scene.ANCHOR;
import static org.flowanchor.binding.Scene.LTE;
import static org.flowanchor.binding.Scene.LTE_LINK;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MAG2;
import static org.flowanchor.binding.Scene.MAG3;
import static org.flowanchor.binding.Scene.WLAN;
import static org.flowanchor.binding.Scene.WLAN_LINK;
import static org.flowanchor.binding.boot.GatewayStream.exchange;
import static org.flowanchor.binding.boot.GatewayStream.next;
import static org.flowanchor.binding.boot.GatewayStream.open;

import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.AnchorSignal;
import org.flowanchor.api.v1.BindingCacheEntry;
import org.flowanchor.api.v1.BindingError;
import org.flowanchor.api.v1.BindingOperatorServiceGrpc;
import org.flowanchor.api.v1.BindingRevocationAcknowledgement;
import org.flowanchor.api.v1.BindingRevocationIndication;
import org.flowanchor.api.v1.BindingState;
import org.flowanchor.api.v1.BindingStreamRequest;
import org.flowanchor.api.v1.BindingStreamResponse;
import org.flowanchor.api.v1.BindingStreamServiceGrpc;
import org.flowanchor.api.v1.BindingSubscription;
import org.flowanchor.api.v1.BindingView;
import org.flowanchor.api.v1.FlowMobilePrefix;
import org.flowanchor.api.v1.FlowMobilityServiceGrpc;
import org.flowanchor.api.v1.GatewaySignal;
import org.flowanchor.api.v1.Heartbeat;
import org.flowanchor.api.v1.HomeNetworkPrefix;
import org.flowanchor.api.v1.ListBindingsRequest;
import org.flowanchor.api.v1.PrepareMoveRequest;
import org.flowanchor.api.v1.PrepareMoveResponse;
import org.flowanchor.api.v1.ProxyBindingAcknowledgement;
import org.flowanchor.api.v1.ProxyBindingUpdate;
import org.flowanchor.api.v1.ReleaseGatewayRequest;
import org.flowanchor.api.v1.UpdateNotification;
import org.flowanchor.api.v1.UpdateNotificationAcknowledgement;
import org.flowanchor.binding.Await;
import org.flowanchor.binding.TestDatabase;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What the anchor starts with gateways, on two replicas and one database: gateways have their streams at the first, questions arrive at the
 * second.
 */
class SignallingIT {
    private static final HomeNetworkPrefix ANY =
            ProtoMapping.toProto(org.flowanchor.mobility.HomeNetworkPrefix.ALL_ZERO);
    private static final AtomicInteger NODE = new AtomicInteger();
    private static final String SENT = "pmip_heartbeat_att_total";
    private static final String ANSWERED = "pmip_heartbeat_succ_total";
    private static final String MISSED = "pmip_heartbeat_fail_total{reason=\"unanswered\"}";
    private static final String RESTARTED = "flowanchor_binding_peer_total{event=\"restarted\"}";

    /** Trace context of the flow-manager's questions. */
    private static final String PREPARING = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private static TestDatabase database;
    private static RunningService first;
    private static RunningService second;
    private final String node = "node-" + NODE.incrementAndGet() + "@example.org";

    @BeforeAll
    static void start() {
        database = TestDatabase.empty();
        String[] options = {
            "--flowanchor.mobile-nodes-default-group=guests",
            "--flowanchor.min-delay-before-bce-delete=60s",
            "--flowanchor.signalling.prefix-hold=2s"
        };
        first = new RunningService(database, options);
        second = new RunningService(database, options);
    }

    @AfterAll
    static void stop() {
        second.close();
        first.close();
        database.close();
    }

    private static Conversation<GatewaySignal, AnchorSignal> gateway(ProxyCareOfAddress address, int restartCounter) {
        return open(first.channel(), address, restartCounter);
    }

    private ProxyBindingUpdate.Builder update(
            ProxyCareOfAddress gateway, AccessTechnologyType type, LinkLayerIdentifier link, int handoff) {
        return GatewayStream.update(node, gateway, type, link, handoff);
    }

    private PrepareMoveResponse prepare(HomeNetworkPrefix prefix, ProxyCareOfAddress gateway) {
        return FlowMobilityServiceGrpc.newBlockingStub(second.channel())
                .prepareMove(PrepareMoveRequest.newBuilder()
                        .setTraceparent(PREPARING)
                        .setLmaAddress(ProtoMapping.toProto(ANCHOR))
                        .setMobileNodeIdentifier(node)
                        .setHomeNetworkPrefix(prefix)
                        .setProxyCareOfAddress(ProtoMapping.toProto(gateway))
                        .build());
    }

    private static void acknowledge(
            Conversation<GatewaySignal, AnchorSignal> gateway, UpdateNotification notification, int status) {
        UpdateNotificationAcknowledgement.Builder acknowledgement = UpdateNotificationAcknowledgement.newBuilder()
                .setLmaAddress(notification.getLmaAddress())
                .setSequenceNumber(notification.getSequenceNumber())
                .setStatus(status)
                .setMobileNodeIdentifier(notification.getMobileNodeIdentifier());
        if (status == 0) {
            acknowledgement.addAllHomeNetworkPrefixes(notification.getHomeNetworkPrefixesList());
        }
        gateway.send(GatewaySignal.newBuilder()
                .setUpdateNotificationAcknowledgement(acknowledgement)
                .build());
    }

    /** The node's entries as a new subscriber of a replica sees them. */
    private List<BindingCacheEntry> entries(RunningService of) {
        try (var stream = new Conversation<BindingStreamRequest, BindingStreamResponse>(
                BindingStreamServiceGrpc.newStub(of.channel())::streamBindings)) {
            stream.send(BindingStreamRequest.newBuilder()
                    .setSubscription(BindingSubscription.newBuilder().setLmaAddress(ProtoMapping.toProto(ANCHOR)))
                    .build());
            return stream.next().getEntriesList().stream()
                    .filter(entry -> entry.getMobileNodeIdentifier().equals(node))
                    .toList();
        }
    }

    private BindingCacheEntry entry(ProxyCareOfAddress gateway) {
        return entries(second).stream()
                .filter(entry -> entry.getProxyCareOfAddress().equals(ProtoMapping.toProto(gateway)))
                .findFirst()
                .orElseThrow();
    }

    private boolean isInState(ProxyCareOfAddress gateway, HomeNetworkPrefix prefix, FlowMobilePrefix.State state) {
        return entry(gateway).getFlowMobilePrefixesList().stream()
                .anyMatch(one -> one.getPrefix().equals(prefix) && one.getState() == state);
    }

    @Test
    void f07_t06_aPrefixIsPreparedThroughWhicheverReplicaReachesTheGateway() {
        try (var mag1 = gateway(MAG1, 1);
                var mag2 = gateway(MAG2, 1)) {
            HomeNetworkPrefix wlan =
                    exchange(mag1, update(MAG1, WLAN, WLAN_LINK, 1)).getHomeNetworkPrefixes(0);
            ProxyBindingAcknowledgement attached = exchange(mag2, update(MAG2, LTE, LTE_LINK, 1));
            assertThat(attached.getHomeNetworkPrefixesList())
                    .hasSize(2)
                    .contains(wlan.toBuilder().setOffLink(true).build());
            HomeNetworkPrefix lte = attached.getHomeNetworkPrefixes(0);
            assertThat(lte.getOffLink()).isFalse();

            assertThat(prepare(wlan, MAG2).getOutcome()).isEqualTo(PrepareMoveResponse.Outcome.OUTCOME_PREPARED);
            assertThat(prepare(lte, MAG1).getOutcome()).isEqualTo(PrepareMoveResponse.Outcome.OUTCOME_REQUESTED);
            UpdateNotification initiate =
                    next(mag1, AnchorSignal::hasUpdateNotification).getUpdateNotification();
            assertThat(initiate.getNotificationReason()).isEqualTo(8);
            assertThat(initiate.getAcknowledge()).isTrue();
            assertThat(initiate.getHomeNetworkPrefixesList())
                    .containsExactly(lte.toBuilder().setOffLink(true).build());
            assertThat(isInState(MAG1, lte, FlowMobilePrefix.State.STATE_PREPARING))
                    .isTrue();
            assertThat(first.get("/api/v1/bindings/" + node + "/changes?limit=1")
                            .body())
                    .contains("\"traceparent\":\"" + PREPARING + "\"");
            acknowledge(mag1, initiate, 0);
            Await.until("prepared", () -> isInState(MAG1, lte, FlowMobilePrefix.State.STATE_PREPARED));
            assertThat(entry(MAG1).getFlowMobilePrefixes(0).getAsked())
                    .as("also once it was written and read")
                    .isTrue();
            assertThat(entry(MAG2).getFlowMobilePrefixesList())
                    .as("what came with the attachment")
                    .noneMatch(FlowMobilePrefix::getAsked)
                    .hasSize(1);
            assertThat(prepare(lte, MAG1).getOutcome()).isEqualTo(PrepareMoveResponse.Outcome.OUTCOME_PREPARED);
            assertThat(database.number("SELECT count(*) FROM gateway_message WHERE mobile_node = '" + node + "'"))
                    .isZero();
        }
    }

    @Test
    void u04_anUnansweredInitiateComesTwiceAndThenFailsVisibly() {
        double unanswered = counted(failedInitiates("unanswered"));
        try (var mag1 = gateway(MAG1, 1);
                var mag2 = gateway(MAG2, 1)) {
            exchange(mag1, update(MAG1, WLAN, WLAN_LINK, 1));
            HomeNetworkPrefix lte =
                    exchange(mag2, update(MAG2, LTE, LTE_LINK, 1)).getHomeNetworkPrefixes(0);
            prepare(lte, MAG1);
            UpdateNotification one =
                    next(mag1, AnchorSignal::hasUpdateNotification).getUpdateNotification();
            UpdateNotification two =
                    next(mag1, AnchorSignal::hasUpdateNotification).getUpdateNotification();
            assertThat(one.getRetransmission()).isFalse();
            assertThat(two).isEqualTo(one.toBuilder().setRetransmission(true).build());
            Await.until("failed", () -> isInState(MAG1, lte, FlowMobilePrefix.State.STATE_FAILED));
            Await.until("counted by whoever gave it up", () -> counted(failedInitiates("unanswered")) > unanswered);
        }
    }

    @Test
    void u08_anAnswerNobodyWaitsForIsCountedAndChangesNothingAndSoIsARefusal() {
        try (var mag1 = gateway(MAG1, 1);
                var mag2 = gateway(MAG2, 1)) {
            exchange(mag1, update(MAG1, WLAN, WLAN_LINK, 1));
            HomeNetworkPrefix lte =
                    exchange(mag2, update(MAG2, LTE, LTE_LINK, 1)).getHomeNetworkPrefixes(0);
            prepare(lte, MAG1);
            UpdateNotification initiate =
                    next(mag1, AnchorSignal::hasUpdateNotification).getUpdateNotification();
            double unexpected = counted(failedInitiates("unexpected"));
            double refused = counted(failedInitiates("refused"));
            UpdateNotification another = initiate.toBuilder()
                    .setSequenceNumber(initiate.getSequenceNumber() + 9 & 0xffff)
                    .build();
            acknowledge(mag1, another, 0);
            Await.until("counted", () -> counted(failedInitiates("unexpected")) == unexpected + 1);
            assertThat(isInState(MAG1, lte, FlowMobilePrefix.State.STATE_PREPARING))
                    .isTrue();
            acknowledge(mag1, initiate, 132);
            Await.until("counted", () -> counted(failedInitiates("refused")) == refused + 1);
            Await.until("failed", () -> isInState(MAG1, lte, FlowMobilePrefix.State.STATE_FAILED));
            acknowledge(mag1, initiate, 0);
            Await.until("counted", () -> counted(failedInitiates("unexpected")) == unexpected + 2);
            assertThat(isInState(MAG1, lte, FlowMobilePrefix.State.STATE_FAILED))
                    .isTrue();
        }
    }

    /** At the replica that the gateways have their streams at. */
    @Test
    void b3_theWaitingUpdateIsAnsweredWhenThePreviousGatewayGaveTheNodeUp() {
        try (var mag1 = gateway(MAG1, 1);
                var mag2 = gateway(MAG2, 1)) {
            List<HomeNetworkPrefix> prefixes =
                    exchange(mag1, update(MAG1, WLAN, WLAN_LINK, 1)).getHomeNetworkPrefixesList();
            mag2.send(GatewaySignal.newBuilder()
                    .setProxyBindingUpdate(update(MAG2, LTE, LTE_LINK, 4))
                    .build());
            BindingRevocationIndication asked =
                    next(mag1, AnchorSignal::hasBindingRevocationIndication).getBindingRevocationIndication();
            assertThat(asked.getRevocationTrigger()).isEqualTo(4);
            assertThat(asked.getHomeNetworkPrefixesList()).isEqualTo(prefixes);
            mag1.send(GatewaySignal.newBuilder()
                    .setBindingRevocationAcknowledgement(BindingRevocationAcknowledgement.newBuilder()
                            .setLmaAddress(asked.getLmaAddress())
                            .setSequenceNumber(asked.getSequenceNumber()))
                    .build());
            ProxyBindingAcknowledgement moved =
                    next(mag2, AnchorSignal::hasProxyBindingAcknowledgement).getProxyBindingAcknowledgement();
            assertThat(moved.getStatus()).isZero();
            assertThat(moved.getHomeNetworkPrefixesList()).isEqualTo(prefixes);
            assertThat(entries(first)).hasSize(1);
        }
    }

    @Test
    void b3_anUnansweredRevocationEndsInASessionOfItsOwn() {
        try (var mag1 = gateway(MAG1, 1);
                var mag2 = gateway(MAG2, 1)) {
            exchange(mag1, update(MAG1, WLAN, WLAN_LINK, 1));
            ProxyBindingAcknowledgement own = exchange(mag2, update(MAG2, LTE, LTE_LINK, 4));
            assertThat(own.getStatus()).isZero();
            assertThat(entries(first)).hasSize(2);
            assertThat(next(mag1, AnchorSignal::hasBindingRevocationIndication)
                            .getBindingRevocationIndication()
                            .getSequenceNumber())
                    .isEqualTo(next(mag1, AnchorSignal::hasBindingRevocationIndication)
                            .getBindingRevocationIndication()
                            .getSequenceNumber());
        }
    }

    @Test
    void h02_aHeartbeatIsAnsweredWithItsSequenceNumberAndTheAnchorsRestartCounter() {
        try (var mag1 = gateway(MAG1, 1)) {
            mag1.send(GatewaySignal.newBuilder()
                    .setHeartbeat(Heartbeat.newBuilder()
                            .setLmaAddress(ProtoMapping.toProto(ANCHOR))
                            .setSequenceNumber(77))
                    .build());
            Heartbeat response = next(mag1, AnchorSignal::hasHeartbeat).getHeartbeat();
            assertThat(response.getResponse()).isTrue();
            assertThat(response.getSequenceNumber()).isEqualTo(77);
            assertThat(response.getRestartCounter())
                    .isEqualTo((int) database.number("SELECT restart_counter FROM anchor"));
        }
    }

    @Test
    void h03_h04_requestsAnswersMissesAndRestartsAreCounted() throws SQLException {
        double missed = counted(MISSED);
        double answered = counted(ANSWERED);
        double sent = counted(SENT);
        double restarts = counted(RESTARTED);
        try (var mag3 = gateway(MAG3, 1)) {
            exchange(mag3, update(MAG3, WLAN, WLAN_LINK, 1));
            nextHeartbeatIsDue();
            next(mag3, AnchorSignal::hasHeartbeat);
            nextHeartbeatIsDue();
            Heartbeat second = next(mag3, AnchorSignal::hasHeartbeat).getHeartbeat();
            Await.until("missed", () -> counted(MISSED) > missed);
            mag3.send(GatewaySignal.newBuilder()
                    .setHeartbeat(second.toBuilder().setResponse(true).setRestartCounter(2))
                    .build());
            Await.until("answered", () -> counted(ANSWERED) > answered);
            Await.until("restarted", () -> counted(RESTARTED) > restarts);
            assertThat(counted(SENT)).isGreaterThanOrEqualTo(sent + 2);
        } finally {
            // The other tests' gateway has not restarted.
            gateway(MAG3, 1).close();
        }
    }

    private static void nextHeartbeatIsDue() throws SQLException {
        Await.until(
                "the gateway is known",
                () -> database.number("SELECT count(*) FROM gateway WHERE heartbeat_at > now()"
                                + " AND proxy_care_of_address = '" + MAG3 + "'")
                        == 1);
        database.execute("UPDATE gateway SET heartbeat_at = now() - interval '1 s' WHERE proxy_care_of_address = '"
                + MAG3 + "'");
    }

    private static String failedInitiates(String reason) {
        return "pmip_upn_fail_total{reason=\"" + reason + "\"}";
    }

    /** By both replicas. */
    private static double counted(String series) {
        return Stream.of(first, second)
                .flatMap(service -> service.get("/actuator/prometheus").body().lines())
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    @Test
    void h04_aGatewayThatSaysAnotherRestartCounterHasLostItsBindings() {
        try (var mag1 = gateway(MAG1, 1)) {
            exchange(mag1, update(MAG1, WLAN, WLAN_LINK, 1));
        }
        try (var again = gateway(MAG1, 1)) {
            assertThat(exchange(again, update(MAG1, WLAN, WLAN_LINK, 1)).getStatus())
                    .isZero();
            assertThat(entry(MAG1).getState()).isEqualTo(BindingState.BINDING_STATE_ACTIVE);
        }
        try (var restarted = gateway(MAG1, 2)) {
            Await.until("released", () -> entry(MAG1).getState() == BindingState.BINDING_STATE_RELEASING);
            List<HomeNetworkPrefix> before = entry(MAG1).getHomeNetworkPrefixesList();
            assertThat(exchange(restarted, update(MAG1, WLAN, WLAN_LINK, 1)).getHomeNetworkPrefixesList())
                    .isEqualTo(before);
            assertThat(entry(MAG1).getState()).isEqualTo(BindingState.BINDING_STATE_ACTIVE);
        } finally {
            // The other tests' gateway has not restarted.
            gateway(MAG1, 1).close();
        }
    }

    @Test
    void r03_aGatewaysBindingsOfARealmGoWithItsAnswerAndNoOthers() {
        try (var gateway = gateway(MAG3, 1)) {
            List<String> nodes =
                    List.of("a@Realm.example", "b@realm.example", "c@sub.realm.example", "d@other.example");
            for (int i = 0; i < nodes.size(); i++) {
                exchange(
                        gateway,
                        update(
                                        MAG3,
                                        AccessTechnologyType.E_UTRAN,
                                        LinkLayerIdentifier.of(new byte[] {3, 1, (byte) i}),
                                        1)
                                .setMobileNodeIdentifier(nodes.get(i)));
            }
            BindingOperatorServiceGrpc.BindingOperatorServiceBlockingStub operator =
                    BindingOperatorServiceGrpc.newBlockingStub(second.channel());
            ReleaseGatewayRequest request = ReleaseGatewayRequest.newBuilder()
                    .setLmaAddress(ProtoMapping.toProto(ANCHOR))
                    .setProxyCareOfAddress(ProtoMapping.toProto(MAG3))
                    .setRealm("REALM.example")
                    .build();
            assertThat(operator.releaseGateway(request).getTaken()).isTrue();
            BindingRevocationIndication asked =
                    next(gateway, AnchorSignal::hasBindingRevocationIndication).getBindingRevocationIndication();
            assertThat(asked.getGlobal()).isTrue();
            assertThat(asked.getRevocationTrigger()).isEqualTo(129);
            assertThat(asked.getMobileNodeIdentifier()).isEqualTo("@realm.example");

            gateway.send(GatewaySignal.newBuilder()
                    .setBindingRevocationAcknowledgement(BindingRevocationAcknowledgement.newBuilder()
                            .setSequenceNumber(asked.getSequenceNumber())
                            .setLmaAddress(asked.getLmaAddress())
                            .setMobileNodeIdentifier(asked.getMobileNodeIdentifier())
                            .setGlobal(true))
                    .build());
            Await.until("revoked", () -> at(operator, MAG3).size() == 2);
            assertThat(at(operator, MAG3)).containsExactlyInAnyOrder("c@sub.realm.example", "d@other.example");
            // Carried out to the end: the next one is taken.
            ReleaseGatewayRequest another =
                    request.toBuilder().setRealm("other.example").build();
            Await.until("taken", () -> operator.releaseGateway(another).getTaken());
            BindingRevocationIndication unsupported =
                    next(gateway, AnchorSignal::hasBindingRevocationIndication).getBindingRevocationIndication();
            gateway.send(GatewaySignal.newBuilder()
                    .setBindingRevocationAcknowledgement(BindingRevocationAcknowledgement.newBuilder()
                            .setSequenceNumber(unsupported.getSequenceNumber())
                            .setLmaAddress(unsupported.getLmaAddress())
                            .setStatus(133)
                            .setMobileNodeIdentifier(unsupported.getMobileNodeIdentifier())
                            .setGlobal(true))
                    .build());
            Await.until(
                    "a trigger it does not know keeps nothing there",
                    () -> at(operator, MAG3).equals(List.of("c@sub.realm.example")));
            ReleaseGatewayRequest stranger = request.toBuilder()
                    .setProxyCareOfAddress(ProtoMapping.toProto(ProxyCareOfAddress.parse("2001:db8:3::99")))
                    .build();
            for (int time = 0; time < 2; time++) {
                assertThatThrownBy(() -> operator.releaseGateway(stranger))
                        .as("asking has not made it known")
                        .hasMessageContaining("NOT_FOUND")
                        .hasMessageContaining("2001:db8:3::99");
            }
        }
    }

    /** RFC 5846 section 8.2 over the stream: answered when it is durable, and a repetition is not done again. */
    @Test
    void r07_aGatewaysRevocationIsAnsweredAndItsRepetitionHurtsNobody() {
        try (var mag1 = gateway(MAG1, 1);
                var mag2 = gateway(MAG2, 1)) {
            exchange(mag1, update(MAG1, WLAN, WLAN_LINK, 1));
            exchange(mag2, update(MAG2, LTE, LTE_LINK, 6));
            BindingRevocationIndication.Builder revocation = BindingRevocationIndication.newBuilder()
                    .setLmaAddress(ProtoMapping.toProto(ANCHOR))
                    .setSequenceNumber(4711)
                    .setRevocationTrigger(6)
                    .setMobileNodeIdentifier(node);
            BindingRevocationAcknowledgement answer = revoke(mag1, revocation);
            assertThat(answer.getSequenceNumber()).isEqualTo(4711);
            assertThat(answer.getStatus()).isZero();
            assertThat(entries())
                    .extracting(BindingView::getProxyCareOfAddress)
                    .containsExactly(ProtoMapping.toProto(MAG2));

            exchange(mag1, update(MAG1, WLAN, WLAN_LINK, 6));
            assertThat(revoke(mag1, revocation)).isEqualTo(answer);
            assertThat(entries()).as("what was registered since stays").hasSize(2);
            assertThat(revoke(mag1, revocation.setSequenceNumber(4712)).getStatus())
                    .isZero();
            assertThat(entries()).hasSize(1);
            assertThat(revoke(mag1, revocation.setSequenceNumber(4713)).getStatus())
                    .as("there is none")
                    .isEqualTo(128);
            assertThat(revoke(
                                    mag1,
                                    revocation
                                            .setSequenceNumber(4714)
                                            .setRevocationTrigger(128)
                                            .setGlobal(true))
                            .getStatus())
                    .as("it may not")
                    .isEqualTo(130);
            assertThat(entries()).hasSize(1);
        }
    }

    private static BindingRevocationAcknowledgement revoke(
            Conversation<GatewaySignal, AnchorSignal> gateway, BindingRevocationIndication.Builder revocation) {
        gateway.send(GatewaySignal.newBuilder()
                .setBindingRevocationIndication(revocation)
                .build());
        return next(gateway, AnchorSignal::hasBindingRevocationAcknowledgement).getBindingRevocationAcknowledgement();
    }

    private List<BindingView> entries() {
        return BindingOperatorServiceGrpc.newBlockingStub(second.channel())
                .listBindings(ListBindingsRequest.newBuilder()
                        .setMobileNodeIdentifier(node)
                        .build())
                .getBindingsList();
    }

    private static List<String> at(
            BindingOperatorServiceGrpc.BindingOperatorServiceBlockingStub operator, ProxyCareOfAddress gateway) {
        return operator
                .listBindings(ListBindingsRequest.newBuilder()
                        .setProxyCareOfAddress(ProtoMapping.toProto(gateway))
                        .build())
                .getBindingsList()
                .stream()
                .map(BindingView::getMobileNodeIdentifier)
                .filter(node -> !node.startsWith("node-"))
                .toList();
    }

    @Test
    void u09_aBindingErrorEndsUpdateNotificationsToThatGatewayOnAllReplicas() {
        ProxyCareOfAddress old = ProxyCareOfAddress.parse("2001:db8:3::1");
        try (var mag3 = gateway(old, 1);
                var mag2 = gateway(MAG2, 1)) {
            exchange(mag3, update(old, WLAN, WLAN_LINK, 1));
            HomeNetworkPrefix lte =
                    exchange(mag2, update(MAG2, LTE, LTE_LINK, 1)).getHomeNetworkPrefixes(0);
            prepare(lte, old);
            next(mag3, AnchorSignal::hasUpdateNotification);
            mag3.send(GatewaySignal.newBuilder()
                    .setBindingError(BindingError.newBuilder()
                            .setLmaAddress(ProtoMapping.toProto(ANCHOR))
                            .setStatus(2))
                    .build());
            Await.until("failed", () -> isInState(old, lte, FlowMobilePrefix.State.STATE_FAILED));
            Await.until(
                    "the second replica knows",
                    () -> prepare(lte, old).getRefusal() == PrepareMoveResponse.Refusal.REFUSAL_GATEWAY_CANNOT);
            HttpResponse<String> asked = first.post("/api/v1/gateways/" + old + ":askAgain");
            assertThat(asked.statusCode()).isEqualTo(200);
            assertThat(asked.body()).contains("\"unknownMessages\":[]");
            Await.until(
                    "the second replica asks again",
                    () -> prepare(lte, old).getOutcome() == PrepareMoveResponse.Outcome.OUTCOME_REQUESTED);
            next(mag3, AnchorSignal::hasUpdateNotification);
        }
        assertThat(first.post("/api/v1/gateways/2001:db8:3::99:askAgain").statusCode())
                .isEqualTo(404);
        assertThat(first.post("/api/v1/gateways/" + old + ":askAgain?lmaAddress=here")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void refusalsOfPrepareMoveNameTheirReason() {
        PrepareMoveResponse nobody = prepare(ANY.toBuilder().setPrefixLength(64).build(), MAG1);
        assertThat(nobody.getOutcome()).isEqualTo(PrepareMoveResponse.Outcome.OUTCOME_REFUSED);
        assertThat(nobody.getRefusal()).isEqualTo(PrepareMoveResponse.Refusal.REFUSAL_NO_BINDING);
    }
}
