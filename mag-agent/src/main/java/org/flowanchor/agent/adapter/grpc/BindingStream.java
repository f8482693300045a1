package org.flowanchor.agent.adapter.grpc;

import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;
import org.flowanchor.agent.application.AgentMetrics;
import org.flowanchor.agent.application.AgentMetrics.Refusal;
import org.flowanchor.agent.application.AgentMetrics.ServiceStream;
import org.flowanchor.agent.application.AnchorInput;
import org.flowanchor.agent.application.BindingChange;
import org.flowanchor.agent.application.Reply;
import org.flowanchor.agent.application.ServiceAddress;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.BindingStreamRequest;
import org.flowanchor.api.v1.BindingStreamResponse;
import org.flowanchor.api.v1.BindingStreamServiceGrpc;
import org.flowanchor.api.v1.BindingSubscription;
import org.flowanchor.api.v1.StreamAcknowledgement;
import org.flowanchor.mobility.LmaAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The anchor's bindings. A response that is no legal value is refused and the stream restarted: only a full state can follow a response
 * that was not taken.
 */
public final class BindingStream implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(BindingStream.class);

    private final LmaAddress lmaAddress;
    private final AnchorInput input;
    private final AgentMetrics metrics;
    private final ReconnectingStream<BindingStreamRequest, BindingStreamResponse> stream;

    public BindingStream(
            ServiceAddress service,
            ChannelFactory channels,
            LmaAddress lmaAddress,
            AnchorInput input,
            ScheduledExecutorService timer,
            AgentMetrics metrics,
            RandomGenerator random) {
        this.lmaAddress = lmaAddress;
        this.input = input;
        this.metrics = metrics;
        this.stream = new ReconnectingStream<>(
                ServiceStream.BINDING, service, channels, new Protocol(), timer, metrics, random);
    }

    public void start() {
        stream.start();
    }

    public boolean isUp() {
        return stream.isUp();
    }

    @Override
    public void close() {
        stream.close();
    }

    private final class Protocol implements StreamProtocol<BindingStreamRequest, BindingStreamResponse> {
        @Override
        public StreamObserver<BindingStreamRequest> call(
                Channel channel, StreamObserver<BindingStreamResponse> responses) {
            return BindingStreamServiceGrpc.newStub(channel).streamBindings(responses);
        }

        @Override
        public Optional<BindingStreamRequest> greeting() {
            return Optional.of(BindingStreamRequest.newBuilder()
                    .setSubscription(BindingSubscription.newBuilder().setLmaAddress(ProtoMapping.toProto(lmaAddress)))
                    .build());
        }

        @Override
        public void opened(long number) {}

        @Override
        public void received(BindingStreamResponse response, StreamSession<BindingStreamRequest> session) {
            BindingChange change;
            try {
                change = Contract.bindingChange(response, lmaAddress);
                if (session.earlierResponses() == 0 && !change.fullState()) {
                    throw new IllegalArgumentException("the first response of a stream carries the full state");
                }
            } catch (IllegalArgumentException e) {
                log.warn(
                        "binding stream, version {} refused: {}",
                        Long.toUnsignedString(response.getVersion()),
                        text(e));
                metrics.refused(ServiceStream.BINDING, Refusal.INVALID);
                reply(response, session).refuse(text(e));
                session.restart("refused a response");
                return;
            }
            session.proven();
            input.bindingsChanged(change, reply(response, session));
        }

        private Reply reply(BindingStreamResponse response, StreamSession<BindingStreamRequest> session) {
            return new AcknowledgingReply(
                    response.getVersion(),
                    response.getNonce(),
                    acknowledgement -> session.send(request(response, acknowledgement)));
        }

        private static BindingStreamRequest request(
                BindingStreamResponse response, StreamAcknowledgement acknowledgement) {
            return BindingStreamRequest.newBuilder()
                    .setTraceparent(response.getTraceparent())
                    .setAcknowledgement(acknowledgement)
                    .build();
        }
    }

    static String text(IllegalArgumentException e) {
        return e.getMessage() == null || e.getMessage().isEmpty() ? e.toString() : e.getMessage();
    }
}
