package org.flowanchor.testbed.launcher;

import java.net.InetSocketAddress;
import java.net.URI;

/** How one sees that a process does its work. */
public sealed interface Readiness {
    /**
     * A GET is answered with a 2xx status.
     *
     * @param uri http only
     */
    record Http(URI uri) implements Readiness {}

    /**
     * A TCP connection is accepted.
     *
     * @param address resolved
     */
    record Port(InetSocketAddress address) implements Readiness {}

    /**
     * The process, since it was last started, wrote a line that contains this text to its standard output or error.
     *
     * @param text not empty
     */
    record LogLine(String text) implements Readiness {
        /** Refuses an empty text. */
        public LogLine {
            if (text.isEmpty()) {
                throw new IllegalArgumentException("empty text would always be found");
            }
        }
    }

    /** A GET is answered with a 2xx status. */
    static Readiness http(URI uri) {
        return new Http(uri);
    }

    /** A TCP connection is accepted. */
    static Readiness port(InetSocketAddress address) {
        return new Port(address);
    }

    /** The process wrote a line with this text. */
    static Readiness logLine(String text) {
        return new LogLine(text);
    }
}
