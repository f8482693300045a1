package org.flowanchor.agent.boot;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.flowanchor.agent.adapter.grpc.LinkStream;
import org.flowanchor.agent.adapter.grpc.RegistrationStream;
import org.flowanchor.agent.adapter.kernel.RestartCounter;
import org.flowanchor.agent.adapter.metrics.WireMeters;
import org.flowanchor.agent.adapter.mobilityheader.WireRegistration;
import org.flowanchor.agent.application.AccessKernel;
import org.flowanchor.agent.application.AccessLoop;
import org.flowanchor.agent.application.AccessSettings;
import org.flowanchor.agent.application.AccessTelemetry;
import org.flowanchor.agent.application.AnswerSender;
import org.flowanchor.agent.application.AttachmentSource;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.application.MobileNodeAsker;
import org.flowanchor.agent.application.Readiness;
import org.flowanchor.agent.application.UpdateSender;
import org.flowanchor.agent.boot.AgentConfiguration.Access;
import org.flowanchor.agent.boot.AgentConfiguration.AccessLink;
import org.flowanchor.agent.boot.AgentConfiguration.GatewaySignalling;
import org.flowanchor.agent.domain.AnchorRequests;
import org.flowanchor.agent.domain.AttachmentSettings;
import org.flowanchor.agent.domain.AttachmentTable;
import org.flowanchor.api.identity.PeerIdentity;
import org.flowanchor.mobility.Ipv6Address;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an agent on a mobile access gateway consists of. */
final class AccessRole {
    private static final Logger log = LoggerFactory.getLogger(AccessRole.class);

    private final Agent agent;
    private final Access access;

    AccessRole(Agent agent, Access access) {
        this.agent = agent;
        this.access = access;
    }

    /** A way to the anchor. */
    private record Registering(
            UpdateSender updates,
            AnswerSender answers,
            MobileNodeAsker asker,
            Runnable start,
            BooleanSupplier isUp,
            AutoCloseable end,
            String way) {}

    private Registering registering(AccessLoop loop) throws KernelException {
        if (access.signalling().isEmpty()) {
            RegistrationStream registration = new RegistrationStream(
                    agent.configuration.bindingServices(),
                    agent.channels(PeerIdentity.BINDING_SERVICE),
                    agent.configuration.lmaAddress(),
                    access.proxyCareOfAddress(),
                    agent.version,
                    RestartCounter.read(),
                    loop,
                    agent.timer,
                    agent.metrics,
                    agent.random);
            return new Registering(
                    registration,
                    registration,
                    registration,
                    registration::start,
                    registration::isUp,
                    registration,
                    "grpc");
        }
        GatewaySignalling signalling = access.signalling().get();
        Ipv6Address local = access.proxyCareOfAddress().address();
        WireRegistration registration = new WireRegistration(
                agent.configuration.lmaAddress(),
                access.proxyCareOfAddress(),
                signalling.profile(),
                signalling.protection(),
                agent.kernels.protectionCheck(signalling.protection(), local, Optional.empty()),
                agent.kernels.headerSockets(local, Optional.empty()),
                loop,
                new WireMeters(agent.metrics.registry()),
                Agent.NANO_TIME);
        return new Registering(
                registration,
                registration,
                // RFC 5213 has no such question.
                identifiers -> {},
                () -> {
                    registration.start();
                    agent.verifyRegularly(registration::verify);
                },
                registration::isUp,
                registration,
                signalling.protection().text());
    }

    void open() throws KernelException, IOException {
        AccessKernel kernel = agent.kernels.access(agent.configuration, access);
        agent.closing(kernel);
        AttachmentSource source = agent.kernels.attachments(agent.configuration, access);
        agent.closing(source);
        Set<String> names = new LinkedHashSet<>();
        Map<String, Long> capacities = new HashMap<>();
        for (AccessLink link : access.accessLinks()) {
            names.add(link.interfaceName());
            link.capacityBitsPerSecond().ifPresent(capacity -> capacities.put(link.interfaceName(), capacity));
        }
        AttachmentTable table = new AttachmentTable(
                new AttachmentSettings(
                        agent.configuration.lmaAddress(),
                        access.proxyCareOfAddress(),
                        access.accessTechnologyType(),
                        access.mobileNodes(),
                        access.signalling().isEmpty(),
                        access.bindingLifetimeSeconds(),
                        access.attachHandoffIndicator(),
                        access.presenceInterval()),
                Agent.CLOCK,
                Agent.NANO_TIME,
                agent.random);
        AccessLoop loop = new AccessLoop(
                new AccessSettings(
                        access.proxyCareOfAddress(),
                        agent.configuration.lmaAddress(),
                        names,
                        agent.configuration.reconcileInterval()),
                table,
                new AnchorRequests(
                        table,
                        RestartCounter.read(),
                        access.signalling().map(GatewaySignalling::heartbeatInterval),
                        Agent.NANO_TIME,
                        agent.random.nextLong()),
                kernel,
                source,
                agent.metrics,
                Agent.NANO_TIME);
        Registering registration = registering(loop);
        LinkStream links = new LinkStream(
                agent.configuration.flowServices(),
                agent.channels(PeerIdentity.FLOW_MANAGER),
                agent.timer,
                agent.metrics,
                agent.random);
        loop.start(registration.updates(), registration.answers(), registration.asker());
        agent.closing(loop);
        agent.closing(registration.end());
        agent.closing(links);
        agent.telling(() -> {
            Readiness now = loop.readiness(registration.isUp().getAsBoolean());
            Map<String, Object> details = new HashMap<>(now.details());
            details.put("signallingProtection", registration.way());
            return new Readiness(now.ready(), details);
        });
        agent.openControl(LocalControl.of(agent.configuration, agent.version, agent::readiness, loop));
        registration.start().run();
        links.start();

        AccessTelemetry sampling = new AccessTelemetry(
                agent.configuration.lmaAddress(),
                access.proxyCareOfAddress(),
                access.accessTechnologyType(),
                capacities,
                kernel,
                links,
                agent.metrics,
                Agent.CLOCK,
                Agent.NANO_TIME);
        agent.sampleRegularly(sampling::sample);
        log.info(
                "agent {} of gateway {} ({}) on {}, anchor {}",
                agent.version,
                access.proxyCareOfAddress(),
                access.accessTechnologyType(),
                names,
                agent.configuration.lmaAddress());
    }
}
