package org.flowanchor.agent.application;

/**
 * One object of ours in the kernel: what is desired compared with what is there.
 *
 * @param kind device, address, route, rule, set, element ...
 * @param name as the kernel's tools print it
 * @param detail why it was refused, how it differs; may be empty
 */
public record KernelObject(String kind, String name, Condition condition, String detail) {
    /** A closed set. */
    public enum Condition {
        /** Desired and there. */
        PRESENT,
        /** Desired and not there, or not as desired. */
        MISSING,
        /** There, ours, and not desired. */
        UNDESIRED,
        /** Desired; the kernel refused it. */
        REFUSED
    }
}
