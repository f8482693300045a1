package org.flowanchor.api.identity;

import io.grpc.Context;
import io.grpc.StatusRuntimeException;

/** Who makes a gRPC call. */
public sealed interface Caller permits VerifiedCaller, UnverifiedCaller {
    /** The caller of the call whose handler runs. */
    Context.Key<Caller> KEY = Context.key("caller");

    /** @throws IllegalStateException outside of a call, or in a server without {@link CallerInterceptor} */
    static Caller current() {
        Caller caller = KEY.get();
        if (caller == null) {
            throw new IllegalStateException("nobody asked who calls");
        }
        return caller;
    }

    /**
     * Ask for each message: a stream may outlive its certificate.
     *
     * @param claimed for whom the message speaks
     * @throws StatusRuntimeException PERMISSION_DENIED when the caller is somebody else, UNAUTHENTICATED when its certificate has
     *     expired; counted
     */
    void require(PeerIdentity claimed);
}
