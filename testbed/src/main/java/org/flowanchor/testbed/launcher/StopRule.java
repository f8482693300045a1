package org.flowanchor.testbed.launcher;

import java.time.Duration;

/**
 * How a process is stopped at cleanup.
 *
 * @param group neighbours in the record with the same group are stopped together
 * @param signal name without SIG
 * @param grace whole seconds until SIGKILL
 */
record StopRule(String group, String signal, Duration grace) {
    /** Agents and traffic: their state is in the kernel, which goes with its namespace. */
    static final StopRule LAB = new StopRule("lab", "TERM", Duration.ofSeconds(3));

    /** A virtual machine that is asked to end would first write its cache. */
    static final StopRule TRAINING = new StopRule("training", "KILL", Duration.ofSeconds(1));

    static final StopRule SERVICE = new StopRule("services", "TERM", Duration.ofSeconds(6));

    static final StopRule KAFKA = new StopRule("stores", "TERM", Duration.ofSeconds(12));

    /** SIGINT is PostgreSQL's fast shutdown: it does not wait for clients to leave. */
    static final StopRule POSTGRES = new StopRule("stores", "INT", Duration.ofSeconds(12));
}
