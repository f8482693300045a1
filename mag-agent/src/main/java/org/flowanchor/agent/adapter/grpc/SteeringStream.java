package org.flowanchor.agent.adapter.grpc;

import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;
import org.flowanchor.agent.application.AgentMetrics;
import org.flowanchor.agent.application.AgentMetrics.Refusal;
import org.flowanchor.agent.application.AgentMetrics.ServiceStream;
import org.flowanchor.agent.application.AnchorInput;
import org.flowanchor.agent.application.AnchorPosition;
import org.flowanchor.agent.application.FlowReport;
import org.flowanchor.agent.application.Reply;
import org.flowanchor.agent.application.SampleSink;
import org.flowanchor.agent.application.ServiceAddress;
import org.flowanchor.agent.application.SteeringChange;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.AnchorHello;
import org.flowanchor.api.v1.AnchorReport;
import org.flowanchor.api.v1.SteeringCommand;
import org.flowanchor.api.v1.SteeringServiceGrpc;
import org.flowanchor.mobility.LmaAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Steering for the anchor, and its flow samples. Whoever does not own the anchor names the owner in the trailer {@code owner}; the
 * stream goes there.
 */
public final class SteeringStream implements SampleSink<FlowReport>, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SteeringStream.class);
    private static final Metadata.Key<String> OWNER = Metadata.Key.of("owner", Metadata.ASCII_STRING_MARSHALLER);

    /** A part of a report is sent when the part before is on its way. */
    private static final long PATIENCE_MILLIS = 200;

    private final LmaAddress lmaAddress;
    private final String agentVersion;
    private final AnchorInput input;
    private final AgentMetrics metrics;
    private final ReconnectingStream<AnchorReport, SteeringCommand> stream;

    public SteeringStream(
            List<ServiceAddress> instances,
            ChannelFactory channels,
            LmaAddress lmaAddress,
            String agentVersion,
            AnchorInput input,
            ScheduledExecutorService timer,
            AgentMetrics metrics,
            RandomGenerator random) {
        this.lmaAddress = lmaAddress;
        this.agentVersion = agentVersion;
        this.input = input;
        this.metrics = metrics;
        this.stream = new ReconnectingStream<>(
                ServiceStream.STEERING, instances, channels, new Protocol(), timer, metrics, random);
    }

    public void start() {
        stream.start();
    }

    public boolean isUp() {
        return stream.isUp();
    }

    @Override
    public boolean offer(FlowReport report) {
        return stream.isUp()
                && stream.offer(
                        AnchorReport.newBuilder()
                                .setFlowSamples(Contract.toProto(report, lmaAddress))
                                .build(),
                        PATIENCE_MILLIS);
    }

    @Override
    public void close() {
        stream.close();
    }

    private final class Protocol implements StreamProtocol<AnchorReport, SteeringCommand> {
        @Override
        public StreamObserver<AnchorReport> call(Channel channel, StreamObserver<SteeringCommand> responses) {
            return SteeringServiceGrpc.newStub(channel).steer(responses);
        }

        @Override
        public Optional<AnchorReport> greeting() {
            AnchorPosition position = input.position();
            AnchorHello.Builder hello = AnchorHello.newBuilder()
                    .setLmaAddress(ProtoMapping.toProto(lmaAddress))
                    .setAgentVersion(agentVersion)
                    .setEpoch(position.accepted().epoch())
                    .setVersion(position.accepted().version());
            position.installed().forEach(exception -> hello.addFlowExceptions(Contract.toProto(exception)));
            return Optional.of(AnchorReport.newBuilder().setHello(hello).build());
        }

        @Override
        public void opened(long number) {}

        @Override
        public void received(SteeringCommand command, StreamSession<AnchorReport> session) {
            SteeringChange change;
            try {
                change = Contract.steeringChange(command);
                if (session.earlierResponses() == 0 && !change.fullState()) {
                    throw new IllegalArgumentException("the first command of a stream carries the full state");
                }
            } catch (IllegalArgumentException e) {
                log.warn(
                        "steering stream, command {} refused: {}, traceparent {}",
                        command.getVersion(),
                        BindingStream.text(e),
                        command.getTraceparent());
                metrics.refused(ServiceStream.STEERING, Refusal.INVALID);
                reply(command, session).refuse(BindingStream.text(e));
                session.restart("refused a command");
                return;
            }
            session.proven();
            input.steer(change, reply(command, session));
        }

        private Reply reply(SteeringCommand command, StreamSession<AnchorReport> session) {
            return new AcknowledgingReply(
                    command.getVersion(),
                    command.getNonce(),
                    acknowledgement -> session.send(AnchorReport.newBuilder()
                            .setTraceparent(command.getTraceparent())
                            .setAcknowledgement(acknowledgement)
                            .build()));
        }

        @Override
        public Optional<ServiceAddress> redirected(Status status, Metadata trailers) {
            String owner = trailers.get(OWNER);
            if (status.getCode() != Status.Code.FAILED_PRECONDITION || owner == null) {
                return Optional.empty();
            }
            try {
                return Optional.of(ServiceAddress.parse(owner));
            } catch (IllegalArgumentException e) {
                log.warn("steering stream: the owner is no address: {}", owner);
                return Optional.empty();
            }
        }
    }
}
