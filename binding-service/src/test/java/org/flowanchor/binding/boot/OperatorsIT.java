package org.flowanchor.binding.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.flowanchor.binding.Scene.ANCHOR;
import static org.flowanchor.binding.Scene.LTE;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MAG2;
import static org.flowanchor.binding.Scene.MAG3;
import static org.flowanchor.binding.Scene.WLAN;
import static org.flowanchor.binding.boot.GatewayStream.exchange;
import static org.flowanchor.binding.boot.GatewayStream.lte;
import static org.flowanchor.binding.boot.GatewayStream.next;
import static org.flowanchor.binding.boot.GatewayStream.open;
import static org.flowanchor.binding.boot.GatewayStream.wlan;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.AnchorSignal;
import org.flowanchor.api.v1.BindingOperatorServiceGrpc;
import org.flowanchor.api.v1.BindingRevocationAcknowledgement;
import org.flowanchor.api.v1.BindingRevocationIndication;
import org.flowanchor.api.v1.BindingState;
import org.flowanchor.api.v1.BindingView;
import org.flowanchor.api.v1.GatewaySignal;
import org.flowanchor.api.v1.GetMobileNodeRequest;
import org.flowanchor.api.v1.GetMobileNodeResponse;
import org.flowanchor.api.v1.ListBindingsRequest;
import org.flowanchor.api.v1.ListBindingsResponse;
import org.flowanchor.api.v1.ListGatewaysRequest;
import org.flowanchor.api.v1.ListGatewaysResponse;
import org.flowanchor.api.v1.ListPrefixPoolsRequest;
import org.flowanchor.api.v1.PrefixKind;
import org.flowanchor.api.v1.PrefixPool;
import org.flowanchor.api.v1.ProxyBindingAcknowledgement;
import org.flowanchor.api.v1.ProxyBindingUpdate;
import org.flowanchor.api.v1.ReleaseBindingsRequest;
import org.flowanchor.binding.Await;
import org.flowanchor.binding.TestDatabase;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What operators ask and do over HTTP and gRPC, on the whole service. */
class OperatorsIT {
    private static final String TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    private static final JsonMapper JSON = new JsonMapper();
    private static TestDatabase database;
    private static RunningService service;

    @BeforeAll
    static void start() {
        database = TestDatabase.empty();
        service = new RunningService(
                database,
                "--flowanchor.mobile-nodes-default-group=guests",
                // A slow machine must have the time to look while a revocation waits for its answer.
                "--flowanchor.signalling.init-min-delay-bris=4s",
                "--flowanchor.signalling.max-brack-timeout=6s",
                "--flowanchor.anchors[0].pools[1].prefix=2001:db8:ff00::/48",
                "--flowanchor.anchors[0].pools[1].prefix-length=64",
                "--flowanchor.anchors[0].pools[1].gateway=" + MAG2);
    }

    @AfterAll
    static void stop() {
        service.close();
        database.close();
    }

    /** A filter that does nothing would make a whole list look like its answer. */
    @Test
    void parametersThatAnOperationDoesNotHaveAreRefused() {
        for (String path : List.of(
                "/api/v1/bindings/mn1@example.org?limit=5",
                "/api/v1/gateways/2001:db8:b::1?reachable=true",
                "/api/v1/prefix-pools?limit=5",
                "/api/v1/binding-streams?lmaAddress=2001:db8::1")) {
            HttpResponse<String> answer = service.get(path);
            assertThat(answer.statusCode()).as(path).isEqualTo(400);
            assertThat(answer.body()).contains("invalid-request").contains("no such parameter; there is none");
        }
    }

    /** Neither is an error of this service. */
    @Test
    void whatIsNotUtf8OrAFormWithoutEndIsRefusedWithItsReason() {
        for (String path : List.of("/api/v1/bindings?mobileNode=%FF", "/api/v1/gateways?limit=%C3%28")) {
            HttpResponse<String> answer = service.get(path);
            assertThat(answer.statusCode()).as(path).isEqualTo(400);
            assertThat(answer.body()).contains("invalid-request").contains("must be UTF-8, percent-encoded");
        }
        HttpResponse<String> path = service.get("/api/v1/bindings/%C3%28");
        assertThat(path.statusCode()).isEqualTo(400);
        assertThat(path.body()).contains("urn:flowanchor:problem:bad-request");
        HttpResponse<String> form = service.exchange(
                service.request("/api/v1/bindings/mn1@example.org:release")
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString("bindingIdentifier=" + "1".repeat(300_000)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(form.statusCode()).isEqualTo(413);
        assertThat(form.body()).contains("urn:flowanchor:problem:content-too-large");
    }

    @Test
    void aPrefixOrAnAddressInItFindsItsBindings() {
        String prefix = attach("by-prefix", "other-1", "other-2");
        String address = prefix.replace("::/64", "::1:2");
        for (String asked : List.of(prefix, address)) {
            JsonNode page = json(service.get("/api/v1/bindings?prefix=" + asked));
            assertThat(page.path("items").size()).as(asked).isEqualTo(1);
            assertThat(page.path("items").path(0).path("mobileNodeIdentifier").asString())
                    .isEqualTo("by-prefix");
        }
        assertThat(json(service.get("/api/v1/bindings?state=RELEASING&prefix=" + prefix))
                        .path("items")
                        .size())
                .isZero();
        assertThat(json(service.get("/api/v1/bindings?prefix=2001:db8:100::/40"))
                        .path("items")
                        .size())
                .isZero();
        HttpResponse<String> wrong = service.get("/api/v1/bindings?prefix=2001:db8::zz/64");
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(wrong.body()).contains("\"path\":\"prefix\"");
    }

    @Test
    void aMobileNodeIsShownWithItsLastChangesNewestFirst() {
        try (var mag1 = open(service.channel(), MAG1)) {
            mag1.send(GatewaySignal.newBuilder()
                    .setTraceparent(TRACEPARENT)
                    .setProxyBindingUpdate(wlan("changing"))
                    .build());
            assertThat(mag1.next().getProxyBindingAcknowledgement().getStatus()).isZero();
            assertThat(exchange(mag1, wlan("changing").setHandoffIndicator(5)).getStatus())
                    .isZero();
            assertThat(exchange(mag1, wlan("changing").setLifetime(0)).getStatus())
                    .isZero();
        }
        JsonNode shown = json(service.get("/api/v1/bindings/changing"));
        assertThat(shown.path("items").size()).isEqualTo(1);
        assertThat(states(shown.path("changes"))).containsExactly("RELEASING", "ACTIVE", "ACTIVE");
        assertThat(shown.path("changes").path(2).path("traceparent").asString()).isEqualTo(TRACEPARENT);
        assertThat(shown.path("changes").path(0).path("at").asString()).endsWith("Z");
        // MinDelayBeforeBCEDelete later it is gone, and its changes tell why.
        Await.until(
                "the entry is deleted",
                () -> service.get("/api/v1/bindings/changing").statusCode() == 404);
        JsonNode gone = json(service.get("/api/v1/bindings/changing/changes?limit=2"));
        assertThat(gone.path("items").size()).isEqualTo(2);
        assertThat(gone.path("items").path(0).path("kind").asString()).isEqualTo("REMOVED");
        assertThat(json(service.get("/api/v1/bindings/never-seen/changes"))
                        .path("items")
                        .size())
                .isZero();
        assertThat(service.get("/api/v1/bindings/changing/changes?limit=0").body())
                .contains("\"path\":\"limit\"", "1..100");
    }

    /** RFC 5846 section 8.1: the gateway is asked, and the binding goes with its answer. */
    @Test
    void aReleaseRevokesTheBindingAtItsGateway() {
        try (var mag1 = open(service.channel(), MAG1)) {
            assertThat(exchange(mag1, wlan("released")).getStatus()).isZero();
            HttpResponse<String> release = service.post("/api/v1/bindings/released:release");
            assertThat(release.statusCode()).isEqualTo(202);
            assertThat(json(release).path("released").asInt()).isEqualTo(1);
            JsonNode shown = json(service.get("/api/v1/bindings/released"));
            for (JsonNode binding :
                    List.of(shown.path("items").path(0), shown.path("changes").path(0))) {
                assertThat(binding.path("state").asString()).isEqualTo("ACTIVE");
                assertThat(binding.path("revocation").path("state").asString()).isEqualTo("IN_PROGRESS");
                assertThat(binding.path("revocation").path("trigger").asInt()).isEqualTo(1);
            }
            assertThat(operator()
                            .getMobileNode(GetMobileNodeRequest.newBuilder()
                                    .setMobileNodeIdentifier("released")
                                    .build())
                            .getBindings(0)
                            .getRevocation()
                            .getRevocationTrigger())
                    .isEqualTo(1);
            BindingRevocationIndication indication =
                    next(mag1, AnchorSignal::hasBindingRevocationIndication).getBindingRevocationIndication();
            assertThat(indication.getRevocationTrigger()).isEqualTo(1);
            assertThat(indication.getMobileNodeIdentifier()).isEqualTo("released");
            mag1.send(GatewaySignal.newBuilder()
                    .setBindingRevocationAcknowledgement(BindingRevocationAcknowledgement.newBuilder()
                            .setLmaAddress(indication.getLmaAddress())
                            .setSequenceNumber(indication.getSequenceNumber())
                            .setStatus(0)
                            .setMobileNodeIdentifier("released"))
                    .build());
            Await.until(
                    "the binding is gone",
                    () -> service.get("/api/v1/bindings/released").statusCode() == 404);
        }
    }

    /** T-26: what a gateway carries beside its own prefixes, and since when. */
    @Test
    void t26_aBindingShowsWhatItsGatewayCarriesAndWhereItsPrefixesCameFrom() {
        try (var mag1 = open(service.channel(), MAG1);
                var mag2 = open(service.channel(), MAG2)) {
            ProxyBindingAcknowledgement first =
                    exchange(mag1, wlan("shown-twice").setServiceSelection("internet"));
            assertThat(exchange(mag2, lte("shown-twice").setHandoffIndicator(1)).getStatus())
                    .isZero();
            JsonNode items = json(service.get("/api/v1/bindings/shown-twice")).path("items");
            assertThat(items.size()).isEqualTo(2);
            assertThat(items.path(0).path("serviceSelection").asString()).isEqualTo("internet");
            assertThat(items.path(0).path("prefixKind").asString()).isEqualTo("PERMANENT");
            assertThat(items.path(0).path("acceptedAt").asString()).endsWith("Z");
            assertThat(items.path(0).path("flowMobilePrefixes").size()).isZero();
            assertThat(items.path(0).path("revocation").isNull()).isTrue();
            JsonNode carried = items.path(1).path("flowMobilePrefixes").path(0);
            assertThat(carried.path("prefix").asString())
                    .isEqualTo(ProtoMapping.homeNetworkPrefix(first.getHomeNetworkPrefixes(0))
                            .toString());
            assertThat(carried.path("state").asString()).isEqualTo("PREPARED");
            assertThat(carried.path("asked").asBoolean()).isFalse();
            BindingView overGrpc = operator()
                    .getMobileNode(GetMobileNodeRequest.newBuilder()
                            .setMobileNodeIdentifier("shown-twice")
                            .build())
                    .getBindings(1);
            assertThat(overGrpc.getFlowMobilePrefixesCount()).isEqualTo(1);
            assertThat(overGrpc.getPrefixKind()).isEqualTo(PrefixKind.PREFIX_KIND_PERMANENT);
            assertThat(overGrpc.getAcceptedAtMs()).isPositive();
        }
    }

    @Test
    void aReleaseOfNothingIsAProblemThatNamesIt() {
        HttpResponse<String> unknown = service.post("/api/v1/bindings/nobody:release");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).contains("urn:flowanchor:problem:unknown-mobile-node", "nobody");
        attach("one-binding");
        HttpResponse<String> other = service.post("/api/v1/bindings/one-binding:release?bindingIdentifier=7");
        assertThat(other.statusCode()).isEqualTo(404);
        assertThat(other.body()).contains("one-binding has no binding 7");
        assertThat(service.post("/api/v1/bindings/one-binding:release?bindingIdentifier=none")
                        .body())
                .contains("\"path\":\"bindingIdentifier\"");
        assertThat(service.get("/api/v1/bindings/one-binding").statusCode()).isEqualTo(200);
    }

    /** RFC 5846 section 8.1, triggers 128 and 129: one message for all, and a request that is repeated is done once. */
    @Test
    void r03_aGatewayIsReleasedOverRestOnceHoweverOftenItIsAsked() {
        String path = "/api/v1/gateways/" + MAG3;
        try (var mag3 = open(service.channel(), MAG3)) {
            for (String node : List.of("first@one.example", "second@two.example")) {
                assertThat(exchange(mag3, at(MAG3, node)).getStatus()).isZero();
            }
            JsonNode known = json(service.get(path)).path("items").path(0);
            assertThat(known.path("lmaAddress").asString()).isEqualTo(ANCHOR.toString());
            assertThat(known.path("activeBindings").asInt()).isEqualTo(2);
            assertThat(known.path("reachable").asBoolean()).isTrue();
            assertThat(known.hasNonNull("loss")).isFalse();

            for (int time = 0; time < 2; time++) {
                HttpResponse<String> taken = post(path + ":release", "maintenance-1");
                assertThat(taken.statusCode()).isEqualTo(202);
                assertThat(json(taken).path("items").path(0).path("taken").asBoolean())
                        .isTrue();
            }
            assertThat(json(service.get(path))
                            .path("items")
                            .path(0)
                            .path("loss")
                            .path("how")
                            .asString())
                    .isEqualTo("REMOVE");
            HttpResponse<String> busy = service.post(path + ":release?realm=one.example");
            assertThat(busy.statusCode()).isEqualTo(409);
            assertThat(busy.body()).contains("urn:flowanchor:problem:earlier-loss-pending", MAG3.toString());
            HttpResponse<String> reused = post(path + ":release?realm=one.example", "maintenance-1");
            assertThat(reused.statusCode()).isEqualTo(422);
            assertThat(reused.body()).contains("urn:flowanchor:problem:idempotency-key-reused", "maintenance-1");

            BindingRevocationIndication asked = acknowledge(mag3, 128);
            assertThat(asked.getGlobal()).isTrue();
            assertThat(asked.getMobileNodeIdentifier()).isEmpty();
            Await.until("everything is gone", () -> {
                JsonNode gateway = json(service.get(path)).path("items").path(0);
                return gateway.path("activeBindings").asInt() == 0 && !gateway.hasNonNull("loss");
            });

            // The operator's tool did not see the answer and asks again: what was registered since stays.
            for (String node : List.of("first@one.example", "second@two.example")) {
                assertThat(exchange(mag3, at(MAG3, node)).getStatus()).isZero();
            }
            assertThat(post(path + ":release", "maintenance-1").statusCode()).isEqualTo(202);
            JsonNode after = json(service.get(path)).path("items").path(0);
            assertThat(after.path("activeBindings").asInt()).isEqualTo(2);
            assertThat(after.hasNonNull("loss")).isFalse();

            assertThat(post(path + ":release?lmaAddress=" + ANCHOR + "&realm=ONE.example", "maintenance-2")
                            .statusCode())
                    .isEqualTo(202);
            BindingRevocationIndication realm = acknowledge(mag3, 129);
            assertThat(realm.getMobileNodeIdentifier()).isEqualTo("@one.example");
            Await.until(
                    "the realm is gone",
                    () -> service.get("/api/v1/bindings/first@one.example").statusCode() == 404);
            assertThat(service.get("/api/v1/bindings/second@two.example").statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void aReleaseOfNoGatewayIsAProblemThatNamesIt() {
        for (int time = 0; time < 2; time++) {
            HttpResponse<String> unknown = service.post("/api/v1/gateways/2001:db8:3::99:release");
            assertThat(unknown.statusCode()).isEqualTo(404);
            assertThat(unknown.body()).contains("urn:flowanchor:problem:unknown-gateway", "2001:db8:3::99");
        }
        assertThat(service.get("/api/v1/gateways/2001:db8:3::99").statusCode()).isEqualTo(404);
        HttpResponse<String> elsewhere =
                service.post("/api/v1/gateways/" + MAG1 + ":release?lmaAddress=2001:db8:ffff::1");
        assertThat(elsewhere.statusCode()).isEqualTo(409);
        assertThat(elsewhere.body()).contains("urn:flowanchor:problem:anchor-not-served");
        assertThat(service.post("/api/v1/gateways/mag1:release").body()).contains("\"path\":\"proxyCareOfAddress\"");
        assertThat(service.post("/api/v1/gateways/" + MAG1 + ":release?realm=a@b&all=yes")
                        .body())
                .contains("\"path\":\"realm\"", "\"path\":\"all\"");
        HttpResponse<String> key = post("/api/v1/gateways/" + MAG1 + ":release", "two words");
        assertThat(key.statusCode()).isEqualTo(400);
        assertThat(key.body()).contains("\"path\":\"Idempotency-Key\"");
    }

    @Test
    void gatewaysAreListedPageByPageOverRestAndGrpc() {
        try (var mag1 = open(service.channel(), MAG1);
                var mag2 = open(service.channel(), MAG2)) {
            assertThat(exchange(mag1, wlan("listed-1")).getStatus()).isZero();
            assertThat(exchange(mag2, at(MAG2, "listed-2")).getStatus()).isZero();
        }
        // A hello is written down after an update may have been answered.
        for (ProxyCareOfAddress gateway : List.of(MAG1, MAG2)) {
            Await.until(
                    gateway + " is known",
                    () -> service.get("/api/v1/gateways/" + gateway).statusCode() == 200);
        }
        List<String> overRest = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = json(service.get("/api/v1/gateways?limit=1&reachable=true" + cursor));
            page.path("items")
                    .forEach(gateway ->
                            overRest.add(gateway.path("proxyCareOfAddress").asString()));
            cursor = page.path("next").isNull()
                    ? ""
                    : "&cursor=" + page.path("next").asString();
        } while (!cursor.isEmpty());
        assertThat(overRest)
                .contains(MAG1.toString(), MAG2.toString())
                .doesNotHaveDuplicates()
                .isSorted();
        assertThat(json(service.get("/api/v1/gateways?reachable=false"))
                        .path("items")
                        .size())
                .isZero();
        assertThat(service.get("/api/v1/gateways?reachable=perhaps&cursor=x").body())
                .contains("\"path\":\"reachable\"", "\"path\":\"cursor\"");

        List<String> overGrpc = new ArrayList<>();
        ListGatewaysRequest request = ListGatewaysRequest.newBuilder()
                .setLimit(1)
                .setLmaAddress(ProtoMapping.toProto(ANCHOR))
                .build();
        ListGatewaysResponse page;
        do {
            page = operator().listGateways(request);
            page.getGatewaysList().forEach(gateway -> {
                assertThat(gateway.getReachable()).isTrue();
                overGrpc.add(ProtoMapping.proxyCareOfAddress(gateway.getProxyCareOfAddress())
                        .toString());
            });
            request = request.toBuilder().setCursor(page.getNext()).build();
        } while (!page.getNext().isEmpty());
        assertThat(overGrpc).containsAll(overRest);
    }

    /** The binding that came since is another one, which nobody asked to release. */
    @Test
    void aReleaseUnderAKeyIsDoneOnce() {
        attach("keyed");
        String path = "/api/v1/bindings/keyed:release";
        assertThat(json(post(path, "release-1")).path("released").asInt()).isEqualTo(1);
        // Nobody answers: the revocation is given up, and with it the binding.
        Await.until(
                "the binding is gone",
                () -> service.get("/api/v1/bindings/keyed").statusCode() == 404);
        HttpResponse<String> again = post(path, "release-1");
        assertThat(again.statusCode()).as("not 404: it was done").isEqualTo(202);
        assertThat(json(again).path("released").asInt()).isEqualTo(1);
        attach("keyed");
        long version = version("keyed");
        assertThat(post(path, "release-1").statusCode()).isEqualTo(202);
        assertThat(version("keyed")).as("no revocation was begun").isEqualTo(version);
        assertThat(post(path + "?bindingIdentifier=1", "release-1").statusCode())
                .isEqualTo(422);
        ReleaseBindingsRequest other = ReleaseBindingsRequest.newBuilder()
                .setMobileNodeIdentifier("somebody")
                .setIdempotencyKey("release-1")
                .build();
        assertThat(code(() -> operator().releaseBindings(other))).isEqualTo(Status.Code.ALREADY_EXISTS);
    }

    /** An access that one entry behind many has. */
    @Test
    void aPageByAccessTechnologyEndsAfterTenThousandEntries() throws Exception {
        attach("original");
        String copy = """
                INSERT INTO binding_cache_entry
                SELECT (jsonb_populate_record(e, jsonb_build_object(
                    'mobile_node', %s, 'access_technology_type', %d, 'expires_at', now() + interval '1 day',
                    'timer_at', now() + interval '1 day'))).*
                FROM binding_cache_entry e, generate_series(1, %d) i WHERE e.mobile_node = 'original'""";
        database.execute(copy.formatted("'!copy-' || i", WLAN.value(), 10_000));
        database.execute(copy.formatted("'!rare'", 5, 1));
        try {
            String path = "/api/v1/bindings?accessTechnologyType=IEEE_802_16E";
            JsonNode first = json(service.get(path));
            assertThat(first.path("items").size()).isZero();
            JsonNode second =
                    json(service.get(path + "&cursor=" + first.path("next").asString()));
            assertThat(second.path("items").path(0).path("mobileNodeIdentifier").asString())
                    .isEqualTo("!rare");
            assertThat(second.path("next").isNull()).isTrue();
        } finally {
            database.execute("DELETE FROM binding_cache_entry WHERE mobile_node LIKE '!%'");
        }
    }

    @Test
    void poolsTellHowFullTheyAre() {
        long before = pool("2001:db8:100::/40").path("assigned").asLong();
        attach("pool-1", "pool-2");
        JsonNode pool = pool("2001:db8:100::/40");
        assertThat(pool.path("assigned").asLong()).isGreaterThanOrEqualTo(before + 2);
        assertThat(pool.path("capacity").asLong()).isEqualTo(1 << 24);
        assertThat(pool.path("free").asLong())
                .isEqualTo((1 << 24)
                        - pool.path("assigned").asLong()
                        - pool.path("resting").asLong());
        assertThat(pool.path("kind").asString()).isEqualTo("PERMANENT");
        JsonNode temporal = pool("2001:db8:ff00::/48");
        assertThat(temporal.path("kind").asString()).isEqualTo("TEMPORAL");
        assertThat(temporal.path("proxyCareOfAddress").asString()).isEqualTo(MAG2.toString());
    }

    @Test
    void eventsFollowChangesAndGoOnAfterTheLastOneThatWasRead() throws Exception {
        HttpResponse<Stream<String>> stream = service.exchange(
                service.request("/api/v1/events?mobileNode=evented").build(), HttpResponse.BodyHandlers.ofLines());
        assertThat(stream.statusCode()).isEqualTo(200);
        assertThat(stream.headers().firstValue("content-type").orElse("")).startsWith("text/event-stream");
        Iterator<String> lines = stream.body().iterator();
        String begin = value(lines, "id:");
        attach("somebody-else", "evented");
        JsonNode change = JSON.readTree(value(lines, "data:"));
        assertThat(change.path("mobileNodeIdentifier").asString()).isEqualTo("evented");
        assertThat(change.path("state").asString()).isEqualTo("ACTIVE");
        stream.body().close();

        HttpResponse<Stream<String>> again = service.exchange(
                service.request("/api/v1/events").header("Last-Event-ID", begin).build(),
                HttpResponse.BodyHandlers.ofLines());
        Iterator<String> repeated = again.body().iterator();
        List<String> nodes = new ArrayList<>();
        while (!nodes.contains("evented")) {
            nodes.add(JSON.readTree(value(repeated, "data:"))
                    .path("mobileNodeIdentifier")
                    .asString());
        }
        again.body().close();
        assertThat(nodes).contains("somebody-else");

        database.execute("DELETE FROM outbox");
        HttpResponse<Stream<String>> late = service.exchange(
                service.request("/api/v1/events").header("Last-Event-ID", begin).build(),
                HttpResponse.BodyHandlers.ofLines());
        Iterator<String> remaining = late.body().iterator();
        assertThat(value(remaining, "event:")).isEqualTo("gap");
        late.body().close();
        HttpResponse<String> wrong = service.exchange(
                service.request("/api/v1/events").header("Last-Event-ID", "7").build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(wrong.body()).contains("\"path\":\"Last-Event-ID\"");
    }

    @Test
    void aServiceThatStopsDoesNotWaitForItsSubscribers() throws Exception {
        try (TestDatabase own = TestDatabase.empty()) {
            RunningService stopping = new RunningService(own, "--spring.lifecycle.timeout-per-shutdown-phase=10m");
            HttpResponse<Stream<String>> stream =
                    stopping.exchange(stopping.request("/api/v1/events").build(), HttpResponse.BodyHandlers.ofLines());
            Iterator<String> lines = stream.body().iterator();
            value(lines, "id:");
            CompletableFuture<Void> stopped =
                    CompletableFuture.runAsync(stopping::close, task -> new Thread(task).start());
            stopped.get(2, TimeUnit.MINUTES);
            assertThat(lines).toIterable().allMatch(line -> line.isEmpty() || line.startsWith(":"));
        }
    }

    @Test
    void theDescriptionKnowsEveryResource() {
        assertThat(service.get("/v3/api-docs").body())
                .contains("/api/v1/bindings/{mobileNode}:release", "/api/v1/bindings/{mobileNode}/changes")
                .contains("/api/v1/gateways/{proxyCareOfAddress}:release", "/api/v1/gateways/{proxyCareOfAddress}")
                .contains("/api/v1/prefix-pools", "/api/v1/events", "\"name\":\"prefix\"")
                .contains("\"servers\":[{\"url\":\"/\"}]");
    }

    @Test
    void bindingsAreListedOverGrpcPageByPageAndByEveryCondition() {
        String prefix = attach("grpc-1", "grpc-2", "grpc-3");
        ListBindingsRequest page = ListBindingsRequest.newBuilder().setLimit(2).build();
        List<String> nodes = new ArrayList<>();
        ListBindingsResponse answer;
        do {
            answer = operator().listBindings(page);
            assertThat(answer.getBindingsCount()).isBetween(1, 2);
            answer.getBindingsList()
                    .forEach(binding ->
                            nodes.add(binding.getMobileNodeIdentifier() + "/" + binding.getBindingIdentifier()));
            page = page.toBuilder().setCursor(answer.getNext()).build();
        } while (!answer.getNext().isEmpty());
        assertThat(nodes).contains("grpc-1/1", "grpc-2/1", "grpc-3/1").doesNotHaveDuplicates();

        HomeNetworkPrefix asked = HomeNetworkPrefix.parse(prefix);
        ListBindingsRequest everyCondition = ListBindingsRequest.newBuilder()
                .setMobileNodeIdentifier("grpc-1")
                .setProxyCareOfAddress(ProtoMapping.toProto(MAG1))
                .setAccessTechnologyType(WLAN.value())
                .setHomeNetworkPrefix(ProtoMapping.toProto(asked))
                .setState(BindingState.BINDING_STATE_ACTIVE)
                .build();
        BindingView found = operator().listBindings(everyCondition).getBindings(0);
        assertThat(found.getMobileNodeIdentifier()).isEqualTo("grpc-1");
        assertThat(found.getHomeNetworkPrefixesList()).containsExactly(ProtoMapping.toProto(asked));
        assertThat(found.getState()).isEqualTo(BindingState.BINDING_STATE_ACTIVE);
        assertThat(found.getPolicyGroup()).isEqualTo("guests");
        for (ListBindingsRequest other : List.of(
                everyCondition.toBuilder().setMobileNodeIdentifier("grpc-2").build(),
                everyCondition.toBuilder()
                        .setProxyCareOfAddress(ProtoMapping.toProto(MAG2))
                        .build(),
                everyCondition.toBuilder().setAccessTechnologyType(LTE.value()).build(),
                everyCondition.toBuilder()
                        .setHomeNetworkPrefix(ProtoMapping.toProto(HomeNetworkPrefix.parse("2001:db8:ff00::/64")))
                        .build(),
                everyCondition.toBuilder()
                        .setState(BindingState.BINDING_STATE_RELEASING)
                        .build())) {
            assertThat(operator().listBindings(other).getBindingsCount())
                    .as("%s", other)
                    .isZero();
        }
    }

    @Test
    void aMobileNodeIsShownAndReleasedOverGrpc() {
        attach("grpc-shown");
        GetMobileNodeResponse shown = operator()
                .getMobileNode(GetMobileNodeRequest.newBuilder()
                        .setMobileNodeIdentifier("grpc-shown")
                        .build());
        assertThat(shown.getBindingsCount()).isEqualTo(1);
        assertThat(shown.getChanges(0).getEntry().getMobileNodeIdentifier()).isEqualTo("grpc-shown");

        ReleaseBindingsRequest release = ReleaseBindingsRequest.newBuilder()
                .setMobileNodeIdentifier("grpc-shown")
                .build();
        assertThat(code(() -> operator()
                        .releaseBindings(
                                release.toBuilder().setBindingIdentifier(7).build())))
                .isEqualTo(Status.Code.NOT_FOUND);
        assertThat(operator().releaseBindings(release).getReleased()).isEqualTo(1);
        JsonNode binding = json(service.get("/api/v1/bindings/grpc-shown"));
        assertThat(binding.path("changes").size() + binding.path("status").asInt())
                .as("under revocation, or gone")
                .isGreaterThan(1);
        assertThat(operator()
                        .listPrefixPools(ListPrefixPoolsRequest.getDefaultInstance())
                        .getPoolsList())
                .extracting(PrefixPool::getKind)
                .containsExactlyInAnyOrder(PrefixKind.PREFIX_KIND_PERMANENT, PrefixKind.PREFIX_KIND_TEMPORAL);
    }

    @Test
    void aFaultyCallOverGrpcNamesItsField() {
        assertThat(description(() -> operator()
                        .listBindings(
                                ListBindingsRequest.newBuilder().setLimit(1001).build())))
                .isEqualTo("limit: 1001 is not in 0..1000");
        assertThat(description(() -> operator()
                        .listBindings(ListBindingsRequest.newBuilder()
                                .setCursor("not one")
                                .build())))
                .startsWith("cursor: ");
        assertThat(description(() -> operator()
                        .listBindings(ListBindingsRequest.newBuilder()
                                .setProxyCareOfAddress(ByteString.copyFrom(new byte[5]))
                                .build())))
                .startsWith("proxy_care_of_address: ");
        assertThat(description(() -> operator()
                        .listBindings(ListBindingsRequest.newBuilder()
                                .setStateValue(9)
                                .build())))
                .isEqualTo("state: not a state: 9");
        assertThat(code(() -> operator()
                        .getMobileNode(GetMobileNodeRequest.newBuilder()
                                .setMobileNodeIdentifier("nobody")
                                .build())))
                .isEqualTo(Status.Code.NOT_FOUND);
    }

    private static BindingOperatorServiceGrpc.BindingOperatorServiceBlockingStub operator() {
        return BindingOperatorServiceGrpc.newBlockingStub(service.channel());
    }

    private static Status.Code code(Callable<?> call) {
        return status(call).getCode();
    }

    private static String description(Callable<?> call) {
        Status status = status(call);
        assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        return String.valueOf(status.getDescription());
    }

    private static Status status(Callable<?> call) {
        return catchThrowableOfType(StatusRuntimeException.class, call::call).getStatus();
    }

    /** Attaches mobile nodes; returns the prefix of the first. */
    private static String attach(String... mobileNodes) {
        String first = "";
        try (var mag1 = open(service.channel(), MAG1)) {
            for (String mobileNode : mobileNodes) {
                ProxyBindingAcknowledgement acknowledgement = exchange(mag1, wlan(mobileNode));
                assertThat(acknowledgement.getStatus()).isZero();
                if (first.isEmpty()) {
                    first = ProtoMapping.homeNetworkPrefix(acknowledgement.getHomeNetworkPrefixes(0))
                            .toString();
                }
            }
        }
        return first;
    }

    private static ProxyBindingUpdate.Builder at(ProxyCareOfAddress gateway, String mobileNode) {
        return wlan(mobileNode).setProxyCareOfAddress(ProtoMapping.toProto(gateway));
    }

    /** Says yes to the next revocation with that trigger; one that is repeated meanwhile is passed over. */
    private static BindingRevocationIndication acknowledge(
            Conversation<GatewaySignal, AnchorSignal> gateway, int trigger) {
        BindingRevocationIndication indication = next(
                        gateway,
                        signal -> signal.hasBindingRevocationIndication()
                                && signal.getBindingRevocationIndication().getRevocationTrigger() == trigger)
                .getBindingRevocationIndication();
        gateway.send(GatewaySignal.newBuilder()
                .setBindingRevocationAcknowledgement(BindingRevocationAcknowledgement.newBuilder()
                        .setLmaAddress(indication.getLmaAddress())
                        .setSequenceNumber(indication.getSequenceNumber())
                        .setMobileNodeIdentifier(indication.getMobileNodeIdentifier())
                        .setGlobal(indication.getGlobal()))
                .build());
        return indication;
    }

    private static HttpResponse<String> post(String path, String idempotencyKey) {
        return service.exchange(
                service.request(path)
                        .header("Idempotency-Key", idempotencyKey)
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static long version(String mobileNode) {
        return json(service.get("/api/v1/bindings/" + mobileNode))
                .path("items")
                .path(0)
                .path("version")
                .asLong();
    }

    private static JsonNode pool(String prefix) {
        for (JsonNode pool : json(service.get("/api/v1/prefix-pools")).path("items")) {
            if (pool.path("prefix").asString().equals(prefix)) {
                return pool;
            }
        }
        throw new AssertionError("no pool " + prefix);
    }

    private static List<String> states(JsonNode changes) {
        List<String> states = new ArrayList<>();
        changes.forEach(change -> states.add(change.path("state").asString()));
        return states;
    }

    /** Of the next line that begins so. */
    private static String value(Iterator<String> lines, String field) {
        while (lines.hasNext()) {
            String line = lines.next();
            if (line.startsWith(field)) {
                return line.substring(field.length()).strip();
            }
        }
        throw new AssertionError("the stream ended before " + field);
    }

    private static JsonNode json(HttpResponse<String> response) {
        return JSON.readTree(response.body());
    }
}
