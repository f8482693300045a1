package org.flowanchor.agent.application;

/** Takes relayed headers towards binding-service; never blocks. */
@FunctionalInterface
public interface HeaderSink {
    /** False when there is no stream or it is too slow: the header is lost and its sender retransmits. */
    boolean offer(RelayedHeader header);
}
