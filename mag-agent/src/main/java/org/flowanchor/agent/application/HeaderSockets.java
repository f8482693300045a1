package org.flowanchor.agent.application;

import java.util.function.Consumer;

/** Port to the sockets that carry Mobility Headers. Sending is for any thread and never waits: what does not fit is lost, as on a link. */
public interface HeaderSockets extends AutoCloseable {
    /** Begins to deliver, on a thread of the sockets; the consumer must not block. Checksums are verified. */
    void start(Consumer<RelayedHeader> consumer);

    /** @throws KernelException when the kernel refuses it, for example without a route */
    void send(RelayedHeader header) throws KernelException;

    /**
     * ICMPv6 Parameter Problem, code 0, to the source of {@code invoking} (RFC 6275 section 9.2); fewer than asked for, as RFC 4443
     * section 2.4 wants.
     *
     * @param offset of the field, octets from the start of the Mobility Header
     */
    void parameterProblem(RelayedHeader invoking, int offset) throws KernelException;

    @Override
    void close();
}
