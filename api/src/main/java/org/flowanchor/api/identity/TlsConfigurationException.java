package org.flowanchor.api.identity;

/** TLS cannot work as configured; the message is one line that names the property or file. */
public final class TlsConfigurationException extends RuntimeException {
    private final String remedy;

    public TlsConfigurationException(String fault, String remedy) {
        super(fault);
        this.remedy = remedy;
    }

    /** What to do about it. */
    public String remedy() {
        return remedy;
    }
}
