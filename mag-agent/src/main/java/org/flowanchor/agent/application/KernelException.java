package org.flowanchor.agent.application;

/** The kernel refused; the message names the error and the object, for example {@code ENODEV, route add 2001:db8::/64 dev fa1}. */
public class KernelException extends Exception {
    public KernelException(String message) {
        super(message);
    }

    public KernelException(String message, Throwable cause) {
        super(message, cause);
    }
}
