package org.flowanchor.binding.application;

import java.time.Instant;
import java.util.List;
import org.flowanchor.binding.domain.BindingRecord;
import org.flowanchor.binding.domain.MobileNodeBindings;

/**
 * A decision about one mobile node that is no update. Pure, since it may be made again when another writer was faster.
 *
 * @param <T> what it comes to
 */
@FunctionalInterface
public interface NodeDecision<T> {
    Outcome<T> decide(MobileNodeBindings bindings, Instant now);

    /**
     * What to change, and what to answer once that is durable.
     *
     * @param <T> the answer
     */
    record Outcome<T>(List<BindingRecord> records, T answer) {
        public Outcome {
            records = List.copyOf(records);
        }
    }
}
