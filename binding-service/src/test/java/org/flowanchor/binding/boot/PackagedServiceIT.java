package org.flowanchor.binding.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.MAG1;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.flowanchor.api.v1.AnchorSignal;
import org.flowanchor.api.v1.GatewaySignal;
import org.flowanchor.binding.Await;
import org.flowanchor.binding.TestDatabase;
import org.junit.jupiter.api.Test;

/** The jar as it ships, killed while it works: everything it acknowledged is in the database. */
class PackagedServiceIT {
    private static final int BEFORE_KILL = 300;

    @Test
    void killedUnderLoadLosesNoAcknowledgedBinding() throws Exception {
        try (TestDatabase database = TestDatabase.empty()) {
            int port = freePort();
            Process service = start(database, port);
            AtomicInteger acknowledged = new AtomicInteger();
            List<String> nodes = new ArrayList<>();
            ManagedChannel channel = NettyChannelBuilder.forAddress(new InetSocketAddress("::1", port))
                    .usePlaintext()
                    .build();
            try {
                Await.until("the service answers", () -> attach(channel, "first") == 0);
                try (Conversation<GatewaySignal, AnchorSignal> gateway = GatewayStream.open(channel, MAG1)) {
                    for (int i = 0; i < 10_000; i++) {
                        gateway.send(signal("node-" + i));
                    }
                    while (acknowledged.get() < BEFORE_KILL) {
                        AnchorSignal answer = gateway.next();
                        assertThat(answer.getProxyBindingAcknowledgement().getStatus())
                                .isZero();
                        nodes.add(answer.getProxyBindingAcknowledgement().getMobileNodeIdentifier());
                        acknowledged.incrementAndGet();
                    }
                    service.destroyForcibly().waitFor();
                    for (AnchorSignal late = gateway.poll(); late != null; late = gateway.poll()) {
                        nodes.add(late.getProxyBindingAcknowledgement().getMobileNodeIdentifier());
                    }
                }
            } finally {
                channel.shutdownNow();
                service.destroyForcibly().waitFor();
            }
            assertThat(database.query("SELECT mobile_node FROM binding_cache_entry"))
                    .containsAll(nodes);
            assertThat(database.number("SELECT sum(cardinality(mobile_node)) FROM outbox"))
                    .isEqualTo(database.number("SELECT version FROM anchor"));
            assertThat(database.number("SELECT count(DISTINCT prefix) FROM binding_prefix"))
                    .isEqualTo(database.number("SELECT count(*) FROM binding_cache_entry"));
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static Process start(TestDatabase database, int port) throws IOException {
        Path jar = Path.of("target", "binding-service.jar").toAbsolutePath();
        assertThat(jar).exists();
        List<String> command = new ArrayList<>(List.of(
                Objects.requireNonNull(ProcessHandle.current().info().command().orElse(null)),
                "-XX:+UseSerialGC",
                "-jar",
                jar.toString()));
        command.addAll(List.of(RunningService.arguments(
                database,
                "--flowanchor.grpc.port=" + port,
                "--flowanchor.any-gateway-authorized=true",
                "--flowanchor.mobile-nodes-default-group=guests")));
        Path log = Files.createTempFile("binding-service", ".log");
        log.toFile().deleteOnExit();
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private static GatewaySignal signal(String node) {
        return GatewaySignal.newBuilder()
                .setProxyBindingUpdate(GatewayStream.wlan(node).clearLinkLayerIdentifier())
                .build();
    }

    /** Status of one attach, -1 when the service is not there. */
    private static int attach(ManagedChannel channel, String node) {
        try (Conversation<GatewaySignal, AnchorSignal> gateway = GatewayStream.open(channel, MAG1)) {
            gateway.send(signal(node));
            Await.until("an answer or the end", gateway::hasNews);
            AnchorSignal answer = gateway.poll();
            return answer == null ? -1 : answer.getProxyBindingAcknowledgement().getStatus();
        }
    }
}
