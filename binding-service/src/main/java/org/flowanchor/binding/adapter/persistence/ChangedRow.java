package org.flowanchor.binding.adapter.persistence;

import java.util.Objects;
import java.util.Optional;
import org.flowanchor.binding.application.BindingChange;
import org.flowanchor.binding.application.BindingLog.EntryKey;
import org.flowanchor.binding.application.BindingLog.LoggedChange;
import org.flowanchor.binding.domain.BindingCacheEntry;
import org.jspecify.annotations.Nullable;

/**
 * One change; the entry as it is from now on.
 *
 * @param message the same as the contracts name it
 */
record ChangedRow(
        long version,
        BindingChange change,
        @Nullable BindingCacheEntry entry,
        org.flowanchor.api.v1.@Nullable BindingCacheEntry message) {
    BindingCacheEntry written() {
        return Objects.requireNonNull(entry);
    }

    byte @Nullable [] value() {
        return message == null ? null : message.toByteArray();
    }

    LoggedChange logged(Optional<String> traceparent) {
        return new LoggedChange(
                version,
                new EntryKey(change.mobileNodeIdentifier(), change.bindingIdentifier()),
                Optional.ofNullable(message),
                traceparent);
    }
}
