package org.flowanchor.testbed.signalling;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.testbed.signalling.Operation.Kind;
import org.flowanchor.testbed.signalling.Operation.Outcome;

/** What a mobile node makes its gateways send, and the account of it. */
final class Node {
    /** InitialBindackTimeoutFirstReg of RFC 6275 is 1.5 s; this one is in a hurry. */
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    /** A de-registration of a session that is gone already is answered by nobody (RFC 5213 section 5.3.5). */
    private static final int DEREGISTRATIONS_MAX = 4;

    private static final Duration RETRY = Duration.ofMillis(50);
    private static final int TIMESTAMP_LOWER_THAN_PREV_ACCEPTED = 157;

    private final String identifier;
    private final byte[] link;
    private final List<SignallingGateway> gateways;
    private final Tally tally;
    private final History history = new History();

    Node(String identifier, byte[] link, List<SignallingGateway> gateways, Tally tally) {
        this.identifier = identifier;
        this.link = link.clone();
        this.gateways = List.copyOf(gateways);
        this.tally = tally;
    }

    String identifier() {
        return identifier;
    }

    History history() {
        return history;
    }

    /**
     * Sends, again and again, until it is accepted, or somebody else's later update was.
     *
     * @return prefix, when it was accepted
     */
    Optional<HomeNetworkPrefix> settle(Kind kind, int gateway, Optional<HomeNetworkPrefix> prefix)
            throws InterruptedException {
        for (int transmissions = 1; ; ) {
            Optional<SignallingGateway.Sent> sent = gateways.get(gateway).send(kind, identifier, link, prefix);
            if (sent.isPresent()) {
                Optional<Outcome> outcome = await(sent.get());
                if (outcome.isPresent() && isFinal(outcome.get())) {
                    return outcome.get().prefix();
                }
                if (kind == Kind.DEREGISTRATION && transmissions == DEREGISTRATIONS_MAX) {
                    return Optional.empty();
                }
                transmissions++;
            }
            LockSupport.parkNanos(RETRY.toNanos());
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private static boolean isFinal(Outcome outcome) {
        return outcome.status() == 0 || outcome.status() == TIMESTAMP_LOWER_THAN_PREV_ACCEPTED;
    }

    /** Also an answer that comes after the wait goes into the account. */
    private Optional<Outcome> await(SignallingGateway.Sent sent) throws InterruptedException {
        int place = history.sent(sent.operation());
        CompletableFuture<Outcome> accounted = sent.answer().thenApply(outcome -> {
            tally.answered(history.answered(place, outcome), outcome);
            return outcome;
        });
        try {
            return Optional.of(accounted.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException noAnswer) {
            tally.unanswered();
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException("account of " + identifier, e);
        }
    }
}
