package org.flowanchor.agent.application;

import java.net.URI;
import java.net.URISyntaxException;

/**
 * Where a service listens.
 *
 * @param host name or address literal, without brackets
 * @param port 1..65535
 */
public record ServiceAddress(String host, int port) {
    public ServiceAddress {
        if (host.isBlank()) {
            throw new IllegalArgumentException("a service address needs a host");
        }
        try {
            // What the transport will ask of it.
            new URI(null, null, host, port, null, null, null);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("not a host name or address: " + host, e);
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not in 1..65535");
        }
    }

    /**
     * Parses {@code host:port} or {@code [address]:port}.
     *
     * @throws IllegalArgumentException on anything else
     */
    public static ServiceAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (colon < 0 || !bracketed && host.indexOf(':') >= 0) {
            throw new IllegalArgumentException("not host:port or [address]:port: " + text);
        }
        try {
            return new ServiceAddress(
                    bracketed ? host.substring(1, host.length() - 1) : host,
                    Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not host:port or [address]:port: " + text, e);
        }
    }

    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
