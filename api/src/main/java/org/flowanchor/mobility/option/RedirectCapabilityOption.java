package org.flowanchor.mobility.option;

/** Redirect-Capability (RFC 6463 section 4.1). */
public record RedirectCapabilityOption() implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 46;

    @Override
    public int type() {
        return TYPE;
    }
}
