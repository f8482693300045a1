package org.flowanchor.agent.boot;

import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.flowanchor.agent.adapter.grpc.BindingStream;
import org.flowanchor.agent.adapter.grpc.ChannelFactory;
import org.flowanchor.agent.adapter.grpc.LinkStream;
import org.flowanchor.agent.adapter.grpc.RegistrationStream;
import org.flowanchor.agent.adapter.grpc.RelayStream;
import org.flowanchor.agent.adapter.grpc.SteeringStream;
import org.flowanchor.agent.adapter.grpc.Transport;
import org.flowanchor.agent.adapter.metrics.PrometheusMetrics;
import org.flowanchor.agent.adapter.metrics.TlsMeters;
import org.flowanchor.agent.adapter.metrics.WireMeters;
import org.flowanchor.agent.adapter.mobilityheader.WireRegistration;
import org.flowanchor.agent.adapter.operations.ControlSocket;
import org.flowanchor.agent.adapter.operations.OperationsServer;
import org.flowanchor.agent.application.AccessKernel;
import org.flowanchor.agent.application.AccessLoop;
import org.flowanchor.agent.application.AccessSettings;
import org.flowanchor.agent.application.AccessTelemetry;
import org.flowanchor.agent.application.AgentControl;
import org.flowanchor.agent.application.AnchorKernel;
import org.flowanchor.agent.application.AnchorLoop;
import org.flowanchor.agent.application.AnchorSettings;
import org.flowanchor.agent.application.AnchorTelemetry;
import org.flowanchor.agent.application.AnswerSender;
import org.flowanchor.agent.application.AttachmentSource;
import org.flowanchor.agent.application.GatewayProber;
import org.flowanchor.agent.application.HeaderSockets;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.application.MobileNodeAsker;
import org.flowanchor.agent.application.Readiness;
import org.flowanchor.agent.application.SignallingRelay;
import org.flowanchor.agent.application.UpdateSender;
import org.flowanchor.agent.boot.AgentConfiguration.Access;
import org.flowanchor.agent.boot.AgentConfiguration.AccessLink;
import org.flowanchor.agent.boot.AgentConfiguration.Anchor;
import org.flowanchor.agent.boot.AgentConfiguration.AnchorSignalling;
import org.flowanchor.agent.boot.AgentConfiguration.GatewayProbes;
import org.flowanchor.agent.boot.AgentConfiguration.GatewaySignalling;
import org.flowanchor.agent.domain.AnchorRequests;
import org.flowanchor.agent.domain.AttachmentSettings;
import org.flowanchor.agent.domain.AttachmentTable;
import org.flowanchor.api.identity.PeerCredentials;
import org.flowanchor.api.identity.PeerIdentity;
import org.flowanchor.api.identity.TlsStatus;
import org.flowanchor.mobility.Ipv6Address;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running agent. Threads: the role's loop, one for the streams' timers, one for telemetry, at the anchor one for probes of gateways, the transport's event loop, the operations
 * server, and whatever the attachment source needs.
 */
final class Agent implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Agent.class);
    private static final InstantSource CLOCK = InstantSource.system();
    private static final LongSupplier NANO_TIME = System::nanoTime;
    private static final long TELEMETRY_MILLIS = 1_000;
    private static final long HEAP_TRIM_MILLIS = 5_000;

    /** Reads the kernel and reports. */
    private interface Sampling {
        void sample() throws KernelException;
    }

    private final AgentConfiguration configuration;
    private final Kernels kernels;
    private final Transport transport;
    private final String version;
    private final PrometheusMetrics metrics = new PrometheusMetrics();
    private final RandomGenerator random = new Random();
    private final ScheduledExecutorService timer = single("streams");
    private final ScheduledExecutorService telemetry = single("telemetry");
    private Optional<PeerCredentials> credentials = Optional.empty();
    private final AtomicReference<Supplier<Readiness>> readiness =
            new AtomicReference<>(() -> new Readiness(false, Map.of("starting", true)));
    private final Deque<AutoCloseable> toClose = new ArrayDeque<>();
    private boolean samplingFails;

    private Agent(AgentConfiguration configuration, Kernels kernels, Transport transport, String version) {
        this.configuration = configuration;
        this.kernels = kernels;
        this.transport = transport;
        this.version = version;
    }

    /**
     * @throws KernelException when a right, a feature or an interface is missing
     * @throws IOException when the operations address cannot be bound
     */
    static Agent start(AgentConfiguration configuration, Kernels kernels, Transport transport, String version)
            throws KernelException, IOException {
        Agent agent = new Agent(configuration, kernels, transport, version);
        try {
            agent.open();
            return agent;
        } catch (KernelException | IOException | RuntimeException e) {
            agent.close();
            throw e;
        }
    }

    /** Ends the streams, then the loop; the kernel keeps what it has. */
    @Override
    public void close() {
        while (!toClose.isEmpty()) {
            AutoCloseable last = toClose.removeLast();
            try {
                last.close();
            } catch (Exception e) {
                log.warn("closing {}", last, e);
            }
        }
    }

    private void open() throws KernelException, IOException {
        toClose.add(metrics);
        InetSocketAddress address = new InetSocketAddress(
                configuration.operations().host(), configuration.operations().port());
        try {
            toClose.add(new OperationsServer(address, metrics::scrape, this::readiness));
        } catch (IOException e) {
            throw new IOException(
                    "operations cannot listen on " + configuration.operations() + ": " + e.getMessage()
                            + "; free it or change operations in the configuration",
                    e);
        }
        toClose.add(timer::shutdownNow);
        toClose.add(kernels.claim());
        openCredentials();
        timer.scheduleWithFixedDelay(
                HeapTrim.ofThisProcess(), HEAP_TRIM_MILLIS, HEAP_TRIM_MILLIS, TimeUnit.MILLISECONDS);
        switch (configuration.role()) {
            case Anchor anchor -> open(anchor);
            case Access access -> open(access);
        }
    }

    /** One line for a file that cannot be used. */
    private void openCredentials() throws IOException {
        if (configuration.tls().isEmpty()) {
            log.warn("TLS is off, as configured: whoever answers at a service's address is believed");
            return;
        }
        PeerCredentials own = PeerCredentials.open(
                configuration.tls().get(), configuration.identity(), new TlsMeters(metrics.registry()), CLOCK);
        TlsMeters.expires(metrics.registry(), own);
        own.watch(timer);
        credentials = Optional.of(own);
    }

    private ChannelFactory channels(PeerIdentity.Service service) {
        ChannelCredentials proof =
                credentials.map(own -> own.client(service)).orElseGet(InsecureChannelCredentials::create);
        return address -> transport.connect(address, proof);
    }

    private void openControl(AgentControl control) throws IOException {
        if (configuration.controlSocket().isPresent()) {
            toClose.add(new ControlSocket(configuration.controlSocket().get(), control));
        }
    }

    /** Blocks until it does its work. */
    void awaitReady() throws InterruptedException {
        while (!readiness().ready()) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        // What follows the first answers is part of a start, too.
        TimeUnit.MILLISECONDS.sleep(2 * TELEMETRY_MILLIS);
    }

    private Readiness readiness() {
        Readiness present = readiness.get().get();
        Map<String, Object> details = new HashMap<>(present.details());
        if (credentials.isEmpty()) {
            details.put("tls", "off");
        } else {
            TlsStatus status = credentials.get().status();
            details.put("tls", "mutual");
            details.put("certificateExpires", status.expires().toString());
            details.put("certificateExpired", CLOCK.instant().isAfter(status.expires()));
            status.fault().ifPresent(fault -> details.put("certificateNotReloaded", fault));
        }
        return new Readiness(present.ready(), details);
    }

    private void open(Anchor anchor) throws KernelException, IOException {
        AnchorKernel kernel = kernels.anchor(configuration, anchor);
        toClose.add(kernel);
        AnchorLoop loop = new AnchorLoop(
                new AnchorSettings(configuration.lmaAddress(), anchor.pools(), configuration.reconcileInterval()),
                kernel,
                metrics,
                CLOCK,
                NANO_TIME);
        toClose.add(loop);
        Optional<SignallingRelay> relay = anchor.signalling().isPresent()
                ? Optional.of(relay(anchor.signalling().get()))
                : Optional.empty();
        readiness.set(() -> with(loop.readiness(), relay));
        openControl(LocalControl.of(configuration, version, this::readiness, loop));

        ChannelFactory flowManager = channels(PeerIdentity.FLOW_MANAGER);
        BindingStream bindings = new BindingStream(
                configuration.bindingServices(),
                channels(PeerIdentity.BINDING_SERVICE),
                configuration.lmaAddress(),
                loop,
                timer,
                metrics,
                random);
        SteeringStream steering = new SteeringStream(
                configuration.flowServices(),
                flowManager,
                configuration.lmaAddress(),
                version,
                loop,
                timer,
                metrics,
                random);
        LinkStream links = new LinkStream(configuration.flowServices(), flowManager, timer, metrics, random);
        toClose.add(bindings);
        toClose.add(steering);
        toClose.add(links);
        // What the kernel has is read while these two connect: what arrives meanwhile waits in the loop. Steering is
        // greeted with it.
        bindings.start();
        links.start();
        loop.start();
        steering.start();

        if (anchor.probes().isPresent()) {
            probe(anchor.probes().get(), loop);
        }

        AnchorTelemetry sampling = new AnchorTelemetry(
                configuration.lmaAddress(),
                kernel,
                loop,
                steering,
                links,
                metrics,
                CLOCK,
                NANO_TIME,
                anchor.maxFlowSamples());
        sampleRegularly(sampling::sample);
        log.info("agent {} of anchor {} on {}", version, configuration.lmaAddress(), configuration.backhaulInterface());
    }

    private void probe(GatewayProbes probes, AnchorLoop loop) throws KernelException {
        GatewayProber prober = new GatewayProber(
                kernels.echoSocket(configuration.lmaAddress().address()),
                probes.interval(),
                probes.misses(),
                loop::gateways,
                loop::gatewaysSilent);
        toClose.add(prober);
        prober.start();
    }

    private SignallingRelay relay(AnchorSignalling signalling) throws KernelException {
        HeaderSockets sockets = kernels.headerSockets(configuration.lmaAddress().address(), signalling.ipv4Address());
        toClose.add(sockets);
        SignallingRelay relay = new SignallingRelay(
                sockets,
                signalling.protection(),
                kernels.protectionCheck(
                        signalling.protection(), configuration.lmaAddress().address(), signalling.ipv4Address()),
                new WireMeters(metrics.registry()),
                NANO_TIME);
        RelayStream stream = new RelayStream(
                configuration.bindingServices(),
                channels(PeerIdentity.BINDING_SERVICE),
                configuration.lmaAddress(),
                version,
                signalling.protection(),
                signalling.ipv4Address(),
                relay,
                timer,
                metrics,
                random);
        toClose.add(stream);
        relay.start(stream);
        stream.start();
        verifyRegularly(relay::verify);
        log.info(
                "signalling on the wire at {}, protected by {}",
                configuration.lmaAddress(),
                signalling.protection().text());
        return relay;
    }

    private void verifyRegularly(Runnable verification) {
        long interval = configuration.reconcileInterval().toMillis();
        timer.scheduleWithFixedDelay(verification, interval, interval, TimeUnit.MILLISECONDS);
    }

    private static Readiness with(Readiness readiness, Optional<SignallingRelay> relay) {
        if (relay.isEmpty()) {
            return readiness;
        }
        Map<String, Object> details = new HashMap<>(readiness.details());
        details.putAll(relay.get().details());
        return new Readiness(readiness.ready(), details);
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

    private Registering registering(Access access, AccessLoop loop) throws KernelException {
        if (access.signalling().isEmpty()) {
            RegistrationStream registration = new RegistrationStream(
                    configuration.bindingServices(),
                    channels(PeerIdentity.BINDING_SERVICE),
                    configuration.lmaAddress(),
                    access.proxyCareOfAddress(),
                    version,
                    BootIdentity.number(),
                    loop,
                    timer,
                    metrics,
                    random);
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
                configuration.lmaAddress(),
                access.proxyCareOfAddress(),
                signalling.profile(),
                signalling.protection(),
                kernels.protectionCheck(signalling.protection(), local, Optional.empty()),
                kernels.headerSockets(local, Optional.empty()),
                loop,
                new WireMeters(metrics.registry()));
        return new Registering(
                registration,
                registration,
                // RFC 5213 has no such question.
                identifiers -> {},
                () -> {
                    registration.start();
                    verifyRegularly(registration::verify);
                },
                registration::isUp,
                registration,
                signalling.protection().text());
    }

    private void open(Access access) throws KernelException, IOException {
        AccessKernel kernel = kernels.access(configuration, access);
        toClose.add(kernel);
        AttachmentSource source = kernels.attachments(configuration, access);
        toClose.add(source);
        Set<String> names = new LinkedHashSet<>();
        Map<String, Long> capacities = new HashMap<>();
        for (AccessLink link : access.accessLinks()) {
            names.add(link.interfaceName());
            link.capacityBitsPerSecond().ifPresent(capacity -> capacities.put(link.interfaceName(), capacity));
        }
        AttachmentTable table = new AttachmentTable(
                new AttachmentSettings(
                        configuration.lmaAddress(),
                        access.proxyCareOfAddress(),
                        access.accessTechnologyType(),
                        access.mobileNodes(),
                        access.signalling().isEmpty(),
                        access.bindingLifetimeSeconds(),
                        access.attachHandoffIndicator(),
                        access.presenceInterval()),
                CLOCK,
                NANO_TIME,
                random);
        AccessLoop loop = new AccessLoop(
                new AccessSettings(
                        access.proxyCareOfAddress(),
                        configuration.lmaAddress(),
                        names,
                        configuration.reconcileInterval()),
                table,
                new AnchorRequests(
                        table,
                        BootIdentity.number(),
                        access.signalling().map(GatewaySignalling::heartbeatInterval),
                        NANO_TIME,
                        random.nextLong()),
                kernel,
                source,
                metrics,
                NANO_TIME);
        Registering registration = registering(access, loop);
        LinkStream links = new LinkStream(
                configuration.flowServices(), channels(PeerIdentity.FLOW_MANAGER), timer, metrics, random);
        loop.start(registration.updates(), registration.answers(), registration.asker());
        toClose.add(loop);
        toClose.add(registration.end());
        toClose.add(links);
        readiness.set(() -> {
            Readiness now = loop.readiness(registration.isUp().getAsBoolean());
            Map<String, Object> details = new HashMap<>(now.details());
            details.put("signallingProtection", registration.way());
            return new Readiness(now.ready(), details);
        });
        openControl(LocalControl.of(configuration, version, this::readiness, loop));
        registration.start().run();
        links.start();

        AccessTelemetry sampling = new AccessTelemetry(
                configuration.lmaAddress(),
                access.proxyCareOfAddress(),
                access.accessTechnologyType(),
                capacities,
                kernel,
                links,
                metrics,
                CLOCK,
                NANO_TIME);
        sampleRegularly(sampling::sample);
        log.info(
                "agent {} of gateway {} ({}) on {}, anchor {}",
                version,
                access.proxyCareOfAddress(),
                access.accessTechnologyType(),
                names,
                configuration.lmaAddress());
    }

    private void sampleRegularly(Sampling sampling) {
        telemetry.scheduleAtFixedRate(
                () -> sampleOnce(sampling), TELEMETRY_MILLIS, TELEMETRY_MILLIS, TimeUnit.MILLISECONDS);
        // Before the kernel is closed under it.
        toClose.add(() -> {
            telemetry.shutdownNow();
            if (!telemetry.awaitTermination(2, TimeUnit.SECONDS)) {
                log.warn("telemetry does not end");
            }
        });
    }

    private void sampleOnce(Sampling sampling) {
        try {
            sampling.sample();
            samplingFails = false;
        } catch (KernelException | RuntimeException e) {
            metrics.kernelRefused();
            if (!samplingFails) {
                log.warn("no samples: {}", e.toString());
            }
            samplingFails = true;
        }
    }

    private static ScheduledExecutorService single(String name) {
        return Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }
}
