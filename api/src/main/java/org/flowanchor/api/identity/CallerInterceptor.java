package org.flowanchor.api.identity;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Tells handlers who calls, see {@link Caller#current()}. */
public final class CallerInterceptor implements ServerInterceptor {
    private final boolean verified;
    private final TlsEvents events;
    private final InstantSource clock;

    private CallerInterceptor(boolean verified, TlsEvents events, InstantSource clock) {
        this.verified = verified;
        this.events = events;
        this.clock = clock;
    }

    /** For a server with {@link PeerCredentials#server()}. */
    public static CallerInterceptor mutualTls(TlsEvents events, InstantSource clock) {
        return new CallerInterceptor(true, events, clock);
    }

    /** For a server whose operator switched TLS off. */
    public static CallerInterceptor plaintext() {
        return new CallerInterceptor(false, TlsEvents.NONE, InstantSource.system());
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Optional<Caller> caller = verified ? caller(call) : Optional.of(new UnverifiedCaller());
        if (caller.isEmpty()) {
            String text = "a call without a certificate that has an identity";
            events.refused(TlsRefusal.ANONYMOUS, text);
            call.close(Status.UNAUTHENTICATED.withDescription(text), new Metadata());
            return new ServerCall.Listener<>() {};
        }
        return Contexts.interceptCall(Context.current().withValue(Caller.KEY, caller.get()), call, headers, next);
    }

    private Optional<Caller> caller(ServerCall<?, ?> call) {
        SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        if (session == null) {
            return Optional.empty();
        }
        try {
            X509Certificate certificate = (X509Certificate) session.getPeerCertificates()[0];
            return Optional.of(new VerifiedCaller(
                    PeerIdentity.of(certificate), certificate.getNotAfter().toInstant(), events, clock));
        } catch (SSLPeerUnverifiedException | CertificateException e) {
            return Optional.empty();
        }
    }
}
