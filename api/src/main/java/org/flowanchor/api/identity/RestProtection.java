package org.flowanchor.api.identity;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** What stands between a service's REST and whoever reaches its port. */
public enum RestProtection {
    /** Nobody but this host reaches it; plain: who is there could read the key too. */
    LOOPBACK,
    /** A certificate says who asks. */
    MUTUAL_TLS,
    /** Nothing, and somebody said so: whoever reaches the port is believed. */
    NONE;

    /** The switch without which REST never leaves this host unprotected. */
    public static final String SWITCH = "flowanchor.rest.unauthenticated-off-loopback";

    /**
     * @param address where REST listens; null: everywhere
     * @param tlsMode see {@link TlsSettings#mode()}
     * @param unauthenticatedOffLoopback the value of {@link #SWITCH}
     * @throws TlsConfigurationException when REST would leave this host unprotected and nobody said so
     */
    public static RestProtection of(@Nullable InetAddress address, String tlsMode, boolean unauthenticatedOffLoopback) {
        if (address != null && address.isLoopbackAddress()) {
            return LOOPBACK;
        }
        if (unauthenticatedOffLoopback) {
            return NONE;
        }
        if (tlsMode.equals("plaintext")) {
            throw new TlsConfigurationException(
                    "server.address: " + (address == null ? "every address" : address.getHostAddress())
                            + " offers REST beyond this host without authentication",
                    "bind it to loopback, set flowanchor.tls.mode=mutual, or " + SWITCH
                            + "=true where the network lets operators only reach it");
        }
        return MUTUAL_TLS;
    }

    /** For health. */
    public String description() {
        return switch (this) {
            case LOOPBACK -> "this host only";
            case MUTUAL_TLS -> "mutual TLS";
            case NONE -> "unauthenticated: whoever reaches it is believed";
        };
    }
}
