package org.flowanchor.binding.application;

import java.util.List;
import java.util.Optional;
import org.flowanchor.api.v1.BindingCacheEntry;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;

/** What was committed, for streams and for the relay. */
public interface BindingLog {
    /** Everything there is, of one moment. */
    Snapshot snapshot(LmaAddress anchor);

    /** Changes above {@code version} in order, at most {@code limit}; old ones are pruned, so a gap may come first. */
    List<LoggedChange> after(LmaAddress anchor, long version, int limit);

    /** The anchor's agent forwards by {@code version}; released prefixes wait for it. */
    void acknowledged(LmaAddress anchor, long version);

    /** @param version the anchor's version the entries belong to */
    record Snapshot(long version, List<BindingCacheEntry> entries) {}

    /** @param entry empty: removed */
    record LoggedChange(
            long version,
            MobileNodeIdentifier mobileNodeIdentifier,
            BindingIdentifier bindingIdentifier,
            Optional<BindingCacheEntry> entry) {}
}
