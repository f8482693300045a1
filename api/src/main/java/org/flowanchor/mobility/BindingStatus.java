package org.flowanchor.mobility;

/**
 * Status of a Proxy Binding Acknowledgement (RFC 6275 section 6.1.8, RFC 5213 section 8.9). An open registry: unknown values survive.
 *
 * @param value 0..255; below 128 the update was accepted
 */
public record BindingStatus(int value) {
    public static final BindingStatus ACCEPTED = new BindingStatus(0);
    /** Accepted, without GRE encapsulation (RFC 5845 section 6.4). */
    public static final BindingStatus GRE_KEY_OPTION_NOT_REQUIRED = new BindingStatus(2);

    public static final BindingStatus REASON_UNSPECIFIED = new BindingStatus(128);
    public static final BindingStatus ADMINISTRATIVELY_PROHIBITED = new BindingStatus(129);
    public static final BindingStatus INSUFFICIENT_RESOURCES = new BindingStatus(130);
    public static final BindingStatus SEQUENCE_NUMBER_OUT_OF_WINDOW = new BindingStatus(135);

    /** RFC 5149 section 4.2. */
    public static final BindingStatus SERVICE_AUTHORIZATION_FAILED = new BindingStatus(151);

    public static final BindingStatus PROXY_REG_NOT_ENABLED = new BindingStatus(152);
    public static final BindingStatus NOT_LMA_FOR_THIS_MOBILE_NODE = new BindingStatus(153);
    public static final BindingStatus MAG_NOT_AUTHORIZED_FOR_PROXY_REG = new BindingStatus(154);
    public static final BindingStatus NOT_AUTHORIZED_FOR_HOME_NETWORK_PREFIX = new BindingStatus(155);
    public static final BindingStatus TIMESTAMP_MISMATCH = new BindingStatus(156);
    public static final BindingStatus TIMESTAMP_LOWER_THAN_PREV_ACCEPTED = new BindingStatus(157);
    public static final BindingStatus MISSING_HOME_NETWORK_PREFIX_OPTION = new BindingStatus(158);
    public static final BindingStatus BCE_PBU_PREFIX_SET_DO_NOT_MATCH = new BindingStatus(159);
    public static final BindingStatus MISSING_MN_IDENTIFIER_OPTION = new BindingStatus(160);
    public static final BindingStatus MISSING_HANDOFF_INDICATOR_OPTION = new BindingStatus(161);
    public static final BindingStatus MISSING_ACCESS_TECH_TYPE_OPTION = new BindingStatus(162);

    /** RFC 5844 section 3.3.3. */
    public static final BindingStatus NOT_AUTHORIZED_FOR_IPV4_MOBILITY_SERVICE = new BindingStatus(170);

    public static final BindingStatus MULTIPLE_IPV4_HOME_ADDRESS_ASSIGNMENT_NOT_SUPPORTED = new BindingStatus(173);

    public BindingStatus {
        if (value < 0 || value > 255) {
            throw new IllegalArgumentException("binding status " + value + " is not in 0..255");
        }
    }

    public boolean accepted() {
        return value < 128;
    }

    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
