package org.flowanchor.mobility.message;

import org.flowanchor.mobility.Unsigned;

/**
 * Status of a Binding Revocation Acknowledgement (RFC 5846 section 5.2). An open registry: unknown values survive.
 *
 * @param value 0..255
 */
public record RevocationStatus(int value) {
    public static final RevocationStatus SUCCESS = new RevocationStatus(0);
    public static final RevocationStatus PARTIAL_SUCCESS = new RevocationStatus(1);
    public static final RevocationStatus BINDING_DOES_NOT_EXIST = new RevocationStatus(128);
    public static final RevocationStatus IPV4_HOME_ADDRESS_OPTION_REQUIRED = new RevocationStatus(129);
    public static final RevocationStatus GLOBAL_REVOCATION_NOT_AUTHORIZED = new RevocationStatus(130);
    public static final RevocationStatus REVOKED_MOBILE_NODES_IDENTITY_REQUIRED = new RevocationStatus(131);
    public static final RevocationStatus REVOCATION_FAILED_MN_IS_ATTACHED = new RevocationStatus(132);
    public static final RevocationStatus REVOCATION_TRIGGER_NOT_SUPPORTED = new RevocationStatus(133);
    public static final RevocationStatus REVOCATION_FUNCTION_NOT_SUPPORTED = new RevocationStatus(134);
    public static final RevocationStatus PROXY_BINDING_REVOCATION_NOT_SUPPORTED = new RevocationStatus(135);

    public RevocationStatus {
        Unsigned.field(value, 8, "revocation status");
    }

    /** Below 128 (the action was taken). */
    public boolean accepted() {
        return value < 128;
    }

    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
