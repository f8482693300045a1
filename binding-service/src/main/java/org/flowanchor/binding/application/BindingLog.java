package org.flowanchor.binding.application;

import java.util.List;
import java.util.Optional;
import org.flowanchor.api.v1.BindingCacheEntry;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;

/** What was committed, for streams and for the relay. */
public interface BindingLog {
    /** Where the anchor is now. */
    Position position(LmaAddress anchor);

    /**
     * Entries in the order of their keys as they are at the time of the call. Pages read one after the other are of different moments;
     * the changes since a position taken before the first one make them one.
     *
     * @param after where the previous page ended
     */
    List<BindingCacheEntry> page(LmaAddress anchor, Optional<EntryKey> after, int limit);

    /**
     * Changes above {@code version} in order, {@code limit} of them and what their transactions have beyond it; old ones are pruned, so a
     * gap may come first.
     */
    List<LoggedChange> after(LmaAddress anchor, long version, int limit);

    /**
     * The same for one who follows from a {@link #position} it was told: what this process committed may come from its memory.
     *
     * @param position of the history that the database had when it was told
     * @return empty when the database has another history by now
     */
    Optional<List<LoggedChange>> following(LmaAddress anchor, Position position, int limit);

    /**
     * The anchor's agent forwards by the version at {@code position}; released prefixes wait for it. Of a history that the database has no
     * more it says nothing.
     */
    void acknowledged(LmaAddress anchor, Position position);

    /**
     * A point in an anchor's history.
     *
     * @param version anchor-wide
     * @param history versions of different histories have nothing to do with each other
     */
    record Position(long version, String history) {}

    record EntryKey(MobileNodeIdentifier mobileNodeIdentifier, BindingIdentifier bindingIdentifier) {
        static EntryKey of(BindingCacheEntry entry) {
            return new EntryKey(
                    new MobileNodeIdentifier(entry.getMobileNodeIdentifier()),
                    new BindingIdentifier(entry.getBindingIdentifier()));
        }
    }

    /**
     * One change.
     *
     * @param entry empty: removed
     * @param traceparent W3C trace context of the message that caused it
     */
    record LoggedChange(long version, EntryKey key, Optional<BindingCacheEntry> entry, Optional<String> traceparent) {}
}
