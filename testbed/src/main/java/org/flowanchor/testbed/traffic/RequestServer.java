package org.flowanchor.testbed.traffic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.flowanchor.testbed.traffic.EndCommand.ServeRequests;
import org.flowanchor.testbed.traffic.FlowAccount.PhaseAccount;

/** Answers one small request per connection. */
final class RequestServer implements Flow {
    static final int REQUEST_OCTETS = 128;
    static final int ANSWER_OCTETS = 4096;

    private final ServerSocket server;
    private final AtomicLong answered = new AtomicLong();
    private volatile String problem = "";

    RequestServer(ServeRequests order) throws IOException {
        server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress("::", order.port()), 128);
        Thread.ofPlatform().name("serve-" + order.flow()).daemon().start(this::accept);
    }

    @Override
    public void phase(int phase) {}

    @Override
    public FlowAccount account() {
        return new FlowAccount(Map.of(0, new PhaseAccount(0, answered.get(), 0, 0, 0, 0, 0)), List.of(), problem);
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
                Thread.ofVirtual().start(() -> answer(socket));
            }
        } catch (IOException e) {
            if (!server.isClosed()) {
                problem = e.toString();
            }
        }
    }

    private void answer(Socket socket) {
        try (socket) {
            socket.setSoTimeout(10_000);
            if (socket.getInputStream().readNBytes(REQUEST_OCTETS).length == REQUEST_OCTETS) {
                socket.getOutputStream().write(new byte[ANSWER_OCTETS]);
                answered.incrementAndGet();
                // The client closes first, so the port it used is not the server's to wait for.
                socket.getInputStream().read();
            }
        } catch (IOException e) {
            // The client counts the failure.
        }
    }
}
