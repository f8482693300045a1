package org.flowanchor.flow.application;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.flowanchor.flow.domain.placement.PrefixAnswer;
import org.flowanchor.flow.domain.placement.PrefixQuestion;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.TraceContext;

/**
 * Port to the binding-service, which owns what gateways are told (Flow Mobility Initiate). Its answers say that a question is durable,
 * never what a gateway says: that arrives with the bindings.
 */
@FunctionalInterface
public interface PrefixPreparer {
    /**
     * Never blocks, and never completes exceptionally.
     *
     * @param trace of the move that is to be made; empty: it is for none
     */
    CompletableFuture<PrefixAnswer> ask(LmaAddress anchor, PrefixQuestion question, Optional<TraceContext> trace);
}
