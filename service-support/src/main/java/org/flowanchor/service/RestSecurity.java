package org.flowanchor.service;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.flowanchor.api.identity.PeerCredentials;
import org.flowanchor.api.identity.PeerIdentity;
import org.flowanchor.api.identity.RestProtection;
import org.flowanchor.api.identity.TlsRefusal;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.servlet.ConfigurableServletWebServerFactory;

/**
 * REST that leaves this host is TLS, and its resources are for one caller only, who shows it by a certificate. Health, metrics and the
 * description of the interface stay open: probes have no certificate.
 *
 * <p>On loopback REST is plain: who is there could read the key too. Elsewhere it is plain only where somebody said so.
 */
public final class RestSecurity extends HttpFilter
        implements WebServerFactoryCustomizer<ConfigurableServletWebServerFactory> {
    private static final String BUNDLE = "flowanchor";
    private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";

    private final transient Optional<PeerCredentials> credentials;
    private final transient TlsMeters meters;
    private final transient PeerIdentity allowed;
    private final String elsewhere;

    /** @param elsewhere where others may ask, as the end of a sentence */
    private RestSecurity(TransportSecurity security, PeerIdentity allowed, String elsewhere) {
        this.allowed = allowed;
        this.elsewhere = elsewhere;
        this.credentials = security.rest() == RestProtection.MUTUAL_TLS ? security.credentials() : Optional.empty();
        this.meters = security.meters();
    }

    /** Of the operator's door. */
    public static RestSecurity forOperators(TransportSecurity security) {
        return new RestSecurity(security, PeerIdentity.OPERATOR, "");
    }

    /** Of a service that operators reach through their door. */
    public static RestSecurity forThePolicyService(TransportSecurity security) {
        return new RestSecurity(security, PeerIdentity.POLICY_SERVICE, ", ask the policy-service");
    }

    @Override
    public void customize(ConfigurableServletWebServerFactory factory) {
        credentials.ifPresent(own -> {
            DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry(BUNDLE, bundle(own));
            meters.onReload(() -> bundles.updateBundle(BUNDLE, bundle(own)));
            Ssl ssl = Ssl.forBundle(BUNDLE);
            ssl.setClientAuth(Ssl.ClientAuth.WANT);
            factory.setSslBundles(bundles);
            factory.setSsl(ssl);
        });
    }

    private static SslBundle bundle(PeerCredentials own) {
        return SslBundle.of(SslStoreBundle.of(own.keyStore(), PeerCredentials.STORE_PASSWORD, own.trustStore()));
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (credentials.isEmpty() || isOpen(request.getServletPath())) {
            chain.doFilter(request, response);
            return;
        }
        Optional<PeerIdentity> caller = caller(request);
        if (caller.isPresent() && caller.get().equals(allowed)) {
            chain.doFilter(request, response);
            return;
        }
        String who = caller.map(PeerIdentity::toString).orElse("nobody with a certificate");
        meters.refused(
                caller.isPresent() ? TlsRefusal.IMPERSONATION : TlsRefusal.ANONYMOUS,
                "REST asked by " + who + ", it is for " + allowed + " only");
        response.setStatus(HttpServletResponse.SC_FORBIDDEN);
        response.setContentType("application/problem+json");
        response.getOutputStream()
                .write(("{\"type\":\"urn:flowanchor:problem:caller-not-allowed\",\"title\":\"Caller not allowed\","
                                + "\"status\":403,\"detail\":\"this is for " + allowed + " only" + elsewhere + "\"}")
                        .getBytes(StandardCharsets.UTF_8));
    }

    /** @param path decoded and normalised */
    private static boolean isOpen(String path) {
        return path.startsWith("/actuator/") || path.equals("/v3/api-docs") || path.startsWith("/v3/api-docs/");
    }

    private static Optional<PeerIdentity> caller(HttpServletRequest request) {
        if (request.getAttribute(CERTIFICATES) instanceof X509Certificate[] chain && chain.length > 0) {
            try {
                return Optional.of(PeerIdentity.of(chain[0]));
            } catch (CertificateException e) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }
}
