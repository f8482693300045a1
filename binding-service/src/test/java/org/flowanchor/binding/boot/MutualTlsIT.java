package org.flowanchor.binding.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.flowanchor.binding.Scene.ANCHOR;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MAG2;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.identity.PeerCredentials;
import org.flowanchor.api.identity.PeerIdentity;
import org.flowanchor.api.identity.TlsConfigurationException;
import org.flowanchor.api.v1.AnchorSignal;
import org.flowanchor.api.v1.BindingOperatorServiceGrpc;
import org.flowanchor.api.v1.BindingStreamRequest;
import org.flowanchor.api.v1.BindingStreamResponse;
import org.flowanchor.api.v1.BindingStreamServiceGrpc;
import org.flowanchor.api.v1.BindingSubscription;
import org.flowanchor.api.v1.GatewayHello;
import org.flowanchor.api.v1.GatewaySignal;
import org.flowanchor.api.v1.ListPrefixPoolsRequest;
import org.flowanchor.api.v1.MobilityHeaderRelayServiceGrpc;
import org.flowanchor.api.v1.RegistrationServiceGrpc;
import org.flowanchor.api.v1.RelayHello;
import org.flowanchor.api.v1.RelayUplink;
import org.flowanchor.binding.TestDatabase;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.service.testing.TestCertificates;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service off loopback: who may speak on gRPC and REST. */
class MutualTlsIT {
    private static final PeerIdentity AGENT = new PeerIdentity.AccessAgent(MAG1);

    @TempDir
    private static Path directory;

    private static TestCertificates certificates;
    private static TestDatabase database;
    private static RunningService service;

    @BeforeAll
    static void start() {
        certificates = new TestCertificates(directory);
        database = TestDatabase.empty();
        List<String> offLoopback = new ArrayList<>(certificates.arguments(PeerIdentity.BINDING_SERVICE));
        offLoopback.add("--server.address=::");
        service = new RunningService(database, offLoopback.toArray(String[]::new));
    }

    @AfterAll
    static void stop() {
        service.close();
        database.close();
    }

    private static ManagedChannel channel(PeerCredentials credentials) {
        return NettyChannelBuilder.forAddress(
                        new InetSocketAddress("::1", service.server().port()),
                        credentials.client(PeerIdentity.BINDING_SERVICE))
                .build();
    }

    private static Status hello(PeerCredentials credentials, ProxyCareOfAddress claimed) {
        ManagedChannel channel = channel(credentials);
        try (Conversation<GatewaySignal, AnchorSignal> gateway = GatewayStream.open(channel, claimed)) {
            // A hello has no answer; what is no message has one, if the hello was taken.
            gateway.send(GatewaySignal.getDefaultInstance());
            return gateway.end();
        } finally {
            channel.shutdownNow();
        }
    }

    private static double refused(String reason) {
        try {
            String name = "flowanchor_binding_tls_refused_total{reason=\"" + reason + "\"}";
            return ask(
                            certificates.of(PeerIdentity.POLICY_SERVICE).httpClient(PeerIdentity.BINDING_SERVICE),
                            "/actuator/prometheus")
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(name))
                    .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static HttpResponse<String> ask(SSLContext tls, String path) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newBuilder().sslContext(tls).build()) {
            URI address = URI.create(service.base().replace("http:", "https:") + path);
            return client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void operatorsCallsAreForOperatorsOnly() throws IOException {
        ManagedChannel tool = channel(certificates.of(PeerIdentity.OPERATOR));
        ManagedChannel agent = channel(certificates.of(AGENT));
        try {
            ListPrefixPoolsRequest request = ListPrefixPoolsRequest.getDefaultInstance();
            assertThat(BindingOperatorServiceGrpc.newBlockingStub(tool)
                            .listPrefixPools(request)
                            .getPoolsCount())
                    .isPositive();
            assertThatThrownBy(() ->
                            BindingOperatorServiceGrpc.newBlockingStub(agent).listPrefixPools(request))
                    .hasMessageContaining("PERMISSION_DENIED")
                    .hasMessageContaining("flowanchor://service/operator");
        } finally {
            tool.shutdownNow();
            agent.shutdownNow();
        }
    }

    @Test
    void aGatewaySpeaksForItselfOnly() throws IOException {
        PeerCredentials agent = certificates.of(AGENT);
        assertThat(hello(agent, MAG1).getCode()).as("its hello was taken").isEqualTo(Status.Code.INVALID_ARGUMENT);
        double before = refused("impersonation");
        Status status = hello(agent, MAG2);
        assertThat(status.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(status.getDescription()).contains(AGENT.toString(), "flowanchor://agent/" + MAG2);
        assertThat(refused("impersonation")).isEqualTo(before + 1);
    }

    @Test
    void theBindingStreamIsForTheAnchorsAgentOnly() throws IOException {
        BindingStreamRequest subscription = BindingStreamRequest.newBuilder()
                .setSubscription(BindingSubscription.newBuilder().setLmaAddress(ProtoMapping.toProto(ANCHOR)))
                .build();
        ManagedChannel wrong = channel(certificates.of(AGENT));
        ManagedChannel right = channel(certificates.of(new PeerIdentity.AnchorAgent(ANCHOR)));
        try (Conversation<BindingStreamRequest, BindingStreamResponse> gateway =
                        new Conversation<>(BindingStreamServiceGrpc.newStub(wrong)::streamBindings);
                Conversation<BindingStreamRequest, BindingStreamResponse> anchor =
                        new Conversation<>(BindingStreamServiceGrpc.newStub(right)::streamBindings)) {
            gateway.send(subscription);
            assertThat(gateway.end().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
            anchor.send(subscription);
            assertThat(anchor.next().getFullState()).isTrue();
        } finally {
            wrong.shutdownNow();
            right.shutdownNow();
        }
    }

    /** The refusals are of the first messages; what follows on its way to the service, which gRPC still delivers, is nobody's. */
    @Test
    void whoWasRefusedIsNotHeardAnyMoreOnThatStream() throws IOException {
        ManagedChannel channel = channel(certificates.of(AGENT));
        ByteString anchor = ProtoMapping.toProto(ANCHOR);
        GatewaySignal hello = GatewaySignal.newBuilder()
                .setHello(GatewayHello.newBuilder().setProxyCareOfAddress(ProtoMapping.toProto(MAG2)))
                .build();
        BindingStreamRequest subscription = BindingStreamRequest.newBuilder()
                .setSubscription(BindingSubscription.newBuilder().setLmaAddress(anchor))
                .build();
        RelayUplink relay = RelayUplink.newBuilder()
                .setHello(RelayHello.newBuilder().setLmaAddress(anchor))
                .build();
        double before = refused("impersonation");
        try {
            assertThat(endOf(RegistrationServiceGrpc.newStub(channel)::signal, hello)
                            .getCode())
                    .isEqualTo(Status.Code.PERMISSION_DENIED);
            assertThat(endOf(BindingStreamServiceGrpc.newStub(channel)::streamBindings, subscription)
                            .getCode())
                    .isEqualTo(Status.Code.PERMISSION_DENIED);
            assertThat(endOf(MobilityHeaderRelayServiceGrpc.newStub(channel)::relay, relay)
                            .getCode())
                    .isEqualTo(Status.Code.PERMISSION_DENIED);
        } finally {
            channel.shutdownNow();
        }
        assertThat(refused("impersonation")).isEqualTo(before + 3);
    }

    /** Of a stream on which the message is sent many times at once. */
    private static <Q, A> Status endOf(Function<StreamObserver<A>, StreamObserver<Q>> call, Q message) {
        try (Conversation<Q, A> stream = new Conversation<>(call)) {
            for (int i = 0; i < 10; i++) {
                stream.send(message);
            }
            return stream.end();
        }
    }

    @Test
    void expiredAndForeignCertificatesAreRefusedAndCounted() throws IOException {
        double expired = refused("expired");
        double foreign = refused("foreign");
        assertThat(hello(certificates.expired(AGENT), MAG1).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(hello(certificates.foreign(AGENT), MAG1).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(refused("expired")).isGreaterThan(expired);
        assertThat(refused("foreign")).isGreaterThan(foreign);
    }

    @Test
    void restIsForThePolicyServiceAndProbesNeedNoCertificate() throws Exception {
        SSLContext policy = certificates.of(PeerIdentity.POLICY_SERVICE).httpClient(PeerIdentity.BINDING_SERVICE);
        SSLContext agent = certificates.of(AGENT).httpClient(PeerIdentity.BINDING_SERVICE);
        assertThat(ask(policy, "/api/v1/bindings").statusCode()).isEqualTo(200);
        HttpResponse<String> refused = ask(agent, "/api/v1/bindings");
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(refused.body()).contains("urn:flowanchor:problem:caller-not-allowed");
        assertThat(ask(agent, "/actuator/../api/v1/bindings").statusCode()).isEqualTo(403);

        SSLContext nobody = SSLContext.getInstance("TLS");
        nobody.init(null, new TrustManager[] {new TrustsAnybody()}, new SecureRandom());
        assertThat(ask(nobody, "/api/v1/bindings").statusCode()).isEqualTo(403);
        assertThat(ask(nobody, "/actuator/health/liveness").statusCode()).isEqualTo(200);
        HttpResponse<String> health = ask(nobody, "/actuator/health");
        assertThat(health.body()).contains("\"tls\":\"mutual\"", "flowanchor://service/binding-service");
    }

    @Test
    void restOfAnotherServiceIsNotBelieved() throws IOException {
        SSLContext wrong = certificates.of(PeerIdentity.POLICY_SERVICE).httpClient(PeerIdentity.FLOW_MANAGER);
        assertThatThrownBy(() -> ask(wrong, "/api/v1/bindings")).isInstanceOf(SSLException.class);
    }

    @Test
    void withoutCertificatesItDoesNotStart() {
        assertThatThrownBy(() -> new RunningService(database, "--flowanchor.tls.mode=mutual"))
                .hasRootCauseInstanceOf(TlsConfigurationException.class)
                .hasRootCauseMessage("flowanchor.tls.certificate is missing");
    }

    @Test
    void restIsNotOfferedBeyondThisHostWithoutProtection() {
        assertThatThrownBy(() -> new RunningService(database, "--server.address=::", "--flowanchor.tls.mode=plaintext"))
                .hasRootCauseInstanceOf(TlsConfigurationException.class)
                .rootCause()
                .hasMessageContaining("offers REST beyond this host without authentication");
    }

    /** As a probe of the platform does. */
    private static final class TrustsAnybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, java.net.Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, java.net.Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, javax.net.ssl.SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, javax.net.ssl.SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
