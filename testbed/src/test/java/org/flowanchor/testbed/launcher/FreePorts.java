package org.flowanchor.testbed.launcher;

import java.io.IOException;
import java.net.ServerSocket;

/** Ports that nobody listens on at present. */
final class FreePorts {
    private FreePorts() {}

    static Ports all() throws IOException {
        return new Ports(next(), next(), next(), next(), next(), next(), next(), next());
    }

    static int next() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
