package org.flowanchor.binding.adapter.rest;

import java.util.Optional;
import org.flowanchor.mobility.TraceContext;
import org.jspecify.annotations.Nullable;

/** The W3C trace context of a request. One that is none is as good as none: tracing refuses nothing. */
final class TraceparentHeader {
    static final String NAME = "traceparent";

    static final String DESCRIPTION =
            "W3C trace context that changes of bindings carry on; where it is missing one begins";

    private TraceparentHeader() {}

    static Optional<String> read(@Nullable String header) {
        return Optional.ofNullable(header).filter(TraceContext::isValid);
    }
}
