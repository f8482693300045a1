package org.flowanchor.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.flowanchor.policy.RunningPolicyService.POSTGRES;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.flowanchor.api.identity.PeerCredentials;
import org.flowanchor.api.identity.PeerIdentity;
import org.flowanchor.api.identity.TlsConfigurationException;
import org.flowanchor.api.identity.TlsEvents;
import org.flowanchor.api.identity.TlsFiles;
import org.flowanchor.authority.DevelopmentAuthority;
import org.flowanchor.authority.IssuedFiles;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/** The operator's door off loopback. */
class RestSecurityIT {
    @TempDir
    private Path directory = Path.of("unset");

    private static URI address(String scheme, ConfigurableApplicationContext instance) {
        return URI.create(
                scheme + "://localhost:" + instance.getEnvironment().getRequiredProperty("local.server.port"));
    }

    private static HttpResponse<String> send(SSLContext tls, String method, URI address, String body)
            throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newBuilder().sslContext(tls).build()) {
            HttpRequest request = HttpRequest.newBuilder(address)
                    .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                    .header("Content-Type", "application/json")
                    .build();
            return client.send(request, BodyHandlers.ofString());
        }
    }

    private static SSLContext as(DevelopmentAuthority authority, PeerIdentity identity) throws IOException {
        IssuedFiles issued = authority.issue(identity.toString());
        return as(identity, new TlsFiles(issued.certificate(), issued.privateKey(), issued.authorities()));
    }

    private static SSLContext as(PeerIdentity identity, TlsFiles files) throws IOException {
        return PeerCredentials.open(files, identity, TlsEvents.NONE, InstantSource.system())
                .httpClient(PeerIdentity.POLICY_SERVICE);
    }

    /** Believes whoever answers, shows nothing: as a probe of the platform does. */
    private static SSLContext asNobody() throws GeneralSecurityException {
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, new TrustManager[] {new BelievesAnybody()}, null);
        return tls;
    }

    @Test
    void beyondThisHostOnlyOperatorsAreServed() throws Exception {
        DevelopmentAuthority authority = DevelopmentAuthority.open(directory.resolve("authority"));
        IssuedFiles own = authority.issue(PeerIdentity.POLICY_SERVICE.toString());
        try (ConfigurableApplicationContext instance = RunningPolicyService.instance(
                POSTGRES,
                "--server.address=::",
                "--flowanchor.tls.certificate=" + own.certificate(),
                "--flowanchor.tls.private-key=" + own.privateKey(),
                "--flowanchor.tls.authorities=" + own.authorities())) {
            URI address = address("https", instance);
            SSLContext operator = as(authority, PeerIdentity.OPERATOR);
            assertThat(send(operator, "GET", address.resolve("/api/v1/policies"), "")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(send(operator, "GET", address.resolve("/api/v1/bindings"), "")
                            .statusCode())
                    .as("owners are asked for operators")
                    .isEqualTo(202);

            SSLContext agent = as(authority, new PeerIdentity.AccessAgent(ProxyCareOfAddress.parse("2001:db8:b::1")));
            SSLContext nobody = asNobody();
            for (SSLContext stranger : new SSLContext[] {agent, nobody, as(authority, PeerIdentity.FLOW_MANAGER)}) {
                HttpResponse<String> refused = send(
                        stranger,
                        "POST",
                        address.resolve("/api/v1/policies"),
                        RunningPolicyService.policy("of-a-stranger", 7777));
                assertThat(refused.statusCode()).isEqualTo(403);
                assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
                assertThat(refused.body()).contains("urn:flowanchor:problem:caller-not-allowed");
                assertThat(send(stranger, "GET", address.resolve("/api/v1/bindings"), "")
                                .statusCode())
                        .isEqualTo(403);
                assertThat(send(stranger, "GET", URI.create(address + "/actuator/../api/v1/policies"), "")
                                .statusCode())
                        .isEqualTo(403);
            }
            assertThat(send(operator, "GET", address.resolve("/api/v1/policies/of-a-stranger"), "")
                            .statusCode())
                    .isEqualTo(404);
            assertThat(send(nobody, "GET", address.resolve("/actuator/health"), "")
                            .body())
                    .contains("\"rest\":\"mutual TLS\"", "flowanchor://service/policy-service");
            assertThat(send(nobody, "GET", address.resolve("/actuator/prometheus"), "")
                            .body())
                    .contains(
                            "flowanchor_policy_tls_refused_total{reason=\"anonymous\"} 3.0",
                            "flowanchor_policy_tls_refused_total{reason=\"impersonation\"} 6.0");

            IssuedFiles foreign =
                    DevelopmentAuthority.open(directory.resolve("foreign")).issue(PeerIdentity.OPERATOR.toString());
            SSLContext pretender = as(
                    PeerIdentity.OPERATOR,
                    new TlsFiles(foreign.certificate(), foreign.privateKey(), own.authorities()));
            assertThatThrownBy(() -> send(pretender, "GET", address.resolve("/actuator/health"), ""))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void itIsNotOfferedBeyondThisHostWithoutProtection() {
        assertThatThrownBy(() -> RunningPolicyService.instance(POSTGRES, "--server.address=::"))
                .hasRootCauseInstanceOf(TlsConfigurationException.class)
                .hasRootCauseMessage("flowanchor.tls.certificate is missing");
        assertThatThrownBy(() -> RunningPolicyService.instance(
                        POSTGRES, "--server.address=::", "--flowanchor.tls.mode=plaintext"))
                .hasRootCauseInstanceOf(TlsConfigurationException.class)
                .rootCause()
                .hasMessageContaining("offers REST beyond this host without authentication");
    }

    @Test
    void whoSaysThatItIsOpenIsToldSoInHealth() throws Exception {
        try (ConfigurableApplicationContext instance = RunningPolicyService.instance(
                POSTGRES, "--server.address=::", "--flowanchor.rest.unauthenticated-off-loopback=true")) {
            HttpResponse<String> health = send(
                    SSLContext.getDefault(), "GET", address("http", instance).resolve("/actuator/health"), "");
            assertThat(health.body()).contains("\"rest\":\"unauthenticated: whoever reaches it is believed\"");
        }
    }

    private static final class BelievesAnybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
