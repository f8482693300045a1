package org.flowanchor.binding.domain;

import org.flowanchor.mobility.BindingIdentifier;

/** What a decision changes; {@link MobileNodeBindings#replay} is the only thing that applies it. */
public sealed interface BindingRecord {
    /** The entry is as given from now on, new or not. */
    record EntryWritten(BindingCacheEntry entry) implements BindingRecord {}

    /** The entry is gone. */
    record EntryRemoved(BindingIdentifier bindingIdentifier) implements BindingRecord {}

    /** The message goes to its gateway: for the first time, or once more. */
    record MessageSent(OutstandingMessage message) implements BindingRecord {}

    /** Nobody waits for an answer any more. */
    record MessageSettled(OutstandingMessage.Key key) implements BindingRecord {}
}
