package org.flowanchor.agent.adapter.grpc;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;
import org.flowanchor.agent.application.AccessInput;
import org.flowanchor.agent.application.AgentMetrics;
import org.flowanchor.agent.application.AgentMetrics.Refusal;
import org.flowanchor.agent.application.AgentMetrics.ServiceStream;
import org.flowanchor.agent.application.ServiceAddress;
import org.flowanchor.agent.application.UpdateSender;
import org.flowanchor.agent.domain.ProxyBindingUpdate;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.AnchorSignal;
import org.flowanchor.api.v1.BindingError;
import org.flowanchor.api.v1.GatewayHello;
import org.flowanchor.api.v1.GatewaySignal;
import org.flowanchor.api.v1.RegistrationServiceGrpc;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.message.BindingErrorStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Updates and acknowledgements of one gateway. */
public final class RegistrationStream implements UpdateSender, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RegistrationStream.class);

    private final ProxyCareOfAddress proxyCareOfAddress;
    private final String agentVersion;
    private final AccessInput input;
    private final AgentMetrics metrics;
    private final ReconnectingStream<GatewaySignal, AnchorSignal> stream;

    public RegistrationStream(
            List<ServiceAddress> replicas,
            ChannelFactory channels,
            ProxyCareOfAddress proxyCareOfAddress,
            String agentVersion,
            AccessInput input,
            ScheduledExecutorService timer,
            AgentMetrics metrics,
            RandomGenerator random) {
        this.proxyCareOfAddress = proxyCareOfAddress;
        this.agentVersion = agentVersion;
        this.input = input;
        this.metrics = metrics;
        this.stream = new ReconnectingStream<>(
                ServiceStream.REGISTRATION, replicas, channels, new Protocol(), timer, metrics, random);
    }

    public void start() {
        stream.start();
    }

    public boolean isUp() {
        return stream.isUp();
    }

    @Override
    public long send(ProxyBindingUpdate update) {
        return stream.send(GatewaySignal.newBuilder()
                .setProxyBindingUpdate(Contract.toProto(update))
                .build());
    }

    @Override
    public void close() {
        stream.close();
    }

    /** W-04: the anchor shall not wait for an answer that never comes (RFC 6275 section 9.3.3). */
    private static void unrecognized(ByteString lmaAddress, StreamSession<GatewaySignal> session) {
        session.send(GatewaySignal.newBuilder()
                .setBindingError(BindingError.newBuilder()
                        .setLmaAddress(lmaAddress)
                        .setStatus(BindingErrorStatus.UNRECOGNIZED_MH_TYPE.value()))
                .build());
    }

    private final class Protocol implements StreamProtocol<GatewaySignal, AnchorSignal> {
        @Override
        public StreamObserver<GatewaySignal> call(Channel channel, StreamObserver<AnchorSignal> responses) {
            return RegistrationServiceGrpc.newStub(channel).signal(responses);
        }

        @Override
        public Optional<GatewaySignal> greeting() {
            return Optional.of(GatewaySignal.newBuilder()
                    .setHello(GatewayHello.newBuilder()
                            .setProxyCareOfAddress(ProtoMapping.toProto(proxyCareOfAddress))
                            .setAgentVersion(agentVersion))
                    .build());
        }

        @Override
        public void opened(long number) {
            input.registrationStreamUp(number);
        }

        @Override
        public void received(AnchorSignal signal, StreamSession<GatewaySignal> session) {
            session.proven();
            switch (signal.getMessageCase()) {
                case PROXY_BINDING_ACKNOWLEDGEMENT -> {
                    try {
                        input.acknowledged(Contract.acknowledgement(signal.getProxyBindingAcknowledgement()));
                    } catch (IllegalArgumentException e) {
                        // Dropped: the update is retransmitted.
                        metrics.refused(ServiceStream.REGISTRATION, Refusal.INVALID);
                        log.warn("acknowledgement dropped: {}", BindingStream.text(e));
                    }
                }
                case MOBILE_NODE_ANSWER -> log.debug("the anchor answers what nobody asked");
                case UPDATE_NOTIFICATION ->
                    unrecognized(signal.getUpdateNotification().getLmaAddress(), session);
                case BINDING_REVOCATION_INDICATION ->
                    unrecognized(signal.getBindingRevocationIndication().getLmaAddress(), session);
                case HEARTBEAT -> unrecognized(signal.getHeartbeat().getLmaAddress(), session);
                case BINDING_ERROR ->
                    log.warn(
                            "the anchor answers Binding Error {}",
                            signal.getBindingError().getStatus());
                // Messages of later releases.
                case MESSAGE_NOT_SET -> log.debug("an unknown signal was skipped");
            }
        }
    }
}
