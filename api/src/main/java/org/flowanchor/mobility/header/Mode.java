package org.flowanchor.mobility.header;

/** How much is forgiven. Chosen per peer, so that a lenient profile for one loosens nothing for others. */
public enum Mode {
    /** What the RFCs let a receiver accept. */
    STRICT,
    /** Also the {@link Quirk}s of implementations in use. Never reads beyond the payload. */
    LENIENT
}
