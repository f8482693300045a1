package org.flowanchor.agent.boot;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.agent.adapter.grpc.BindingStream;
import org.flowanchor.agent.adapter.grpc.ChannelFactory;
import org.flowanchor.agent.adapter.grpc.LinkStream;
import org.flowanchor.agent.adapter.grpc.RelayStream;
import org.flowanchor.agent.adapter.grpc.SteeringStream;
import org.flowanchor.agent.adapter.kernel.ThreadClock;
import org.flowanchor.agent.adapter.metrics.WireMeters;
import org.flowanchor.agent.application.AnchorKernel;
import org.flowanchor.agent.application.AnchorLoop;
import org.flowanchor.agent.application.AnchorSettings;
import org.flowanchor.agent.application.AnchorTelemetry;
import org.flowanchor.agent.application.GatewayProber;
import org.flowanchor.agent.application.HeaderSockets;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.application.Readiness;
import org.flowanchor.agent.application.SignallingRelay;
import org.flowanchor.agent.boot.AgentConfiguration.Anchor;
import org.flowanchor.agent.boot.AgentConfiguration.AnchorSignalling;
import org.flowanchor.agent.boot.AgentConfiguration.GatewayProbes;
import org.flowanchor.api.identity.PeerIdentity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an agent on the user plane of the anchor consists of. */
final class AnchorRole {
    private static final Logger log = LoggerFactory.getLogger(AnchorRole.class);

    private final Agent agent;
    private final Anchor anchor;

    AnchorRole(Agent agent, Anchor anchor) {
        this.agent = agent;
        this.anchor = anchor;
    }

    void open() throws KernelException, IOException {
        AnchorKernel kernel = agent.kernels.anchor(agent.configuration, anchor);
        agent.closing(kernel);
        AnchorLoop loop = new AnchorLoop(
                new AnchorSettings(
                        agent.configuration.lmaAddress(), anchor.pools(), agent.configuration.reconcileInterval()),
                kernel,
                agent.metrics,
                Agent.CLOCK,
                Agent.NANO_TIME);
        agent.closing(loop);
        Optional<SignallingRelay> relay = anchor.signalling().isPresent()
                ? Optional.of(relay(anchor.signalling().get()))
                : Optional.empty();
        agent.telling(() -> with(loop.readiness(), relay));
        agent.openControl(LocalControl.of(agent.configuration, agent.version, agent::readiness, loop));

        ChannelFactory flowManager = agent.channels(PeerIdentity.FLOW_MANAGER);
        BindingStream bindings = new BindingStream(
                agent.configuration.bindingServices(),
                agent.channels(PeerIdentity.BINDING_SERVICE),
                agent.configuration.lmaAddress(),
                loop,
                agent.timer,
                agent.metrics,
                agent.random);
        SteeringStream steering = new SteeringStream(
                agent.configuration.flowServices(),
                flowManager,
                agent.configuration.lmaAddress(),
                agent.version,
                loop,
                agent.timer,
                agent.metrics,
                agent.random);
        LinkStream links = new LinkStream(
                agent.configuration.flowServices(), flowManager, agent.timer, agent.metrics, agent.random);
        agent.closing(bindings);
        agent.closing(steering);
        agent.closing(links);
        // What the kernel has is read while these two connect: what arrives meanwhile waits in the loop. Steering is
        // greeted with it.
        bindings.start();
        links.start();
        loop.start();
        steering.start();

        if (anchor.probes().isPresent()) {
            probe(anchor.probes().get(), loop, relay);
        }

        AnchorTelemetry sampling = new AnchorTelemetry(
                agent.configuration.lmaAddress(),
                kernel,
                loop,
                steering,
                links,
                agent.metrics,
                Agent.CLOCK,
                Agent.NANO_TIME,
                ThreadClock::nanos,
                anchor.maxFlowSamples());
        agent.sampleRegularly(sampling::sample);
        log.info(
                "agent {} of anchor {} on {}",
                agent.version,
                agent.configuration.lmaAddress(),
                agent.configuration.backhaulInterface());
    }

    private void probe(GatewayProbes probes, AnchorLoop loop, Optional<SignallingRelay> relay) throws KernelException {
        GatewayProber prober = new GatewayProber(
                agent.kernels.echoSocket(agent.configuration.lmaAddress().address()),
                new GatewayProber.Pace(probes.interval(), probes.wireInterval(), probes.misses()),
                loop::gateways,
                () -> relay.map(SignallingRelay::gateways).orElse(Set.of()),
                loop::gatewaysSilent,
                Agent.NANO_TIME);
        agent.closing(prober);
        prober.start();
    }

    private SignallingRelay relay(AnchorSignalling signalling) throws KernelException {
        HeaderSockets sockets =
                agent.kernels.headerSockets(agent.configuration.lmaAddress().address(), signalling.ipv4Address());
        agent.closing(sockets);
        SignallingRelay relay = new SignallingRelay(
                sockets,
                signalling.protection(),
                agent.kernels.protectionCheck(
                        signalling.protection(),
                        agent.configuration.lmaAddress().address(),
                        signalling.ipv4Address()),
                new WireMeters(agent.metrics.registry()),
                Agent.NANO_TIME);
        RelayStream stream = new RelayStream(
                agent.configuration.bindingServices(),
                agent.channels(PeerIdentity.BINDING_SERVICE),
                agent.configuration.lmaAddress(),
                agent.version,
                signalling.protection(),
                signalling.ipv4Address(),
                relay,
                agent.timer,
                agent.metrics,
                agent.random);
        agent.closing(stream);
        relay.start(stream);
        stream.start();
        agent.verifyRegularly(relay::verify);
        log.info(
                "signalling on the wire at {}, protected by {}",
                agent.configuration.lmaAddress(),
                signalling.protection().text());
        return relay;
    }

    private static Readiness with(Readiness readiness, Optional<SignallingRelay> relay) {
        if (relay.isEmpty()) {
            return readiness;
        }
        Map<String, Object> details = new HashMap<>(readiness.details());
        details.putAll(relay.get().details());
        return new Readiness(readiness.ready(), details);
    }
}
