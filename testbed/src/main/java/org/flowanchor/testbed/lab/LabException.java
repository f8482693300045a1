package org.flowanchor.testbed.lab;

/** The host refused a part of the lab; the message names the command and what it said. */
public final class LabException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public LabException(String message) {
        super(message);
    }
}
