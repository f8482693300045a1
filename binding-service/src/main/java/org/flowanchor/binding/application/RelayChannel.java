package org.flowanchor.binding.application;

/** The stream to the agent that owns an anchor's sockets. Any thread; never blocks; false when the stream is gone or its peer too slow. */
public interface RelayChannel {
    boolean send(RelayedHeader header);

    /**
     * ICMPv6 Parameter Problem, code 0, to the source of {@code invoking}.
     *
     * @param offset of the field, octets from the start of the Mobility Header
     */
    boolean parameterProblem(RelayedHeader invoking, int offset);
}
