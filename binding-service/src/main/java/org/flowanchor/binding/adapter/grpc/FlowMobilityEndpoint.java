package org.flowanchor.binding.adapter.grpc;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.identity.Caller;
import org.flowanchor.api.identity.PeerIdentity;
import org.flowanchor.api.v1.FlowMobilityServiceGrpc;
import org.flowanchor.api.v1.PrepareMoveRequest;
import org.flowanchor.api.v1.PrepareMoveResponse;
import org.flowanchor.api.v1.ReleasePrefixRequest;
import org.flowanchor.api.v1.ReleasePrefixResponse;
import org.flowanchor.binding.application.Signalling;
import org.flowanchor.binding.domain.PrepareMoveDecision;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.jspecify.annotations.Nullable;

/** What the flow-manager asks. Answered when the question is durable; nothing here blocks or waits for a gateway. */
final class FlowMobilityEndpoint extends FlowMobilityServiceGrpc.FlowMobilityServiceImplBase {
    private final Signalling signalling;

    FlowMobilityEndpoint(Signalling signalling) {
        this.signalling = signalling;
    }

    private record Subject(
            LmaAddress anchor, MobileNodeIdentifier mobileNode, HomeNetworkPrefix prefix, ProxyCareOfAddress gateway) {
        static Subject of(
                ByteString anchor,
                String mobileNode,
                org.flowanchor.api.v1.HomeNetworkPrefix prefix,
                ByteString gateway) {
            return new Subject(
                    Fields.lmaAddress("lma_address", anchor),
                    Fields.field("mobile_node_identifier", () -> new MobileNodeIdentifier(mobileNode)),
                    Fields.field("home_network_prefix", () -> ProtoMapping.homeNetworkPrefix(prefix)),
                    Fields.field("proxy_care_of_address", () -> ProtoMapping.proxyCareOfAddress(gateway)));
        }
    }

    @Override
    public void prepareMove(PrepareMoveRequest request, StreamObserver<PrepareMoveResponse> response) {
        decide(
                () -> Subject.of(
                        request.getLmaAddress(),
                        request.getMobileNodeIdentifier(),
                        request.getHomeNetworkPrefix(),
                        request.getProxyCareOfAddress()),
                subject -> signalling
                        .prepareMove(
                                subject.anchor,
                                subject.mobileNode,
                                subject.prefix,
                                subject.gateway,
                                Fields.traceparent(request.getTraceparent()))
                        .thenApply(FlowMobilityEndpoint::message),
                response);
    }

    private static PrepareMoveResponse message(PrepareMoveDecision decision) {
        PrepareMoveResponse.Builder message = PrepareMoveResponse.newBuilder();
        return switch (decision) {
            case PrepareMoveDecision.Prepared prepared ->
                message.setOutcome(PrepareMoveResponse.Outcome.OUTCOME_PREPARED).build();
            case PrepareMoveDecision.Requested requested ->
                message.setOutcome(PrepareMoveResponse.Outcome.OUTCOME_REQUESTED)
                        .build();
            case PrepareMoveDecision.Refused refused ->
                message.setOutcome(PrepareMoveResponse.Outcome.OUTCOME_REFUSED)
                        .setRefusal(
                                switch (refused.refusal()) {
                                    case NO_BINDING -> PrepareMoveResponse.Refusal.REFUSAL_NO_BINDING;
                                    case NO_PREFIX -> PrepareMoveResponse.Refusal.REFUSAL_NO_PREFIX;
                                    case HOST_MODEL -> PrepareMoveResponse.Refusal.REFUSAL_HOST_MODEL;
                                    case DECISION_AUTHORITY -> PrepareMoveResponse.Refusal.REFUSAL_DECISION_AUTHORITY;
                                    case GATEWAY_CANNOT -> PrepareMoveResponse.Refusal.REFUSAL_GATEWAY_CANNOT;
                                })
                        .build();
        };
    }

    @Override
    public void releasePrefix(ReleasePrefixRequest request, StreamObserver<ReleasePrefixResponse> response) {
        decide(
                () -> Subject.of(
                        request.getLmaAddress(),
                        request.getMobileNodeIdentifier(),
                        request.getHomeNetworkPrefix(),
                        request.getProxyCareOfAddress()),
                subject -> signalling
                        .releasePrefix(
                                subject.anchor,
                                subject.mobileNode,
                                subject.prefix,
                                subject.gateway,
                                Fields.traceparent(request.getTraceparent()))
                        .thenApply(released -> ReleasePrefixResponse.getDefaultInstance()),
                response);
    }

    /** For flow-managers only; a request that names nothing legal is refused by its field. */
    private static <T> void decide(
            Supplier<Subject> named, Function<Subject, CompletableFuture<T>> decision, StreamObserver<T> response) {
        try {
            Caller.current().require(PeerIdentity.FLOW_MANAGER);
            answer(decision.apply(named.get()), response);
        } catch (StatusRuntimeException e) {
            response.onError(e);
        }
    }

    private static <T> void answer(CompletableFuture<T> answer, StreamObserver<T> response) {
        answer.whenComplete((message, failure) -> {
            if (failure == null) {
                response.onNext(message);
                response.onCompleted();
            } else {
                response.onError(status(failure).asRuntimeException());
            }
        });
    }

    private static Status status(Throwable failure) {
        @Nullable Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof NoSuchElementException
                ? Status.NOT_FOUND.withDescription(cause.getMessage())
                : Status.UNAVAILABLE.withDescription("it cannot be decided now: ask again");
    }
}
