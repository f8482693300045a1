package org.flowanchor.binding.adapter.grpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.Optional;

/** Remembers the {@code traceparent} of a call's metadata, for calls whose messages have none. */
final class CallTrace implements ServerInterceptor {
    private static final Metadata.Key<String> HEADER = Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);
    private static final Context.Key<String> KEY = Context.key("traceparent");

    /** Empty outside a call, and when there is no valid one. */
    static Optional<String> current() {
        return Optional.ofNullable(KEY.get());
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Optional<String> trace = Optional.ofNullable(headers.get(HEADER)).flatMap(Fields::traceparent);
        return trace.isEmpty()
                ? next.startCall(call, headers)
                : Contexts.interceptCall(Context.current().withValue(KEY, trace.get()), call, headers, next);
    }
}
