package org.flowanchor.agent.application;

/** Answers one response or command on the stream that brought it; lost quietly when that stream is gone. Any thread. */
public interface Reply {
    /**
     * The kernel enforces it. May follow a {@link #refuse} of the same message: the kernel refused at first and was asked again.
     *
     * @param applyNanos from receipt to the kernel's last acknowledgement
     * @param appliedAtMs wall clock of that acknowledgement, milliseconds since 1970
     */
    void acknowledge(long applyNanos, long appliedAtMs);

    /** @param error not empty */
    void refuse(String error);
}
