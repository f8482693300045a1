package org.flowanchor.flow.application;

/** Port to the topic {@code flow-moves}. Never blocks the loop; a journal that is away loses nothing but the record. */
public interface FlowMoveJournal {
    void publish(FlowMoved moved);

    void publish(FlowMoveRefused refused);
}
