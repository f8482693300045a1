package org.flowanchor.agent.boot;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks a running agent through its control socket. */
final class ControlClient {
    private static final JsonMapper JSON = JsonMapper.shared();

    private ControlClient() {}

    /** @throws IOException when no agent listens there, or it breaks off */
    static JsonNode ask(Path socket, Map<String, String> request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            try {
                channel.connect(UnixDomainSocketAddress.of(socket));
            } catch (IOException e) {
                throw new IOException(
                        "no agent answers on " + socket + ": " + e.getMessage()
                                + "; it listens where operations.socket of its configuration says",
                        e);
            }
            ByteBuffer line =
                    ByteBuffer.wrap((JSON.writeValueAsString(request) + "\n").getBytes(StandardCharsets.UTF_8));
            while (line.hasRemaining()) {
                channel.write(line);
            }
            BufferedReader answers =
                    new BufferedReader(new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
            String answer = answers.readLine();
            if (answer == null) {
                throw new IOException("the agent on " + socket + " gave no answer");
            }
            return JSON.readTree(answer);
        }
    }
}
