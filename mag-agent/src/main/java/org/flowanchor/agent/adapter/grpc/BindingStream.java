package org.flowanchor.agent.adapter.grpc;

import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import org.flowanchor.agent.domain.Binding;
import org.flowanchor.agent.domain.BindingName;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.BindingStreamRequest;
import org.flowanchor.api.v1.BindingStreamResponse;
import org.flowanchor.api.v1.BindingStreamServiceGrpc;
import org.flowanchor.api.v1.BindingSubscription;
import org.flowanchor.api.v1.StreamAcknowledgement;
import org.flowanchor.mobility.LmaAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The anchor's bindings. A new session continues where the last one ended, whichever replica it leads to. A response that is no legal
 * value is refused and the stream restarted from nothing: only a full state can follow a response that was not taken. Parts of a full
 * state are gathered and handed on as one change.
 */
public final class BindingStream implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(BindingStream.class);

    private final LmaAddress lmaAddress;
    private final AnchorInput input;
    private final AgentMetrics metrics;
    private final ReconnectingStream<BindingStreamRequest, BindingStreamResponse> stream;

    public BindingStream(
            List<ServiceAddress> replicas,
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
                ServiceStream.BINDING, replicas, channels, new Protocol(), timer, metrics, random);
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

    /** What the next session continues from. */
    private record Position(long version, String history) {}

    private final class Protocol implements StreamProtocol<BindingStreamRequest, BindingStreamResponse> {
        // Guarded by this: sessions follow each other, on threads of the transport.
        private @Nullable Position taken;
        private @Nullable Map<BindingName, Binding> parts;

        @Override
        public StreamObserver<BindingStreamRequest> call(
                Channel channel, StreamObserver<BindingStreamResponse> responses) {
            return BindingStreamServiceGrpc.newStub(channel).streamBindings(responses);
        }

        @Override
        public synchronized Optional<BindingStreamRequest> greeting() {
            BindingSubscription.Builder subscription =
                    BindingSubscription.newBuilder().setLmaAddress(ProtoMapping.toProto(lmaAddress));
            Position position = taken;
            if (position != null) {
                subscription.setVersion(position.version).setHistory(position.history);
            }
            parts = null;
            return Optional.of(BindingStreamRequest.newBuilder()
                    .setSubscription(subscription)
                    .build());
        }

        @Override
        public void opened(long number) {}

        @Override
        public synchronized void received(BindingStreamResponse response, StreamSession<BindingStreamRequest> session) {
            Optional<BindingChange> change;
            try {
                change = take(response);
            } catch (IllegalArgumentException e) {
                log.warn(
                        "binding stream, version {} refused: {}, traceparent {}",
                        Long.toUnsignedString(response.getVersion()),
                        text(e),
                        response.getTraceparent());
                metrics.refused(ServiceStream.BINDING, Refusal.INVALID);
                taken = null;
                reply(response, session).refuse(text(e));
                session.restart("refused a response");
                return;
            }
            session.proven();
            if (change.isPresent()) {
                taken = new Position(response.getVersion(), response.getHistory());
                input.bindingsChanged(change.get(), reply(response, session));
            }
        }

        /** Empty: a part, more follow. */
        private Optional<BindingChange> take(BindingStreamResponse response) {
            BindingChange change = Contract.bindingChange(response, lmaAddress);
            if (!change.fullState()) {
                if (parts != null) {
                    throw new IllegalArgumentException("changes came before the last part of the full state");
                }
                if (response.getMore()) {
                    throw new IllegalArgumentException("only a full state has parts");
                }
                Position position = taken;
                if (position == null) {
                    throw new IllegalArgumentException("the first response of a stream carries the full state");
                }
                if (!position.history.equals(response.getHistory())) {
                    throw new IllegalArgumentException("changes of another history than the full state before them");
                }
                return Optional.of(change);
            }
            Map<BindingName, Binding> gathered = parts == null ? new LinkedHashMap<>() : parts;
            change.removed().forEach(gathered::remove);
            change.entries().forEach(entry -> gathered.put(entry.name(), entry));
            if (response.getMore()) {
                parts = gathered;
                return Optional.empty();
            }
            parts = null;
            return Optional.of(new BindingChange(change.version(), true, List.copyOf(gathered.values()), List.of()));
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
