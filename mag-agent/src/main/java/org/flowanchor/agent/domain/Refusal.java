package org.flowanchor.agent.domain;

import java.util.Set;
import org.flowanchor.mobility.BindingStatus;

/** What a status of 128 or more refuses (RFC 5213 section 6.9.1.2); what is in none of these sets refuses the terminal. */
final class Refusal {
    private static final Set<BindingStatus> MESSAGE = Set.of(
            BindingStatus.SEQUENCE_NUMBER_OUT_OF_WINDOW,
            BindingStatus.TIMESTAMP_MISMATCH,
            BindingStatus.TIMESTAMP_LOWER_THAN_PREV_ACCEPTED);
    private static final Set<BindingStatus> MOMENT =
            Set.of(BindingStatus.REASON_UNSPECIFIED, BindingStatus.INSUFFICIENT_RESOURCES);
    private static final Set<BindingStatus> PREFIXES =
            Set.of(BindingStatus.NOT_AUTHORIZED_FOR_HOME_NETWORK_PREFIX, BindingStatus.BCE_PBU_PREFIX_SET_DO_NOT_MATCH);

    private Refusal() {}

    /** Its numbers are wrong; the next transmission has others. */
    static boolean isOfTheMessage(BindingStatus status) {
        return MESSAGE.contains(status);
    }

    /** The anchor is in trouble; an existing binding is not meant. */
    static boolean isOfTheMoment(BindingStatus status) {
        return MOMENT.contains(status);
    }

    /** Not these prefixes; others may be had. */
    static boolean isOfThePrefixes(BindingStatus status) {
        return PREFIXES.contains(status);
    }
}
