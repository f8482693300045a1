package org.flowanchor.api.identity;

import io.grpc.Status;
import java.time.Instant;
import java.time.InstantSource;

/** A caller whose certificate was checked in the handshake. */
record VerifiedCaller(PeerIdentity identity, Instant expires, TlsEvents events, InstantSource clock) implements Caller {
    @Override
    public void require(PeerIdentity claimed) {
        if (clock.instant().isAfter(expires)) {
            throw refuse(
                    TlsRefusal.EXPIRED,
                    Status.UNAUTHENTICATED,
                    "the certificate of " + identity + " expired at " + expires + " while its stream was open");
        }
        if (!identity.equals(claimed)) {
            throw refuse(
                    TlsRefusal.IMPERSONATION,
                    Status.PERMISSION_DENIED,
                    "the certificate is of " + identity + ", the message speaks for " + claimed);
        }
    }

    private RuntimeException refuse(TlsRefusal reason, Status status, String text) {
        events.refused(reason, text);
        return status.withDescription(text).asRuntimeException();
    }
}
