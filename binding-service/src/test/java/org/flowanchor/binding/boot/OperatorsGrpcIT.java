package org.flowanchor.binding.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.LTE;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MAG2;
import static org.flowanchor.binding.Scene.WLAN;

import com.google.protobuf.ByteString;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.AskGatewayAgainRequest;
import org.flowanchor.api.v1.BindingState;
import org.flowanchor.api.v1.BindingView;
import org.flowanchor.api.v1.GetMobileNodeRequest;
import org.flowanchor.api.v1.GetMobileNodeResponse;
import org.flowanchor.api.v1.ListBindingsRequest;
import org.flowanchor.api.v1.ListBindingsResponse;
import org.flowanchor.api.v1.ListPrefixPoolsRequest;
import org.flowanchor.api.v1.PrefixKind;
import org.flowanchor.api.v1.PrefixPool;
import org.flowanchor.api.v1.ReleaseBindingsRequest;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What operators ask and do over gRPC, on the whole service. */
class OperatorsGrpcIT extends OperatedService {
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
    void theMetadataOfAReleaseIsTheTraceOfWhatItChanges() {
        String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        attach("grpc-traced");
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER), trace);
        assertThat(operator()
                        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                        .releaseBindings(ReleaseBindingsRequest.newBuilder()
                                .setMobileNodeIdentifier("grpc-traced")
                                .build())
                        .getReleased())
                .isEqualTo(1);
        assertThat(traceparents("grpc-traced")).contains(trace);
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

    @Test
    void aGatewayIsAskedAgainOverGrpc() {
        attach("grpc-asked");
        AskGatewayAgainRequest.Builder request =
                AskGatewayAgainRequest.newBuilder().setProxyCareOfAddress(ProtoMapping.toProto(MAG1));
        assertThat(operator().askGatewayAgain(request.build()).getGatewaysList())
                .singleElement()
                .satisfies(gateway -> {
                    assertThat(gateway.getProxyCareOfAddress()).isEqualTo(ProtoMapping.toProto(MAG1));
                    assertThat(gateway.getUnknownMessagesList()).isEmpty();
                });
        assertThat(code(() -> operator()
                        .askGatewayAgain(request.setLmaAddress(ProtoMapping.toProto(MAG2))
                                .build())))
                .isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(description(() -> operator().askGatewayAgain(AskGatewayAgainRequest.getDefaultInstance())))
                .startsWith("proxy_care_of_address: ");
    }

    private static String description(Callable<?> call) {
        Status status = status(call);
        assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        return String.valueOf(status.getDescription());
    }
}
