package org.flowanchor.flow.adapter.grpc;

import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.FlowMobilityServiceGrpc;
import org.flowanchor.api.v1.FlowMobilityServiceGrpc.FlowMobilityServiceStub;
import org.flowanchor.api.v1.PrepareMoveRequest;
import org.flowanchor.api.v1.PrepareMoveResponse;
import org.flowanchor.api.v1.ReleasePrefixRequest;
import org.flowanchor.api.v1.ReleasePrefixResponse;
import org.flowanchor.flow.application.PrefixPreparer;
import org.flowanchor.flow.domain.placement.CarriedPrefix;
import org.flowanchor.flow.domain.placement.PrefixAnswer;
import org.flowanchor.flow.domain.placement.PrefixQuestion;
import org.flowanchor.flow.domain.placement.PreparationFailure;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.TraceContext;

/** Asks the binding-service, whichever replica of it answers. */
public final class FlowMobilityClient implements PrefixPreparer, AutoCloseable {
    private final List<ManagedChannel> replicas;
    private final Duration answerTimeout;
    /** The replica that answered last, modulo their number. */
    private final AtomicInteger preferred = new AtomicInteger();

    /**
     * @param addresses host:port, IPv6 addresses in brackets
     * @throws IllegalArgumentException naming the address that is none
     */
    public FlowMobilityClient(List<String> addresses, ChannelCredentials credentials, Duration answerTimeout) {
        this.replicas =
                addresses.stream().map(address -> channel(address, credentials)).toList();
        this.answerTimeout = answerTimeout;
    }

    private static ManagedChannel channel(String address, ChannelCredentials credentials) {
        URI authority;
        try {
            authority = new URI("grpc://" + address);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("not host:port: \"" + address + "\"", e);
        }
        if (authority.getHost() == null || authority.getPort() < 1) {
            throw new IllegalArgumentException("not host:port: \"" + address + "\"");
        }
        String host = authority.getHost().replace("[", "").replace("]", "");
        return NettyChannelBuilder.forAddress(host, authority.getPort(), credentials)
                .proxyDetector(target -> null)
                .disableRetry()
                .build();
    }

    @Override
    public CompletableFuture<PrefixAnswer> ask(
            LmaAddress anchor, PrefixQuestion question, Optional<TraceContext> trace) {
        int first = preferred.get();
        return ask(anchor, question, trace.map(TraceContext::traceparent).orElse(""), first, replicas.size());
    }

    private CompletableFuture<PrefixAnswer> ask(
            LmaAddress anchor, PrefixQuestion question, String traceparent, int replica, int left) {
        return askOne(anchor, question, traceparent, replica).thenCompose(answer -> {
            if (!(answer instanceof PrefixAnswer.Unavailable)) {
                preferred.set(replica);
                return CompletableFuture.completedFuture(answer);
            }
            return left > 1
                    ? ask(anchor, question, traceparent, (replica + 1) % replicas.size(), left - 1)
                    : CompletableFuture.completedFuture(answer);
        });
    }

    private CompletableFuture<PrefixAnswer> askOne(
            LmaAddress anchor, PrefixQuestion question, String traceparent, int replica) {
        FlowMobilityServiceStub stub = FlowMobilityServiceGrpc.newStub(replicas.get(replica % replicas.size()))
                .withDeadlineAfter(answerTimeout.toMillis(), TimeUnit.MILLISECONDS);
        return switch (question) {
            case PrefixQuestion.Prepare prepare -> {
                Answer<PrepareMoveResponse> answer = new Answer<>(FlowMobilityClient::answer);
                stub.prepareMove(prepareMove(anchor, prepare.what(), traceparent), answer);
                yield answer.future;
            }
            case PrefixQuestion.Release release -> {
                Answer<ReleasePrefixResponse> answer = new Answer<>(released -> new PrefixAnswer.Taken());
                stub.releasePrefix(releasePrefix(anchor, release.what()), answer);
                yield answer.future;
            }
        };
    }

    private static PrepareMoveRequest prepareMove(LmaAddress anchor, CarriedPrefix what, String traceparent) {
        return PrepareMoveRequest.newBuilder()
                .setTraceparent(traceparent)
                .setLmaAddress(ProtoMapping.toProto(anchor))
                .setMobileNodeIdentifier(what.mobileNode().value())
                .setHomeNetworkPrefix(ProtoMapping.toProto(what.prefix()))
                .setProxyCareOfAddress(ProtoMapping.toProto(what.gateway()))
                .build();
    }

    private static ReleasePrefixRequest releasePrefix(LmaAddress anchor, CarriedPrefix what) {
        return ReleasePrefixRequest.newBuilder()
                .setLmaAddress(ProtoMapping.toProto(anchor))
                .setMobileNodeIdentifier(what.mobileNode().value())
                .setHomeNetworkPrefix(ProtoMapping.toProto(what.prefix()))
                .setProxyCareOfAddress(ProtoMapping.toProto(what.gateway()))
                .build();
    }

    private static PrefixAnswer answer(PrepareMoveResponse response) {
        return switch (response.getOutcome()) {
            case OUTCOME_PREPARED, OUTCOME_REQUESTED -> new PrefixAnswer.Taken();
            case OUTCOME_REFUSED -> refusal(response.getRefusal());
            case OUTCOME_UNSPECIFIED, UNRECOGNIZED -> new PrefixAnswer.Unavailable("its answer is of another release");
        };
    }

    private static PrefixAnswer refusal(PrepareMoveResponse.Refusal refusal) {
        return switch (refusal) {
            case REFUSAL_NO_BINDING ->
                new PrefixAnswer.Refused(
                        PreparationFailure.NO_BINDING, "the anchor has no active binding of the mobile node there");
            case REFUSAL_NO_PREFIX ->
                new PrefixAnswer.Refused(
                        PreparationFailure.NO_PREFIX, "the anchor says that the prefix is none of the mobile node's");
            case REFUSAL_HOST_MODEL ->
                new PrefixAnswer.Refused(
                        PreparationFailure.HOST_MODEL,
                        "the mobile node is a strong host: it drops packets whose address is another interface's");
            case REFUSAL_DECISION_AUTHORITY ->
                new PrefixAnswer.Refused(
                        PreparationFailure.DECISION_AUTHORITY,
                        "the mobile node decides itself which access carries its flows");
            case REFUSAL_GATEWAY_CANNOT ->
                new PrefixAnswer.Refused(
                        PreparationFailure.GATEWAY_CANNOT, "the gateway does not know Update Notifications");
            case REFUSAL_UNSPECIFIED, UNRECOGNIZED -> new PrefixAnswer.Unavailable("its refusal is of another release");
        };
    }

    /** One answer, or why there is none. */
    private static final class Answer<T> implements StreamObserver<T> {
        private final CompletableFuture<PrefixAnswer> future = new CompletableFuture<>();
        private final Function<T, PrefixAnswer> meaning;

        Answer(Function<T, PrefixAnswer> meaning) {
            this.meaning = meaning;
        }

        @Override
        public void onNext(T message) {
            future.complete(meaning.apply(message));
        }

        @Override
        public void onError(Throwable failure) {
            Status status = Status.fromThrowable(failure);
            String text = status.getDescription() == null
                    ? status.getCode().name()
                    : status.getCode() + ": " + status.getDescription();
            future.complete(
                    status.getCode() == Status.Code.NOT_FOUND
                            ? new PrefixAnswer.Refused(PreparationFailure.NO_BINDING, text)
                            : new PrefixAnswer.Unavailable(text));
        }

        @Override
        public void onCompleted() {
            future.complete(new PrefixAnswer.Unavailable("it ended without an answer"));
        }
    }

    @Override
    public void close() {
        replicas.forEach(ManagedChannel::shutdownNow);
    }
}
