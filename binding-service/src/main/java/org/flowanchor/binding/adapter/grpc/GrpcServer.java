package org.flowanchor.binding.adapter.grpc;

import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.flowanchor.api.identity.CallerInterceptor;
import org.flowanchor.binding.application.Anchor;
import org.flowanchor.binding.application.AnchorVersions;
import org.flowanchor.binding.application.AskingAgain;
import org.flowanchor.binding.application.BindingLog;
import org.flowanchor.binding.application.BindingQueries;
import org.flowanchor.binding.application.BindingRelease;
import org.flowanchor.binding.application.BindingStream;
import org.flowanchor.binding.application.GatewayChannel;
import org.flowanchor.binding.application.GatewaySignals;
import org.flowanchor.binding.application.MobileNodeDirectory;
import org.flowanchor.binding.application.OperatorQueries;
import org.flowanchor.binding.application.Registrations;
import org.flowanchor.binding.application.RelayRegistry;
import org.flowanchor.binding.application.Signalling;
import org.flowanchor.binding.application.SignallingMetrics;
import org.flowanchor.binding.application.StreamRegistry;
import org.flowanchor.binding.application.WireSignalling;
import org.flowanchor.binding.domain.PrefixPool;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LmaAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server that agents, the flow-manager and operators' tools dial. Calls run on the transport's threads: nothing in them blocks. */
public final class GrpcServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GrpcServer.class);
    private static final Status STOPPING = Status.UNAVAILABLE.withDescription("binding-service is stopping");

    private final InetSocketAddress address;
    private final RegistrationEndpoint registration;
    private final BindingStreamEndpoint streams;
    private final RelayEndpoint relays;
    private final ExecutorService feeds = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("binding-stream-", 0).factory());
    private final Server server;

    public GrpcServer(
            InetSocketAddress address,
            ServerCredentials credentials,
            CallerInterceptor callers,
            ServerInterceptor meters,
            List<Anchor> anchors,
            Registrations registrations,
            MobileNodeDirectory directory,
            GatewaySignals signals,
            Signalling signalling,
            SignallingMetrics signallingMetrics,
            BindingLog log,
            AnchorVersions versions,
            StreamRegistry registry,
            WireSignalling wireSignalling,
            RelayRegistry relayRegistry,
            BindingQueries bindingQueries,
            OperatorQueries operatorQueries,
            BindingRelease release,
            AskingAgain askingAgain,
            InstantSource clock) {
        this.address = address;
        Set<LmaAddress> addresses = anchors.stream().map(Anchor::lmaAddress).collect(Collectors.toUnmodifiableSet());
        Set<HomeNetworkPrefix> pools = anchors.stream()
                .flatMap(anchor -> anchor.pools().stream())
                .map(PrefixPool::prefix)
                .collect(Collectors.toUnmodifiableSet());
        this.registration =
                new RegistrationEndpoint(registrations, signals, directory, feeds, pools, signallingMetrics, clock);
        this.streams = new BindingStreamEndpoint(
                addresses, (anchor, applied) -> new BindingStream(anchor, log, versions, applied), registry, feeds);
        this.relays = new RelayEndpoint(addresses, wireSignalling, relayRegistry);
        this.server = NettyServerBuilder.forAddress(address, credentials)
                .directExecutor()
                // Dead agents are noticed; living ones may ask as often.
                .keepAliveTime(10, TimeUnit.SECONDS)
                .keepAliveTimeout(5, TimeUnit.SECONDS)
                .permitKeepAliveTime(5, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .intercept(callers)
                .intercept(new PeerAddress())
                // Outside of the others: what they refuse counts, too.
                .intercept(meters)
                .intercept(new CallTrace())
                .addService(registration)
                .addService(streams)
                .addService(relays)
                .addService(new FlowMobilityEndpoint(signalling))
                .addService(new OperatorEndpoint(bindingQueries, operatorQueries, release, askingAgain, feeds))
                .build();
    }

    /** @throws UncheckedIOException naming the address when it is taken */
    public void start() {
        try {
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException("gRPC cannot listen on " + address + ": " + e.getMessage(), e);
        }
        LOG.info("gRPC on {} port {}", address.getHostString(), server.getPort());
    }

    /** The port it listens on. */
    public int port() {
        return server.getPort();
    }

    /** The way to the gateways that have a stream here. */
    public GatewayChannel gatewayChannel() {
        return registration;
    }

    public int gateways() {
        return registration.gateways();
    }

    /** Agents are told to dial again, and may find another replica. */
    @Override
    public void close() {
        server.shutdown();
        registration.closeAll(STOPPING);
        streams.closeAll(STOPPING);
        relays.closeAll(STOPPING);
        // Feeds end by themselves: an interrupt would close the database connection they read from.
        feeds.shutdown();
        try {
            if (!server.awaitTermination(2, TimeUnit.SECONDS)) {
                server.shutdownNow();
            }
            if (!feeds.awaitTermination(3, TimeUnit.SECONDS)) {
                feeds.shutdownNow();
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
