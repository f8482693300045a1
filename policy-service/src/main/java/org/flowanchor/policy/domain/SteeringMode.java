package org.flowanchor.policy.domain;

/** How a rule uses its accesses: the modes of TS 29.512 {@code SteerModeValue} that are offered. */
public enum SteeringMode {
    /** First usable access of the list, congested or not. */
    ACTIVE_STANDBY,
    /** First usable access of the list; overflows to the next one when it is congested. */
    PRIORITY_BASED
}
