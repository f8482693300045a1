package org.flowanchor.flow.application;

import java.util.concurrent.CompletableFuture;
import org.flowanchor.flow.domain.placement.PrefixAnswer;
import org.flowanchor.flow.domain.placement.PrefixQuestion;
import org.flowanchor.mobility.LmaAddress;

/**
 * Port to the binding-service, which owns what gateways are told (Flow Mobility Initiate). Its answers say that a question is durable,
 * never what a gateway says: that arrives with the bindings.
 */
@FunctionalInterface
public interface PrefixPreparer {
    /** Never blocks, and never completes exceptionally. */
    CompletableFuture<PrefixAnswer> ask(LmaAddress anchor, PrefixQuestion question);
}
