package org.flowanchor.policy.adapter.rest;

/**
 * An owner's answer ended before its end. Left to the container, which breaks the connection when an answer has begun. Without a cause:
 * Spring takes what has an {@link java.io.EOFException} in it for a caller that went away, and would end the answer properly.
 */
final class BrokenAnswerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BrokenAnswerException(String message) {
        super(message);
    }
}
