package org.flowanchor.agent.application;

/** Where telemetry goes; never blocks for long. */
@FunctionalInterface
public interface SampleSink<T> {
    /** @return false when it was dropped: the stream is away, or busy with what matters more */
    boolean offer(T sample);
}
