package org.flowanchor.binding.application;

/** The service must not start: what is wrong, and what to do about it. */
public final class StartRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String remedy;

    public StartRefusedException(String message, String remedy) {
        super(message);
        this.remedy = remedy;
    }

    public String remedy() {
        return remedy;
    }
}
