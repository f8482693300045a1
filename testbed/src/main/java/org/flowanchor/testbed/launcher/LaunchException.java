package org.flowanchor.testbed.launcher;

/** Something could not be started or did not become ready; the message is meant for the person at the terminal. */
public final class LaunchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Creates one with a message for people. */
    public LaunchException(String message) {
        super(message);
    }

    /** Creates one with a message for people and its cause. */
    public LaunchException(String message, Throwable cause) {
        super(message, cause);
    }
}
