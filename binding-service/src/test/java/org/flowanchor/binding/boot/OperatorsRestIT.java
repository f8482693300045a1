package org.flowanchor.binding.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.ANCHOR;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MAG2;
import static org.flowanchor.binding.Scene.WLAN;
import static org.flowanchor.binding.boot.GatewayStream.exchange;
import static org.flowanchor.binding.boot.GatewayStream.lte;
import static org.flowanchor.binding.boot.GatewayStream.open;
import static org.flowanchor.binding.boot.GatewayStream.wlan;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.BindingView;
import org.flowanchor.api.v1.GatewaySignal;
import org.flowanchor.api.v1.GetMobileNodeRequest;
import org.flowanchor.api.v1.ListGatewaysRequest;
import org.flowanchor.api.v1.ListGatewaysResponse;
import org.flowanchor.api.v1.PrefixKind;
import org.flowanchor.api.v1.ProxyBindingAcknowledgement;
import org.flowanchor.binding.Await;
import org.flowanchor.binding.TestDatabase;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.TraceContext;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What operators ask over HTTP, on the whole service. */
class OperatorsRestIT extends OperatedService {
    private static final String TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

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
        assertThat(gone.path("items").path(0).path("traceparent").asString(""))
                .as("begun by its expiry")
                .matches(TraceContext::isValid)
                .isNotEqualTo(TRACEPARENT);
        assertThat(json(service.get("/api/v1/bindings/never-seen/changes"))
                        .path("items")
                        .size())
                .isZero();
        assertThat(service.get("/api/v1/bindings/changing/changes?limit=0").body())
                .contains("\"path\":\"limit\"", "1..100");
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
        Instant began = Instant.now();
        attach("pool-1", "pool-2");
        JsonNode pool = pool("2001:db8:100::/40");
        assertThat(pool.path("assigned").asLong()).isGreaterThanOrEqualTo(before + 2);
        assertThat(pool.path("capacity").asLong()).isEqualTo(1 << 24);
        assertThat(pool.path("free").asLong())
                .isEqualTo((1 << 24)
                        - pool.path("assigned").asLong()
                        - pool.path("resting").asLong());
        assertThat(pool.path("kind").asString()).isEqualTo("PERMANENT");
        assertThat(Instant.parse(pool.path("countedAt").asString())).isAfter(began);
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
        for (String id : List.of("7", ANCHOR + "=-1", ANCHOR + "=99999999999999999999")) {
            HttpResponse<String> wrong = service.exchange(
                    service.request("/api/v1/events")
                            .header("Last-Event-ID", id)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(wrong.statusCode()).as(id).isEqualTo(400);
            assertThat(wrong.body()).contains("\"path\":\"Last-Event-ID\"");
        }
    }

    /** After a fail-over that lost commits; waiting for the numbers to come round would miss what they name now. */
    @Test
    void aSubscriberThatSawMoreThanThereIsIsToldSoAndGoesOn() throws Exception {
        HttpResponse<Stream<String>> stream = service.exchange(
                service.request("/api/v1/events")
                        .header("Last-Event-ID", ANCHOR + "=" + Long.MAX_VALUE)
                        .build(),
                HttpResponse.BodyHandlers.ofLines());
        Iterator<String> lines = stream.body().iterator();
        assertThat(value(lines, "event:")).isEqualTo("gap");
        assertThat(JSON.readTree(value(lines, "data:")).path("after").asLong()).isEqualTo(Long.MAX_VALUE);
        attach("after-the-gap");
        assertThat(JSON.readTree(value(lines, "data:"))
                        .path("mobileNodeIdentifier")
                        .asString())
                .isEqualTo("after-the-gap");
        stream.body().close();
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
                .contains("/api/v1/gateways/{proxyCareOfAddress}:askAgain")
                .contains("/api/v1/prefix-pools", "/api/v1/events", "\"name\":\"prefix\"")
                .contains("\"servers\":[{\"url\":\"/\"}]");
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
}
