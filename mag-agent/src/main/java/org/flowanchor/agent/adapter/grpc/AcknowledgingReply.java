package org.flowanchor.agent.adapter.grpc;

import java.util.function.Consumer;
import org.flowanchor.agent.application.Reply;
import org.flowanchor.api.v1.StreamAcknowledgement;

/** Version and nonce of one message, echoed when its fate is known. */
record AcknowledgingReply(long version, long nonce, Consumer<StreamAcknowledgement> sender) implements Reply {
    @Override
    public void acknowledge(long applyNanos, long appliedAtMs) {
        sender.accept(StreamAcknowledgement.newBuilder()
                .setVersion(version)
                .setNonce(nonce)
                .setApplyNanos(applyNanos)
                .setAppliedAtMs(appliedAtMs)
                .build());
    }

    @Override
    public void refuse(String error) {
        sender.accept(StreamAcknowledgement.newBuilder()
                .setVersion(version)
                .setNonce(nonce)
                .setError(error)
                .build());
    }
}
