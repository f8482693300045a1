package org.flowanchor.flow.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.flowanchor.flow.boot.Platform.address;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.flowanchor.api.identity.Caller;
import org.flowanchor.api.identity.PeerCredentials;
import org.flowanchor.api.identity.PeerIdentity;
import org.flowanchor.api.identity.TlsConfigurationException;
import org.flowanchor.api.v1.AnchorHello;
import org.flowanchor.api.v1.AnchorReport;
import org.flowanchor.api.v1.FlowMobilityServiceGrpc;
import org.flowanchor.api.v1.LinkReport;
import org.flowanchor.api.v1.LinkReportSummary;
import org.flowanchor.api.v1.LinkSample;
import org.flowanchor.api.v1.PrepareMoveRequest;
import org.flowanchor.api.v1.PrepareMoveResponse;
import org.flowanchor.api.v1.SteeringCommand;
import org.flowanchor.api.v1.SteeringServiceGrpc;
import org.flowanchor.flow.adapter.grpc.FlowMobilityClient;
import org.flowanchor.flow.adapter.grpc.GrpcServerLifecycle;
import org.flowanchor.flow.domain.placement.CarriedPrefix;
import org.flowanchor.flow.domain.placement.PrefixAnswer;
import org.flowanchor.flow.domain.placement.PrefixQuestion;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.service.TransportSecurity;
import org.flowanchor.service.testing.TestCertificates;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The service off loopback: who may speak on gRPC and REST, and as whom it speaks itself. Kafka is away, which none of it needs. */
class MutualTlsIT {
    private static final LmaAddress ANCHOR = LmaAddress.parse(Platform.ANCHOR);
    private static final ProxyCareOfAddress GATEWAY = ProxyCareOfAddress.parse("2001:db8:b::11");
    private static final PeerIdentity ANCHOR_AGENT = new PeerIdentity.AnchorAgent(ANCHOR);
    private static final PeerIdentity ACCESS_AGENT = new PeerIdentity.AccessAgent(GATEWAY);

    @TempDir
    private static Path directory;

    private static TestCertificates certificates;
    private static EmbeddedPostgres postgres;
    private static ConfigurableApplicationContext service;

    @BeforeAll
    static void start() throws IOException {
        certificates = new TestCertificates(directory);
        postgres = EmbeddedPostgres.start();
        List<String> offLoopback = new ArrayList<>(certificates.arguments(PeerIdentity.FLOW_MANAGER));
        offLoopback.add("--server.address=::");
        service = run(offLoopback.toArray(String[]::new));
    }

    @AfterAll
    static void stop() throws IOException {
        service.close();
        postgres.close();
    }

    private static ConfigurableApplicationContext run(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--server.shutdown=immediate",
                "--flowanchor.grpc.port=0",
                "--spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"),
                "--spring.kafka.bootstrap-servers=127.0.0.1:1"));
        arguments.addAll(List.of(more));
        return new SpringApplicationBuilder(FlowManagerApplication.class).run(arguments.toArray(String[]::new));
    }

    private static ManagedChannel channel(PeerCredentials credentials) {
        int port = service.getBean(GrpcServerLifecycle.class).port();
        return NettyChannelBuilder.forAddress(
                        new InetSocketAddress("::1", port), credentials.client(PeerIdentity.FLOW_MANAGER))
                .build();
    }

    /** How a stream ends; it is told nothing else. */
    private static final class End<A> implements StreamObserver<A> {
        private final CompletableFuture<Status> end = new CompletableFuture<>();

        @Override
        public void onNext(A answer) {}

        @Override
        public void onError(Throwable cause) {
            end.complete(Status.fromThrowable(cause));
        }

        @Override
        public void onCompleted() {
            end.complete(Status.OK);
        }

        Status await() {
            try {
                return end.get(30, TimeUnit.SECONDS);
            } catch (InterruptedException | ExecutionException | TimeoutException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Says hello twice, which no stream may: so it ends also where the first one is taken. */
    private static Status steer(PeerCredentials credentials) {
        ManagedChannel channel = channel(credentials);
        try {
            End<SteeringCommand> end = new End<>();
            StreamObserver<AnchorReport> stream =
                    SteeringServiceGrpc.newStub(channel).steer(end);
            AnchorReport hello = AnchorReport.newBuilder()
                    .setHello(AnchorHello.newBuilder().setLmaAddress(address(Platform.ANCHOR)))
                    .build();
            stream.onNext(hello);
            stream.onNext(hello);
            return end.await();
        } finally {
            channel.shutdownNow();
        }
    }

    private static Status report(PeerCredentials credentials, LinkSample.Kind kind, ByteString gateway) {
        ManagedChannel channel = channel(credentials);
        try {
            End<LinkReportSummary> end = new End<>();
            StreamObserver<LinkReport> stream =
                    SteeringServiceGrpc.newStub(channel).reportLinks(end);
            stream.onNext(LinkReport.newBuilder()
                    .setSample(LinkSample.newBuilder()
                            .setLmaAddress(address(Platform.ANCHOR))
                            .setProxyCareOfAddress(gateway)
                            .setKind(kind)
                            .setLink("w0")
                            .setAccessTechnologyType(FlowManagerScene.WLAN)
                            .setIntervalMs(1000)
                            .setSampledAtMs(System.currentTimeMillis()))
                    .build());
            stream.onCompleted();
            return end.await();
        } finally {
            channel.shutdownNow();
        }
    }

    private static HttpResponse<String> ask(SSLContext tls, String path) throws IOException, InterruptedException {
        URI address =
                URI.create("https://127.0.0.1:" + service.getEnvironment().getProperty("local.server.port") + path);
        try (HttpClient client = HttpClient.newBuilder().sslContext(tls).build()) {
            return client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private static double refused(String reason) {
        return counted("flowanchor_flow_tls_refused_total", "reason=\"" + reason + "\"");
    }

    private static double counted(String name, String label) {
        try {
            return ask(
                            certificates.of(PeerIdentity.POLICY_SERVICE).httpClient(PeerIdentity.FLOW_MANAGER),
                            "/actuator/prometheus")
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(name + "{") && line.contains(label))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                    .sum();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anAnchorIsSteeredThroughItsOwnAgentOnly() throws Exception {
        assertThat(steer(certificates.of(ANCHOR_AGENT)).getCode())
                .as("its first hello was taken")
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
        double before = refused("impersonation");
        Status status = steer(certificates.of(ACCESS_AGENT));
        assertThat(status.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(status.getDescription()).contains(ACCESS_AGENT.toString(), ANCHOR_AGENT.toString());
        assertThat(refused("impersonation")).isEqualTo(before + 1);
    }

    @Test
    void linksAreReportedByWhoseTheyAre() throws Exception {
        ByteString own = address(GATEWAY.toString());
        ByteString other = address("2001:db8:b::12");
        PeerCredentials gateway = certificates.of(ACCESS_AGENT);
        PeerCredentials anchor = certificates.of(ANCHOR_AGENT);
        assertThat(report(gateway, LinkSample.Kind.KIND_ACCESS_LINK, own)).isEqualTo(Status.OK);
        assertThat(report(gateway, LinkSample.Kind.KIND_ACCESS_LINK, other).getCode())
                .isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(report(gateway, LinkSample.Kind.KIND_TUNNEL, own).getCode())
                .isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(report(anchor, LinkSample.Kind.KIND_TUNNEL, own)).isEqualTo(Status.OK);
        assertThat(report(anchor, LinkSample.Kind.KIND_ACCESS_LINK, own).getCode())
                .isEqualTo(Status.Code.PERMISSION_DENIED);
        Platform.await(
                "refusals are counted",
                () -> counted("grpc_server_processing_duration_seconds_count", "statusCode=\"PERMISSION_DENIED\"")
                        >= 3);
    }

    @Test
    void expiredAndForeignCertificatesAreRefusedAndCounted() throws Exception {
        double expired = refused("expired");
        double foreign = refused("foreign");
        assertThat(steer(certificates.expired(ANCHOR_AGENT)).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(steer(certificates.foreign(ANCHOR_AGENT)).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(refused("expired")).isGreaterThan(expired);
        assertThat(refused("foreign")).isGreaterThan(foreign);
    }

    @Test
    void restIsForThePolicyService() throws Exception {
        SSLContext policy = certificates.of(PeerIdentity.POLICY_SERVICE).httpClient(PeerIdentity.FLOW_MANAGER);
        SSLContext agent = certificates.of(ACCESS_AGENT).httpClient(PeerIdentity.FLOW_MANAGER);
        assertThat(ask(policy, "/api/v1/flows").statusCode()).isEqualTo(200);
        HttpResponse<String> refused = ask(agent, "/api/v1/flows");
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("urn:flowanchor:problem:caller-not-allowed");
        assertThat(ask(agent, "/actuator/health").body())
                .contains("\"tls\":\"mutual\"", PeerIdentity.FLOW_MANAGER.toString());
    }

    @Test
    void withoutCertificatesOrProtectionOfRestItDoesNotStart() {
        assertThatThrownBy(() -> run("--flowanchor.tls.mode=mutual"))
                .hasRootCauseInstanceOf(TlsConfigurationException.class)
                .hasRootCauseMessage("flowanchor.tls.certificate is missing");
        assertThatThrownBy(() -> run("--server.address=::", "--flowanchor.tls.mode=plaintext"))
                .hasRootCauseInstanceOf(TlsConfigurationException.class)
                .rootCause()
                .hasMessageContaining("offers REST beyond this host without authentication");
    }

    /** The binding-service's end with the certificate of {@code identity}: what it answers says who asked. */
    private static PrefixAnswer askAnchorService(PeerIdentity identity) throws Exception {
        PeerCredentials own = certificates.of(identity);
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress("::1", 0), own.server())
                .intercept(own.callers())
                .addService(new FlowMobilityServiceGrpc.FlowMobilityServiceImplBase() {
                    @Override
                    public void prepareMove(PrepareMoveRequest request, StreamObserver<PrepareMoveResponse> response) {
                        Caller.current().require(PeerIdentity.FLOW_MANAGER);
                        response.onNext(ScriptedBindingService.requested());
                        response.onCompleted();
                    }
                })
                .build()
                .start();
        try (FlowMobilityClient client = new FlowMobilityClient(
                List.of("[::1]:" + server.getPort()),
                service.getBean(TransportSecurity.class).client(PeerIdentity.BINDING_SERVICE),
                Duration.ofSeconds(10))) {
            CarriedPrefix what = new CarriedPrefix(
                    new MobileNodeIdentifier(FlowManagerScene.NODE),
                    HomeNetworkPrefix.parse("2001:db8:100:1::/64"),
                    GATEWAY);
            return client.ask(ANCHOR, new PrefixQuestion.Prepare(what), Optional.empty())
                    .get(30, TimeUnit.SECONDS);
        } finally {
            server.shutdownNow();
        }
    }

    @Test
    void prefixesAreAskedForByNameAndOfTheBindingServiceOnly() throws Exception {
        assertThat(askAnchorService(PeerIdentity.BINDING_SERVICE)).isInstanceOf(PrefixAnswer.Taken.class);
        assertThat(askAnchorService(PeerIdentity.POLICY_SERVICE)).isInstanceOf(PrefixAnswer.Unavailable.class);
    }
}
