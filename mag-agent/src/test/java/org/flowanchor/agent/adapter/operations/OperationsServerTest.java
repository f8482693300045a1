package org.flowanchor.agent.adapter.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.flowanchor.agent.application.Readiness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class OperationsServerTest {
    @Test
    void requestsThatAreNeverFinishedHoldUpNoOther() throws Exception {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        List<Socket> unfinished = new ArrayList<>();
        try (OperationsServer server =
                        new OperationsServer(anyPort, () -> "metrics", () -> new Readiness(true, Map.of()));
                HttpClient client = HttpClient.newHttpClient()) {
            // One after the other they would be given up only after those that wait.
            for (int i = 0; i < 15; i++) {
                Socket socket = new Socket(
                        server.address().getAddress(), server.address().getPort());
                unfinished.add(socket);
                socket.getOutputStream().write('G');
            }
            for (String path : List.of("/health/live", "/health/ready", "/metrics")) {
                URI uri = URI.create("http://" + server.address().getAddress().getHostAddress() + ":"
                        + server.address().getPort() + path);
                HttpRequest request = HttpRequest.newBuilder(uri)
                        .timeout(Duration.ofSeconds(60))
                        .build();
                assertThat(client.send(request, HttpResponse.BodyHandlers.ofString())
                                .statusCode())
                        .as(path)
                        .isEqualTo(200);
            }
        } finally {
            for (Socket socket : unfinished) {
                socket.close();
            }
        }
    }
}
