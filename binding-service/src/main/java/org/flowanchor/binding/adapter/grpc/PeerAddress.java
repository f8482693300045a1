package org.flowanchor.binding.adapter.grpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/** Where a call comes from, for humans. */
final class PeerAddress implements ServerInterceptor {
    private static final Context.Key<String> KEY = Context.key("peer");

    static String current() {
        String peer = KEY.get();
        return peer == null ? "unknown" : peer;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String address = String.valueOf(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
        // Without the name and slash before a literal address.
        String peer = address.substring(address.indexOf('/') + 1);
        return Contexts.interceptCall(Context.current().withValue(KEY, peer), call, headers, next);
    }
}
