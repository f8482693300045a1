package org.flowanchor.agent.domain;

import java.util.Optional;

/**
 * How the kernel's connection tracking stands.
 *
 * @param admission which packets may begin a connection
 * @param entries connections of all protocols and families
 * @param limit beyond it the kernel would drop packets
 * @param dropped packets lost that way, since the network namespace was made
 * @param sizeRefusal why the table has not the size that was asked for; empty: it has
 */
public record ConnectionTracking(
        TrackingAdmission admission, long entries, long limit, long dropped, Optional<String> sizeRefusal) {}
