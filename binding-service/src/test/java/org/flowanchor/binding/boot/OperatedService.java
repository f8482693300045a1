package org.flowanchor.binding.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MAG2;
import static org.flowanchor.binding.boot.GatewayStream.exchange;
import static org.flowanchor.binding.boot.GatewayStream.open;
import static org.flowanchor.binding.boot.GatewayStream.wlan;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.BindingOperatorServiceGrpc;
import org.flowanchor.api.v1.ProxyBindingAcknowledgement;
import org.flowanchor.api.v1.ProxyBindingUpdate;
import org.flowanchor.binding.TestDatabase;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A whole service with two pools, and what operators and gateways do to it. */
abstract class OperatedService {
    static final JsonMapper JSON = new JsonMapper();
    static TestDatabase database;
    static RunningService service;

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

    static BindingOperatorServiceGrpc.BindingOperatorServiceBlockingStub operator() {
        return BindingOperatorServiceGrpc.newBlockingStub(service.channel());
    }

    static Status.Code code(Callable<?> call) {
        return status(call).getCode();
    }

    static Status status(Callable<?> call) {
        return catchThrowableOfType(StatusRuntimeException.class, call::call).getStatus();
    }

    /** Attaches mobile nodes; returns the prefix of the first. */
    static String attach(String... mobileNodes) {
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

    static ProxyBindingUpdate.Builder at(ProxyCareOfAddress gateway, String mobileNode) {
        return wlan(mobileNode).setProxyCareOfAddress(ProtoMapping.toProto(gateway));
    }

    /** Of a mobile node's changes, newest first; empty where it has none. */
    static List<String> traceparents(String mobileNode) {
        List<String> traceparents = new ArrayList<>();
        json(service.get("/api/v1/bindings/" + mobileNode + "/changes"))
                .path("items")
                .forEach(change -> traceparents.add(change.path("traceparent").asString("")));
        return traceparents;
    }

    static JsonNode json(HttpResponse<String> response) {
        return JSON.readTree(response.body());
    }
}
