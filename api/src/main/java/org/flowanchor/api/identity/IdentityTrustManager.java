package org.flowanchor.api.identity;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Date;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Believes who is vouched for by a configured authority and has an identity; tells why not. Host names mean nothing: a service is known
 * by its identity, wherever it runs.
 */
final class IdentityTrustManager extends X509ExtendedTrustManager {
    private static final int MAX_TEXT = 120;

    private final Supplier<TlsMaterial> material;
    private final Optional<PeerIdentity> expected;
    private final TlsEvents events;
    private final InstantSource clock;

    /** One side's verdict on a chain. */
    private interface Path {
        void check(X509ExtendedTrustManager trust) throws CertificateException;
    }

    /** @param expected the only peer that is believed; empty: any with an identity */
    IdentityTrustManager(
            Supplier<TlsMaterial> material, Optional<PeerIdentity> expected, TlsEvents events, InstantSource clock) {
        this.material = material;
        this.expected = expected;
        this.events = events;
        this.clock = clock;
    }

    private void check(X509Certificate[] chain, Path path) throws CertificateException {
        X509Certificate certificate = chain[0];
        PeerIdentity identity;
        try {
            certificate.checkValidity(Date.from(clock.instant()));
        } catch (CertificateExpiredException e) {
            throw refused(
                    TlsRefusal.EXPIRED,
                    certificate,
                    "expired at " + certificate.getNotAfter().toInstant(),
                    e);
        } catch (CertificateNotYetValidException e) {
            throw refused(
                    TlsRefusal.NOT_YET_VALID,
                    certificate,
                    "is valid from " + certificate.getNotBefore().toInstant() + " on",
                    e);
        }
        try {
            path.check(material.get().trust());
        } catch (CertificateException e) {
            throw refused(TlsRefusal.FOREIGN, certificate, "is vouched for by no configured authority", e);
        }
        try {
            identity = PeerIdentity.of(certificate);
        } catch (CertificateException e) {
            throw refused(TlsRefusal.NAMELESS, certificate, "is of nobody: " + e.getMessage(), e);
        }
        if (expected.isPresent() && !expected.get().equals(identity)) {
            CertificateException fault =
                    new CertificateException("it is of " + identity + ", not of " + expected.get());
            throw refused(TlsRefusal.ANOTHER_SERVICE, certificate, "is not of " + expected.get(), fault);
        }
    }

    /** The same type goes out, since TLS makes the alert of it. */
    private CertificateException refused(
            TlsRefusal reason, X509Certificate certificate, String fault, CertificateException cause) {
        events.refused(reason, "the certificate of " + name(certificate) + " " + fault);
        return cause;
    }

    private static String name(X509Certificate certificate) {
        String name;
        try {
            name = PeerIdentity.of(certificate).toString();
        } catch (CertificateException e) {
            name = "\"" + certificate.getSubjectX500Principal().getName() + "\"";
        }
        return name.codePoints()
                .limit(MAX_TEXT)
                .map(c -> c < 32 || c > 126 ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    // The variants without socket or engine do not look at host names.
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain, trust -> trust.checkClientTrusted(chain, authType));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain, trust -> trust.checkServerTrusted(chain, authType));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    /** None: peers need no hint, and netty would fix the list of the moment. */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
