package org.flowanchor.binding.application;

import java.util.Map;
import org.flowanchor.mobility.LmaAddress;

/** What operators asked for under a key, for 24 hours. Calls block. */
public interface OperatorRequests {
    /**
     * Answered, at each anchor, with how many bindings it concerns.
     *
     * @param what the request in words: two that mean the same thing have the same
     */
    record OperatorRequest(IdempotencyKey key, String what) implements RepeatableRequest<Integer> {
        @Override
        public Class<Integer> answerType() {
            return Integer.class;
        }

        boolean takesKeyOf(RepeatableRequest<?> other) {
            return other instanceof OperatorRequest one && one.key.equals(key) && !one.equals(this);
        }
    }

    /**
     * The answers that were given, by the anchor where it was carried out.
     *
     * @return empty: nothing was asked under that key
     * @throws IdempotencyKeyReusedException when something else was
     */
    Map<LmaAddress, Integer> answered(OperatorRequest request);
}
