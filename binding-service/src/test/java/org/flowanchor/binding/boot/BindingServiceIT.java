package org.flowanchor.binding.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.flowanchor.binding.Scene.ANCHOR;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MAG2;
import static org.flowanchor.binding.Scene.STRANGER;
import static org.flowanchor.binding.Scene.WLAN_LINK;
import static org.flowanchor.binding.boot.GatewayStream.exchange;
import static org.flowanchor.binding.boot.GatewayStream.lte;
import static org.flowanchor.binding.boot.GatewayStream.open;
import static org.flowanchor.binding.boot.GatewayStream.wlan;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.AnchorSignal;
import org.flowanchor.api.v1.BindingCacheEntry;
import org.flowanchor.api.v1.BindingState;
import org.flowanchor.api.v1.BindingStreamRequest;
import org.flowanchor.api.v1.BindingStreamResponse;
import org.flowanchor.api.v1.BindingStreamServiceGrpc;
import org.flowanchor.api.v1.BindingSubscription;
import org.flowanchor.api.v1.GatewaySignal;
import org.flowanchor.api.v1.HomeNetworkPrefix;
import org.flowanchor.api.v1.MobileNodeMapping;
import org.flowanchor.api.v1.MobileNodeQuery;
import org.flowanchor.api.v1.ProxyBindingAcknowledgement;
import org.flowanchor.api.v1.ProxyBindingUpdate;
import org.flowanchor.api.v1.RegistrationServiceGrpc;
import org.flowanchor.api.v1.StreamAcknowledgement;
import org.flowanchor.binding.Await;
import org.flowanchor.binding.TestDatabase;
import org.flowanchor.binding.application.StartRefusedException;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The whole service as agents and operators see it. Kafka is down throughout: nothing here may notice. */
class BindingServiceIT {
    private static TestDatabase database;
    private static RunningService service;

    @BeforeAll
    static void start() {
        database = TestDatabase.empty();
        service = new RunningService(database, "--flowanchor.mobile-nodes-default-group=guests");
    }

    @AfterAll
    static void stop() {
        service.close();
        database.close();
    }

    private static Conversation<BindingStreamRequest, BindingStreamResponse> subscribe(RunningService to) {
        Conversation<BindingStreamRequest, BindingStreamResponse> stream =
                new Conversation<>(BindingStreamServiceGrpc.newStub(to.channel())::streamBindings);
        stream.send(subscription(ProtoMapping.toProto(ANCHOR)));
        return stream;
    }

    private static BindingStreamRequest subscription(ByteString anchor) {
        return BindingStreamRequest.newBuilder()
                .setSubscription(BindingSubscription.newBuilder().setLmaAddress(anchor))
                .build();
    }

    /** What is configured stands in for subscribers where there are none. */
    @Test
    void t09_gatewaysAskWhoseAnInterfaceIs() {
        try (Conversation<GatewaySignal, AnchorSignal> gateway = open(service.channel(), MAG1)) {
            gateway.send(GatewaySignal.newBuilder()
                    .setTraceparent("who")
                    .setMobileNodeQuery(MobileNodeQuery.newBuilder()
                            .addLinkLayerIdentifiers(ByteString.copyFrom(WLAN_LINK.octets()))
                            .addLinkLayerIdentifiers(ByteString.copyFrom(new byte[] {9, 9})))
                    .build());
            AnchorSignal answer = gateway.next();
            assertThat(answer.getTraceparent()).isEqualTo("who");
            assertThat(answer.getMobileNodeAnswer().getMappingsList())
                    .as("Kafka is away: who has no mapping may still be somebody's")
                    .containsExactly(MobileNodeMapping.newBuilder()
                            .setLinkLayerIdentifier(ByteString.copyFrom(WLAN_LINK.octets()))
                            .setMobileNodeIdentifier("mn1@example.org")
                            .setValidForMs(60_000)
                            .build());
        }
    }

    @Test
    void t09_aQueryThatIsNoneEndsTheStreamWithTheFieldsName() {
        Conversation<GatewaySignal, AnchorSignal> gateway = open(service.channel(), MAG1);
        gateway.send(GatewaySignal.newBuilder()
                .setMobileNodeQuery(MobileNodeQuery.getDefaultInstance())
                .build());
        Status end = gateway.end();
        assertThat(end.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(end.getDescription()).contains("mobile_node_query.link_layer_identifiers");
    }

    /** A laboratory admits everybody: it needs no Kafka. */
    @Test
    void whereEveryNodeIsAdmittedReadinessDoesNotWaitForSubscribers() {
        assertThat(service.get("/actuator/health/readiness").statusCode()).isEqualTo(200);
        assertThat(service.get("/actuator/health").body()).contains("\"subscribers\"", "\"complete\":false");
    }

    @Test
    void attachOverTwoGatewaysSharesOnePrefixAndOperatorsSeeBoth() {
        try (var mag1 = open(service.channel(), MAG1);
                var mag2 = open(service.channel(), MAG2)) {
            ProxyBindingAcknowledgement first = exchange(mag1, wlan("mn1@example.org"));
            assertThat(first.getStatus()).isZero();
            ProxyBindingAcknowledgement second = exchange(mag2, lte("mn1@example.org"));
            assertThat(second.getStatus()).isZero();
            assertThat(second.getHomeNetworkPrefixesList()).isEqualTo(first.getHomeNetworkPrefixesList());
        }
        HttpResponse<String> both = service.get("/api/v1/bindings/mn1@example.org");
        assertThat(both.statusCode()).isEqualTo(200);
        assertThat(both.body())
                .contains("\"next\":null", "\"bindingIdentifier\":1", "\"bindingIdentifier\":2")
                .contains("\"accessTechnologyType\":\"IEEE_802_11\"", "\"accessTechnologyType\":\"E_UTRAN\"")
                .contains("\"linkLayerIdentifier\":\"02:00:00:00:00:0b\"", "\"policyGroup\":\"gold\"")
                .contains("\"state\":\"ACTIVE\"", "\"bindingPriority\":10", "\"lmaAddress\":\"2001:db8::1\"")
                .containsPattern("\"homeNetworkPrefixes\":\\[\"2001:db8:1[0-9a-f:]+::/64\"]")
                .containsPattern("\"expiresAt\":\"20\\d\\d-[^\"]+Z\"");
        assertThat(service.get("/api/v1/bindings?mobileNode=mn1@example.org&proxyCareOfAddress=" + MAG2
                                + "&accessTechnologyType=E_UTRAN&state=ACTIVE")
                        .body())
                .contains("\"proxyCareOfAddress\":\"2001:db8:2::1\"")
                .doesNotContain("\"proxyCareOfAddress\":\"2001:db8:1::1\"");
    }

    @Test
    void listComesInPages() {
        try (var mag1 = open(service.channel(), MAG1)) {
            for (int i = 0; i < 5; i++) {
                assertThat(exchange(mag1, wlan("page-" + i)).getStatus()).isZero();
            }
        }
        String path = "/api/v1/bindings?limit=2&accessTechnologyType=IEEE_802_11";
        StringBuilder all = new StringBuilder();
        String next = "";
        int pages = 0;
        do {
            String body = service.get(path + next).body();
            all.append(body);
            pages++;
            int at = body.indexOf("\"next\":\"");
            next = at < 0 ? "" : "&cursor=" + body.substring(at + 8, body.indexOf('"', at + 8));
        } while (!next.isEmpty());
        assertThat(pages).isGreaterThanOrEqualTo(3);
        for (int i = 0; i < 5; i++) {
            assertThat(all.toString().split("\"mobileNodeIdentifier\":\"page-" + i + "\"", -1))
                    .hasSize(2);
        }
    }

    @Test
    void errorsAreProblemsThatNameThePath() {
        HttpResponse<String> unknown = service.get("/api/v1/bindings/nobody@example.org");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.headers().firstValue("content-type")).hasValue("application/problem+json");
        assertThat(unknown.body()).contains("urn:flowanchor:problem:unknown-mobile-node", "nobody@example.org");
        HttpResponse<String> invalid = service.get(
                "/api/v1/bindings?limit=x&state=GONE&accessTechnologyType=5G&proxyCareOfAddress=mag1&cursor=!&colour=red");
        assertThat(invalid.statusCode()).isEqualTo(400);
        assertThat(invalid.body())
                .contains("urn:flowanchor:problem:invalid-request")
                .contains("\"path\":\"limit\"", "\"path\":\"state\"", "\"path\":\"accessTechnologyType\"")
                .contains("\"path\":\"proxyCareOfAddress\"", "\"path\":\"cursor\"", "\"path\":\"colour\"");
        assertThat(service.get("/api/v1/nothing").statusCode()).isEqualTo(404);
        assertThat(service.get("/api/v1/nothing").body()).contains("urn:flowanchor:problem:not-found");
    }

    @Test
    void l05_updateForAnotherGatewayThanTheHellosIs154() {
        try (var mag1 = open(service.channel(), MAG1);
                var stranger = open(service.channel(), STRANGER)) {
            assertThat(exchange(mag1, lte("mn2@example.org")).getStatus()).isEqualTo(154);
            assertThat(exchange(stranger, wlan("mn2@example.org").setProxyCareOfAddress(ProtoMapping.toProto(STRANGER)))
                            .getStatus())
                    .isEqualTo(154);
            assertThat(exchange(mag1, wlan("")).getStatus()).isEqualTo(160);
            assertThat(exchange(mag1, wlan("mn2@example.org").setLmaAddress(ProtoMapping.toProto(MAG2)))
                            .getStatus())
                    .isEqualTo(153);
        }
    }

    @Test
    void malformedSignalsAreInvalidArgumentsThatNameTheField() {
        List<ProxyBindingUpdate.Builder> malformed = List.of(
                wlan("a").setLmaAddress(ByteString.copyFromUtf8("short")),
                wlan("a").setProxyCareOfAddress(ByteString.EMPTY),
                wlan("a/b"),
                wlan("a").setHandoffIndicator(256),
                wlan("a").setAccessTechnologyType(-1),
                wlan("a").setSequenceNumber(65536),
                wlan("a").setLifetime(-1),
                wlan("a").addHomeNetworkPrefixes(HomeNetworkPrefix.newBuilder().setPrefixLength(200)));
        List<String> fields = List.of(
                "lma_address",
                "proxy_care_of_address",
                "mobile_node_identifier",
                "handoff_indicator",
                "access_technology_type",
                "sequence_number",
                "lifetime",
                "home_network_prefixes[1]");
        for (int i = 0; i < fields.size(); i++) {
            try (var mag1 = open(service.channel(), MAG1)) {
                mag1.send(GatewaySignal.newBuilder()
                        .setProxyBindingUpdate(malformed.get(i))
                        .build());
                Status status = mag1.end();
                assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
                assertThat(status.getDescription()).startsWith("proxy_binding_update." + fields.get(i) + ": ");
            }
        }
        try (var nobody = new Conversation<GatewaySignal, AnchorSignal>(
                RegistrationServiceGrpc.newStub(service.channel())::signal)) {
            nobody.send(
                    GatewaySignal.newBuilder().setProxyBindingUpdate(wlan("a")).build());
            assertThat(nobody.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        }
        Await.until(
                "counted",
                () -> service.get("/actuator/prometheus")
                        .body()
                        .lines()
                        .anyMatch(line -> line.startsWith("grpc_server_processing_duration_seconds_count")
                                && line.contains("method=\"Signal\"")
                                && line.contains("statusCode=\"INVALID_ARGUMENT\"")
                                && Double.parseDouble(line.substring(line.lastIndexOf(' '))) > fields.size()));
    }

    @Test
    void streamOfAnUnknownAnchorIsNotFound() {
        try (var stream = new Conversation<BindingStreamRequest, BindingStreamResponse>(
                BindingStreamServiceGrpc.newStub(service.channel())::streamBindings)) {
            stream.send(subscription(ProtoMapping.toProto(MAG1)));
            assertThat(stream.end().getCode()).isEqualTo(Status.Code.NOT_FOUND);
        }
    }

    @Test
    void streamBringsEverythingThenChangesAndContinuesAfterReconnecting() {
        try (var mag1 = open(service.channel(), MAG1)) {
            ProxyBindingAcknowledgement attached = exchange(mag1, wlan("stream@example.org"));
            Changes seen;
            try (var stream = subscribe(service)) {
                seen = new Changes(stream);
                assertThat(seen.entry("stream@example.org")).isNotNull();
                stream.send(acknowledgement(seen.last, ""));
                exchange(
                        mag1,
                        wlan("stream@example.org")
                                .clearHomeNetworkPrefixes()
                                .addAllHomeNetworkPrefixes(attached.getHomeNetworkPrefixesList())
                                .setHandoffIndicator(4)
                                .setLifetime(0));
                seen.until(
                        "the binding is released",
                        () -> seen.entry("stream@example.org") instanceof BindingCacheEntry entry
                                && entry.getState() == BindingState.BINDING_STATE_RELEASING);
                seen.until("the binding is gone", () -> seen.entry("stream@example.org") == null);
                stream.send(acknowledgement(seen.last, "no such device"));
                Await.until(
                        "the rejection is shown",
                        () -> service.get("/api/v1/binding-streams").body().contains("no such device"));
            }
            exchange(mag1, wlan("stream2@example.org"));
            try (var stream = subscribe(service)) {
                Changes anew = new Changes(stream);
                assertThat(anew.last.getVersion()).isGreaterThan(seen.last.getVersion());
                assertThat(anew.entry("stream2@example.org")).isNotNull();
                assertThat(anew.entry("stream@example.org")).isNull();
            }
            try (var stream = new Conversation<BindingStreamRequest, BindingStreamResponse>(
                    BindingStreamServiceGrpc.newStub(service.channel())::streamBindings)) {
                BindingStreamRequest.Builder request = subscription(ProtoMapping.toProto(ANCHOR)).toBuilder();
                request.getSubscriptionBuilder()
                        .setVersion(seen.last.getVersion())
                        .setHistory(seen.last.getHistory());
                stream.send(request.build());
                BindingStreamResponse first = stream.next();
                assertThat(first.getFullState()).isFalse();
                assertThat(first.getEntriesList())
                        .extracting(BindingCacheEntry::getMobileNodeIdentifier)
                        .contains("stream2@example.org");
            }
        }
    }

    @Test
    void traceContextOfAnUpdateGoesWithItsChange() {
        String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        try (var mag1 = open(service.channel(), MAG1);
                var stream = subscribe(service)) {
            Changes seen = new Changes(stream);
            mag1.send(GatewaySignal.newBuilder()
                    .setTraceparent(trace)
                    .setProxyBindingUpdate(wlan("traced@example.org"))
                    .build());
            assertThat(mag1.next().getTraceparent()).isEqualTo(trace);
            seen.until("the binding is there", () -> seen.entry("traced@example.org") != null);
            assertThat(seen.last.getTraceparent()).isEqualTo(trace);
        }
    }

    private static BindingStreamRequest acknowledgement(BindingStreamResponse of, String error) {
        return BindingStreamRequest.newBuilder()
                .setAcknowledgement(StreamAcknowledgement.newBuilder()
                        .setVersion(of.getVersion())
                        .setNonce(of.getNonce())
                        .setError(error))
                .build();
    }

    /** A subscriber's state. */
    private static final class Changes {
        private final Conversation<BindingStreamRequest, BindingStreamResponse> stream;
        private final Map<String, BindingCacheEntry> entries = new HashMap<>();
        private BindingStreamResponse last;

        /** Reads the full state. */
        Changes(Conversation<BindingStreamRequest, BindingStreamResponse> stream) {
            this.stream = stream;
            do {
                last = stream.next();
                assertThat(last.getFullState()).isTrue();
                apply(last);
            } while (last.getMore());
        }

        @Nullable
        BindingCacheEntry entry(String node) {
            return entries.get(node + "/1");
        }

        void until(String what, BooleanSupplier condition) {
            while (!condition.getAsBoolean()) {
                BindingStreamResponse response = stream.next();
                assertThat(response.getFullState()).as(what).isFalse();
                assertThat(response.getVersion()).isGreaterThan(last.getVersion());
                assertThat(response.getNonce()).isEqualTo(last.getNonce() + 1);
                apply(response);
                last = response;
            }
        }

        private void apply(BindingStreamResponse response) {
            response.getEntriesList()
                    .forEach(entry ->
                            entries.put(entry.getMobileNodeIdentifier() + "/" + entry.getBindingIdentifier(), entry));
            response.getRemovedList()
                    .forEach(key -> entries.remove(key.getMobileNodeIdentifier() + "/" + key.getBindingIdentifier()));
        }
    }

    @Test
    void healthMetricsAndDescriptionAreThereWhileKafkaIsDown() {
        assertThat(service.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
        assertThat(service.get("/actuator/health/readiness").body()).contains("UP");
        Await.until(
                "the relay stands still",
                () -> service.get("/actuator/health").body().contains("\"relay\":\"TimeoutException"));
        assertThat(service.get("/actuator/health").statusCode()).isEqualTo(200);
        String metrics = service.get("/actuator/prometheus").body();
        assertThat(metrics)
                .contains("pmip_pbu_att_total", "pmip_pbu_succ_total{procedure=\"initial\"}")
                .contains("pmip_pbu_fail_total{status=\"161\"} 0.0", "flowanchor_binding_outbox_pending")
                .contains("flowanchor_binding_stream_responses_total{result=\"nack\"}");
        assertThat(service.get("/v3/api-docs").body()).contains("/api/v1/bindings/{mobileNode}");
    }

    @Test
    void overlappingPoolsAndUnsafeDatabasesAreRefusedInOneLine() {
        try (TestDatabase unsafe = TestDatabase.empty()) {
            assertThatThrownBy(() ->
                            new RunningService(unsafe, "--flowanchor.anchors[0].pools[1].prefix=2001:db8:1ff::/48"))
                    .hasRootCauseInstanceOf(StartRefusedException.class)
                    .rootCause()
                    .hasMessageContaining("2001:db8:100::/40")
                    .hasMessageContaining("2001:db8:1ff::/48");
            unsafe.set("synchronous_commit", "off");
            assertThatThrownBy(() -> new RunningService(unsafe))
                    .hasRootCauseInstanceOf(StartRefusedException.class)
                    .rootCause()
                    .hasMessageContaining("synchronous_commit is off");
        }
    }

    /** Flow rules apply to what has an address of a pool: never to what anchors and gateways say to each other. */
    @Test
    void f13_aPoolThatHoldsAnAddressThatSignalsIsRefusedByName() {
        try (TestDatabase database = TestDatabase.empty()) {
            Map<String, Object> within = Map.of("2001:db8::/64", ANCHOR, "2001:db8:2::/48", MAG2);
            within.forEach((pool, address) -> assertThatThrownBy(
                            () -> new RunningService(database, "--flowanchor.anchors[0].pools[1].prefix=" + pool))
                    .hasRootCauseInstanceOf(StartRefusedException.class)
                    .rootCause()
                    .hasMessageContaining("flowanchor.anchors[0].pools[1]")
                    .hasMessageContaining("pool " + pool + " holds the address " + address + " of a"));
            assertThatThrownBy(() -> new RunningService(
                            database,
                            "--flowanchor.gateways[2].signalling.addresses[0]=2001:db8:100::77",
                            "--flowanchor.gateways[2].signalling.profile=auto"))
                    .rootCause()
                    .hasMessageContaining("2001:db8:100::/40 holds the address 2001:db8:100::77 of a gateway");
        }
    }

    /** A laboratory lets every gateway in; the start saw the listed ones only. */
    @Test
    void f13_aGatewayThatIsNotListedAndHasAnAddressOfAPoolIsRefusedByName() {
        try (TestDatabase database = TestDatabase.empty();
                RunningService service = new RunningService(
                        database,
                        "--flowanchor.any-gateway-authorized=true",
                        "--flowanchor.mobile-nodes-default-group=guests",
                        "--flowanchor.anchors[0].pools[1].prefix=2001:db8:ff00::/48",
                        "--flowanchor.anchors[0].pools[1].prefix-length=64")) {
            ProxyCareOfAddress within = ProxyCareOfAddress.parse("2001:db8:ff00:7::1");
            try (var refused = open(service.channel(), within)) {
                Status end = refused.end();
                assertThat(end.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
                assertThat(end.getDescription())
                        .contains("proxy_care_of_address", within.toString(), "pool 2001:db8:ff00::/48");
            }
            assertThat(service.get("/actuator/prometheus").body())
                    .contains("flowanchor_binding_gateway_refused_total{reason=\"address_in_pool\"} 1.0");
            assertThat(database.query("SELECT * FROM gateway")).isEmpty();
            ProxyCareOfAddress outside = ProxyCareOfAddress.parse("2001:db8:ff01::1");
            try (var gateway = open(service.channel(), outside)) {
                ProxyBindingUpdate.Builder update = wlan("guest").setProxyCareOfAddress(ProtoMapping.toProto(outside));
                assertThat(exchange(gateway, update).getStatus()).isZero();
            }
        }
    }

    @Test
    void impossibleDurationsAndAGatewayListedTwiceAreRefusedByName() {
        try (TestDatabase unused = TestDatabase.empty()) {
            assertThatThrownBy(() -> new RunningService(unused, "--flowanchor.expiry-period=0s"))
                    .hasStackTraceContaining("expiryPeriod");
            assertThatThrownBy(() -> new RunningService(unused, "--flowanchor.prefix-rest=-60s"))
                    .hasStackTraceContaining("prefixRest");
            assertThatThrownBy(() -> new RunningService(
                            unused,
                            "--flowanchor.gateways[0].proxy-care-of-address=2001:db8:3::1",
                            "--flowanchor.gateways[1].proxy-care-of-address=2001:db8:3::1"))
                    .hasRootCauseInstanceOf(StartRefusedException.class)
                    .rootCause()
                    .hasMessageContaining("flowanchor.gateways[1]");
        }
    }

    @Test
    void twoServicesOnOneDatabaseActAsOneAndARestartKeepsAll() {
        try (TestDatabase shared = TestDatabase.empty()) {
            ProxyBindingAcknowledgement first;
            try (RunningService one = new RunningService(shared);
                    RunningService two = new RunningService(shared);
                    var mag1 = open(one.channel(), MAG1);
                    var mag2 = open(two.channel(), MAG2);
                    var stream = subscribe(one)) {
                Changes seen = new Changes(stream);
                first = exchange(mag1, wlan("mn1@example.org"));
                ProxyBindingAcknowledgement second = exchange(mag2, lte("mn1@example.org"));
                assertThat(second.getStatus()).isZero();
                assertThat(second.getHomeNetworkPrefixesList()).isEqualTo(first.getHomeNetworkPrefixesList());
                seen.until("what the other service committed is there", () -> seen.entries.size() == 2);
            }
            try (RunningService again = new RunningService(shared);
                    var mag1 = open(again.channel(), MAG1);
                    var stream = subscribe(again)) {
                assertThat(stream.next().getEntriesCount()).isEqualTo(2);
                ProxyBindingAcknowledgement refreshed = exchange(
                        mag1,
                        wlan("mn1@example.org")
                                .clearHomeNetworkPrefixes()
                                .addAllHomeNetworkPrefixes(first.getHomeNetworkPrefixesList())
                                .setHandoffIndicator(5));
                assertThat(refreshed.getStatus()).isZero();
                assertThat(refreshed.getHomeNetworkPrefixesList()).isEqualTo(first.getHomeNetworkPrefixesList());
            }
        }
    }
}
