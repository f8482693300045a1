package org.flowanchor.binding.application;

/** Something else was asked for under that key. */
public final class IdempotencyKeyReusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public IdempotencyKeyReusedException(IdempotencyKey key) {
        super("another request was made under Idempotency-Key " + key.text());
    }
}
