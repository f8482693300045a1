package org.flowanchor.binding.application;

/**
 * A request that may come again. It is carried out once: its answer is stored in the transaction that carries it out, and every replica
 * answers a repetition alike.
 *
 * @param <A> the answer
 */
public sealed interface RepeatableRequest<A> permits OperatorRequests.OperatorRequest, GatewayRequest {
    Class<A> answerType();
}
