package org.flowanchor.binding.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.ANCHOR;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MAG3;
import static org.flowanchor.binding.boot.GatewayStream.exchange;
import static org.flowanchor.binding.boot.GatewayStream.next;
import static org.flowanchor.binding.boot.GatewayStream.open;
import static org.flowanchor.binding.boot.GatewayStream.wlan;

import io.grpc.Status;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.flowanchor.api.v1.AnchorSignal;
import org.flowanchor.api.v1.BindingRevocationAcknowledgement;
import org.flowanchor.api.v1.BindingRevocationIndication;
import org.flowanchor.api.v1.GatewaySignal;
import org.flowanchor.api.v1.GetMobileNodeRequest;
import org.flowanchor.api.v1.ReleaseBindingsRequest;
import org.flowanchor.binding.Await;
import org.flowanchor.mobility.TraceContext;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Releases of bindings and gateways that operators ask for over HTTP, on the whole service. */
class OperatorReleasesIT extends OperatedService {
    private static final String TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

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

    @Test
    void aReleaseIsTheTraceOfWhatItChangesAndWithoutOneATraceBegins() {
        attach("traced-release");
        HttpRequest request = service.request("/api/v1/bindings/traced-release:release")
                .header("traceparent", TRACEPARENT)
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        assertThat(service.exchange(request, HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(202);
        assertThat(traceparents("traced-release")).contains(TRACEPARENT);

        attach("untraced-release");
        HttpRequest faulty = service.request("/api/v1/bindings/untraced-release:release")
                .header("traceparent", "anything")
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        assertThat(service.exchange(faulty, HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(202);
        assertThat(traceparents("untraced-release").getFirst())
                .matches(TraceContext::isValid)
                .isNotEqualTo(TRACEPARENT);
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
}
