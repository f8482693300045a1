package org.flowanchor.agent.adapter.grpc;

import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.buffer.ByteBufAllocator;
import io.grpc.netty.shaded.io.netty.buffer.PooledByteBufAllocator;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollChannelOption;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import java.util.concurrent.TimeUnit;
import org.flowanchor.agent.application.ServiceAddress;

/**
 * Connections over TCP, all on one event loop thread; callbacks run on it, so they only map and hand over.
 *
 * <p>A peer that vanished without a word is noticed by TCP. One that is held (SIGSTOP, a machine without memory) answers TCP, and
 * accepts connections, but no HTTP/2 ping. The services permit as many pings as are sent here; others may answer them with GOAWAY.
 */
public final class NettyChannels implements Transport, AutoCloseable {
    /** A full steering state is one message; bindings come in parts. */
    private static final int MAX_INBOUND_MESSAGE_BYTES = 32 << 20;

    private static final int CONNECT_TIMEOUT_MILLIS = 2_000;
    private static final int UNACKNOWLEDGED_TIMEOUT_MILLIS = 10_000;

    private static final int PING_AFTER_SECONDS = 10;
    private static final int PING_ANSWERED_WITHIN_SECONDS = 5;

    private static final int PAGE_BYTES = 8 << 10;

    /** A piece of memory from which buffers are cut has so many pages, as a power of two; a larger buffer is a piece of its own. */
    private static final int PAGES_ORDER = 6;

    static {
        // Read when the library is loaded. Nobody records its events here, and their classes are many.
        String events = "io.grpc.netty.shaded.io.netty.jfr.enabled";
        if (System.getProperty(events) == null) {
            System.setProperty(events, "false");
        }
    }

    private final boolean epoll = Epoll.isAvailable();

    @SuppressWarnings("deprecation") // The successor of these constructors allocates the same.
    private final EventLoopGroup eventLoop = epoll ? new EpollEventLoopGroup(1) : new NioEventLoopGroup(1);

    /** One for all: of its own accord the library would keep megabytes ready for each thread that writes. */
    private final ByteBufAllocator buffers = new PooledByteBufAllocator(
            true,
            0,
            1,
            PAGE_BYTES,
            PAGES_ORDER,
            PooledByteBufAllocator.defaultSmallCacheSize(),
            PooledByteBufAllocator.defaultNormalCacheSize(),
            false);

    @Override
    public ManagedChannel connect(ServiceAddress address, ChannelCredentials credentials) {
        Class<? extends Channel> type = epoll ? EpollSocketChannel.class : NioSocketChannel.class;
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(address.host(), address.port(), credentials)
                .eventLoopGroup(eventLoop)
                .channelType(type)
                .withOption(ChannelOption.ALLOCATOR, buffers)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                .withOption(ChannelOption.SO_KEEPALIVE, true)
                .keepAliveTime(PING_AFTER_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(PING_ANSWERED_WITHIN_SECONDS, TimeUnit.SECONDS)
                // A connection that is being made has no calls yet.
                .keepAliveWithoutCalls(true)
                .proxyDetector(target -> null)
                .maxInboundMessageSize(MAX_INBOUND_MESSAGE_BYTES)
                .disableRetry()
                .directExecutor();
        if (epoll) {
            builder.withOption(EpollChannelOption.TCP_KEEPIDLE, 5)
                    .withOption(EpollChannelOption.TCP_KEEPINTVL, 2)
                    .withOption(EpollChannelOption.TCP_KEEPCNT, 3)
                    .withOption(EpollChannelOption.TCP_USER_TIMEOUT, UNACKNOWLEDGED_TIMEOUT_MILLIS);
        }
        return builder.build();
    }

    @Override
    public void close() {
        eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
