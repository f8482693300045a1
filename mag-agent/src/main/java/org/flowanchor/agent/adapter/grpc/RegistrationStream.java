package org.flowanchor.agent.adapter.grpc;

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
import org.flowanchor.agent.application.AnswerSender;
import org.flowanchor.agent.application.MobileNodeAsker;
import org.flowanchor.agent.application.ServiceAddress;
import org.flowanchor.agent.application.UpdateSender;
import org.flowanchor.agent.domain.GatewayMessage;
import org.flowanchor.agent.domain.ProxyBindingUpdate;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.AnchorSignal;
import org.flowanchor.api.v1.GatewayHello;
import org.flowanchor.api.v1.GatewaySignal;
import org.flowanchor.api.v1.RegistrationServiceGrpc;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.TraceContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Signalling of one gateway with one anchor's service. */
public final class RegistrationStream implements UpdateSender, AnswerSender, MobileNodeAsker, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RegistrationStream.class);

    private final LmaAddress lmaAddress;
    private final ProxyCareOfAddress proxyCareOfAddress;
    private final String agentVersion;
    private final long restartCounter;
    private final AccessInput input;
    private final AgentMetrics metrics;
    private final ReconnectingStream<GatewaySignal, AnchorSignal> stream;

    /**
     * @param restartCounter another value than before means that this gateway lost its sessions (RFC 5847 section 3.2)
     */
    public RegistrationStream(
            List<ServiceAddress> replicas,
            ChannelFactory channels,
            LmaAddress lmaAddress,
            ProxyCareOfAddress proxyCareOfAddress,
            String agentVersion,
            long restartCounter,
            AccessInput input,
            ScheduledExecutorService timer,
            AgentMetrics metrics,
            RandomGenerator random) {
        this.lmaAddress = lmaAddress;
        this.proxyCareOfAddress = proxyCareOfAddress;
        this.agentVersion = agentVersion;
        this.restartCounter = restartCounter;
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
    public long send(ProxyBindingUpdate update, TraceContext trace) {
        return stream.send(GatewaySignal.newBuilder()
                .setTraceparent(trace.traceparent())
                .setProxyBindingUpdate(Contract.toProto(update))
                .build());
    }

    @Override
    public void send(GatewayMessage message) {
        stream.send(SignalContract.toProto(message, lmaAddress));
    }

    @Override
    public void ask(List<LinkLayerIdentifier> linkLayerIdentifiers) {
        stream.send(SignalContract.query(linkLayerIdentifiers));
    }

    @Override
    public void close() {
        stream.close();
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
                            .setAgentVersion(agentVersion)
                            .setRestartCounter((int) restartCounter))
                    .build());
        }

        @Override
        public void opened(long number) {
            input.registrationStreamUp(number);
        }

        @Override
        public void received(AnchorSignal signal, StreamSession<GatewaySignal> session) {
            session.proven();
            try {
                if (signal.hasProxyBindingAcknowledgement()) {
                    input.acknowledged(Contract.acknowledgement(signal.getProxyBindingAcknowledgement()));
                } else if (signal.hasMobileNodeAnswer()) {
                    input.mobileNodesAre(SignalContract.mappings(signal.getMobileNodeAnswer()));
                } else {
                    SignalContract.anchorMessage(signal, lmaAddress)
                            .ifPresentOrElse(input::heard, () -> log.debug("skipped: {}", signal.getMessageCase()));
                }
            } catch (IllegalArgumentException e) {
                // Dropped: it comes again.
                metrics.refused(ServiceStream.REGISTRATION, Refusal.INVALID);
                log.warn("{} dropped: {}", signal.getMessageCase(), BindingStream.text(e));
            }
        }
    }
}
