package org.flowanchor.agent.application;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What the sender of one message is told: {@code ""} for an acknowledgement, otherwise the error. */
public final class RecordedReply implements Reply {
    public final List<String> answers = new CopyOnWriteArrayList<>();

    @Override
    public void acknowledge(long applyNanos, long appliedAtMs) {
        if (applyNanos < 0) {
            throw new IllegalArgumentException("applied before it was received");
        }
        answers.add("");
    }

    @Override
    public void refuse(String error) {
        answers.add(error);
    }
}
