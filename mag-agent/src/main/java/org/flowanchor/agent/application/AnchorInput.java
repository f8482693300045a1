package org.flowanchor.agent.application;

/** What the anchor's streams deliver; never blocks. */
public interface AnchorInput {
    void bindingsChanged(BindingChange change, Reply reply);

    void steer(SteeringChange change, Reply reply);

    /** For the greeting of the steering stream: what was accepted and what the kernel enforces now. */
    AnchorPosition position();
}
