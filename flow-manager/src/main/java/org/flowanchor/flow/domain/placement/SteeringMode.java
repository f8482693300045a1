package org.flowanchor.flow.domain.placement;

/** How a rule uses its accesses (TS 29.512 SteerModeValue). */
public enum SteeringMode {
    /** First usable access of the list, congested or not. */
    ACTIVE_STANDBY,
    /** First usable access; overflows to the next when it is congested. */
    PRIORITY_BASED
}
