package org.flowanchor.policy.application;

/**
 * Outcome of a creation that may be a repetition.
 *
 * @param <D> decision of the domain
 * @param <S> what is created, as it is stored
 */
public sealed interface CreateOutcome<D, S> {
    /** First seen now. */
    record Decided<D, S>(D decision) implements CreateOutcome<D, S> {}

    /** The same was created under this key before: as it was then. */
    record Repeated<D, S>(S created) implements CreateOutcome<D, S> {}

    /** Something else was created under this key before. */
    record KeyReused<D, S>(IdempotencyKey key) implements CreateOutcome<D, S> {}
}
