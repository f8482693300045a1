package org.flowanchor.testbed.traffic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.flowanchor.testbed.traffic.EndCommand.ServeDownloads;
import org.flowanchor.testbed.traffic.FlowAccount.PhaseAccount;

/** Writes an endless stream of numbered blocks to whoever connects. */
final class DownloadServer implements Flow {
    /** Octets of a block; the first eight are its number. */
    static final int BLOCK = 1024;

    private final ServerSocket server;
    private final AtomicLong blocks = new AtomicLong();
    private volatile String problem = "";

    DownloadServer(ServeDownloads order) throws IOException {
        server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress("::", order.port()));
        Thread.ofPlatform().name("serve-" + order.flow()).daemon().start(this::accept);
    }

    @Override
    public void phase(int phase) {}

    /** Blocks handed to the kernel; those in its send buffer never arrive when the client stops. */
    @Override
    public FlowAccount account() {
        return new FlowAccount(Map.of(0, new PhaseAccount(blocks.get(), 0, 0, 0, 0, 0, 0)), List.of(), problem);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            problem = e.toString();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                Thread.ofPlatform().name("download").daemon().start(() -> write(socket));
            }
        } catch (IOException e) {
            if (!server.isClosed()) {
                problem = e.toString();
            }
        }
    }

    private void write(Socket socket) {
        ByteBuffer chunk = ByteBuffer.allocate(16 * BLOCK);
        try (socket) {
            for (long number = 0; ; number += 16) {
                for (int i = 0; i < 16; i++) {
                    chunk.putLong(i * BLOCK, number + i);
                }
                socket.getOutputStream().write(chunk.array());
                blocks.addAndGet(16);
            }
        } catch (IOException e) {
            // The client has enough.
        }
    }
}
