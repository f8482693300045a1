package org.flowanchor.agent.boot;

import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.flowanchor.agent.adapter.grpc.ChannelFactory;
import org.flowanchor.agent.adapter.grpc.Transport;
import org.flowanchor.agent.adapter.metrics.PrometheusMetrics;
import org.flowanchor.agent.adapter.metrics.TlsMeters;
import org.flowanchor.agent.adapter.operations.ControlSocket;
import org.flowanchor.agent.adapter.operations.OperationsServer;
import org.flowanchor.agent.application.AgentControl;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.application.Readiness;
import org.flowanchor.agent.boot.AgentConfiguration.Access;
import org.flowanchor.agent.boot.AgentConfiguration.Anchor;
import org.flowanchor.api.identity.PeerCredentials;
import org.flowanchor.api.identity.PeerIdentity;
import org.flowanchor.api.identity.TlsStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running agent. Threads: the role's loop, one for the streams' timers, one for telemetry, at the anchor one for probes of gateways, the transport's event loop, the operations
 * server with one per request, and whatever the attachment source needs.
 */
final class Agent implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Agent.class);
    static final InstantSource CLOCK = InstantSource.system();
    static final LongSupplier NANO_TIME = System::nanoTime;
    private static final long TELEMETRY_MILLIS = 1_000;
    private static final long HEAP_TRIM_MILLIS = 5_000;

    /** Reads the kernel and reports. */
    interface Sampling {
        void sample() throws KernelException;
    }

    final AgentConfiguration configuration;
    final Kernels kernels;
    private final Transport transport;
    final String version;
    final PrometheusMetrics metrics = new PrometheusMetrics();
    /** Any thread's, and of 64 bits: identifiers of traces that come from fewer meet. */
    final RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();

    final ScheduledExecutorService timer = single("streams");
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
            case Anchor anchor -> new AnchorRole(this, anchor).open();
            case Access access -> new AccessRole(this, access).open();
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

    /** Connections to a service that is believed to be that one. */
    ChannelFactory channels(PeerIdentity.Service service) {
        ChannelCredentials proof =
                credentials.map(own -> own.client(service)).orElseGet(InsecureChannelCredentials::create);
        return address -> transport.connect(address, proof);
    }

    void openControl(AgentControl control) throws IOException {
        if (configuration.controlSocket().isPresent()) {
            toClose.add(new ControlSocket(configuration.controlSocket().get(), control));
        }
    }

    /** Whatever is opened first is closed last. */
    void closing(AutoCloseable part) {
        toClose.add(part);
    }

    /** What health and status say of the role. */
    void telling(Supplier<Readiness> role) {
        readiness.set(role);
    }

    /** Blocks until it does its work, and has been asked what operators' tools ask regularly: a start cache remembers that, too. */
    void awaitReady() throws InterruptedException, IOException {
        while (!readiness().ready()) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        // What follows the first answers is part of a start, too.
        TimeUnit.MILLISECONDS.sleep(2 * TELEMETRY_MILLIS);
        for (String path : OperationsServer.PATHS) {
            ask(path);
        }
    }

    private void ask(String path) throws IOException {
        try (Socket socket = new Socket(
                configuration.operations().host(), configuration.operations().port())) {
            socket.getOutputStream().write(("GET " + path + " HTTP/1.0\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        }
    }

    Readiness readiness() {
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

    /** What may have changed behind our back, once each reconcile interval. */
    void verifyRegularly(Runnable verification) {
        long interval = configuration.reconcileInterval().toMillis();
        timer.scheduleWithFixedDelay(() -> verifyOnce(verification), interval, interval, TimeUnit.MILLISECONDS);
    }

    /** One that fails is followed by the next all the same. */
    private void verifyOnce(Runnable verification) {
        try {
            verification.run();
        } catch (RuntimeException e) {
            metrics.fault();
            log.error("verification failed, the next follows", e);
        }
    }

    void sampleRegularly(Sampling sampling) {
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
