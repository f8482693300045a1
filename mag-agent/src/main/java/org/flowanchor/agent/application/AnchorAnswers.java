package org.flowanchor.agent.application;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.flowanchor.agent.application.AgentMetrics.AnchorSaying;
import org.flowanchor.agent.domain.AnchorRequests;
import org.flowanchor.agent.domain.AttachmentDecision.Answer;
import org.flowanchor.agent.domain.BindingRevocationAcknowledgement;
import org.flowanchor.agent.domain.GatewayMessage;
import org.flowanchor.agent.domain.Heartbeat;
import org.flowanchor.agent.domain.UpdateNotificationAcknowledgement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers to what the anchor started: each leaves after the kernel has what it says. Owned by the access loop. */
final class AnchorAnswers {
    private static final Logger log = LoggerFactory.getLogger(AnchorAnswers.class);

    private final AnchorRequests requests;
    private final AgentMetrics metrics;
    private final FaultBarrier barrier;
    private List<Answer> toAnswer = new ArrayList<>();

    AnchorAnswers(AnchorRequests requests, AgentMetrics metrics) {
        this.requests = requests;
        this.metrics = metrics;
        this.barrier = new FaultBarrier(metrics);
    }

    void add(Answer answer) {
        toAnswer.add(answer);
    }

    /**
     * F-07: nothing is acknowledged that the kernel does not do yet.
     *
     * @param kernelHas what the answer says
     */
    void send(Predicate<Answer> kernelHas, AnswerSender sender) {
        List<Answer> now = toAnswer;
        toAnswer = new ArrayList<>();
        List<Answer> refused = new ArrayList<>();
        for (Answer answer : now) {
            if (answer.message() instanceof Heartbeat || kernelHas.test(answer)) {
                barrier.take("answer " + answer.message(), () -> {
                    requests.carriedOut(answer);
                    send(answer.message(), sender);
                });
            } else {
                refused.add(answer);
            }
        }
        // The later one first: what was before the earlier one is what remains.
        for (Answer answer : refused.reversed()) {
            barrier.take("answer " + answer.message(), () -> refuse(answer, sender));
        }
    }

    private void refuse(Answer answer, AnswerSender sender) {
        requests.refusedByKernel(answer)
                .ifPresentOrElse(message -> send(message, sender), () -> toAnswer.addFirst(answer));
    }

    private void send(GatewayMessage message, AnswerSender sender) {
        sender.send(message);
        metrics.answered(AnchorSaying.answeredBy(message), isAccepting(message));
        log.info("answers the anchor: {}", message);
    }

    private static boolean isAccepting(GatewayMessage message) {
        return switch (message) {
            case UpdateNotificationAcknowledgement acknowledgement ->
                acknowledgement.status().accepted();
            case BindingRevocationAcknowledgement acknowledgement ->
                acknowledgement.status().accepted();
            case Heartbeat heartbeat -> true;
        };
    }
}
