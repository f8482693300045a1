package org.flowanchor.binding.adapter.persistence;

import java.util.Objects;
import org.flowanchor.binding.application.BindingChange;
import org.flowanchor.binding.domain.BindingCacheEntry;
import org.jspecify.annotations.Nullable;

/** One change; the entry as it is from now on. */
record ChangedRow(
        long version, BindingChange change, @Nullable BindingCacheEntry entry, byte @Nullable [] value) {
    BindingCacheEntry written() {
        return Objects.requireNonNull(entry);
    }
}
