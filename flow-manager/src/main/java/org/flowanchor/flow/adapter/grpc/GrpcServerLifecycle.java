package org.flowanchor.flow.adapter.grpc;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.flowanchor.api.identity.CallerInterceptor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** The gRPC server, started after everything it needs and stopped before it. */
public final class GrpcServerLifecycle implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(GrpcServerLifecycle.class);
    private static final int MAX_MESSAGE_BYTES = 16 << 20;
    private static final long KEEP_ALIVE_SECONDS = 10;
    private static final long DEAD_AFTER_SECONDS = 5;

    private final InetSocketAddress address;
    private final ServerCredentials credentials;
    private final CallerInterceptor callers;
    private final ServerInterceptor meters;
    private final BindableService service;
    private volatile @Nullable Server server;

    public GrpcServerLifecycle(
            InetSocketAddress address,
            ServerCredentials credentials,
            CallerInterceptor callers,
            ServerInterceptor meters,
            BindableService service) {
        this.address = address;
        this.credentials = credentials;
        this.callers = callers;
        this.meters = meters;
        this.service = service;
    }

    @Override
    public void start() {
        try {
            // Handlers only hand over to a loop or a queue, so they run where the bytes arrive.
            Server started = NettyServerBuilder.forAddress(address, credentials)
                    .directExecutor()
                    .intercept(callers)
                    // Outside of it: what it refuses counts, too.
                    .intercept(meters)
                    .addService(service)
                    .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                    .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                    .keepAliveTimeout(DEAD_AFTER_SECONDS, TimeUnit.SECONDS)
                    .permitKeepAliveTime(1, TimeUnit.SECONDS)
                    .permitKeepAliveWithoutCalls(true)
                    .build()
                    .start();
            server = started;
            LOG.info("gRPC listens on {}", started.getListenSockets());
        } catch (IOException e) {
            throw new UncheckedIOException("gRPC cannot listen on " + address, e);
        }
    }

    @Override
    public void stop() {
        Server running = server;
        if (running != null) {
            running.shutdownNow();
            server = null;
        }
    }

    @Override
    public boolean isRunning() {
        return server != null;
    }

    /** The port listened on. */
    public int port() {
        Server running = server;
        if (running == null) {
            throw new IllegalStateException("gRPC is not running");
        }
        return running.getPort();
    }
}
