package org.flowanchor.binding.application;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.flowanchor.api.v1.BindingCacheEntry;
import org.flowanchor.binding.application.BindingLog.LoggedChange;
import org.flowanchor.binding.application.BindingLog.Snapshot;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;

/**
 * One subscriber's view of an anchor: everything first, then what changed, from the database and never from the caller's memory. Woken
 * by hints, and by the clock once a second in case a hint was lost. Confined to one thread.
 */
public final class BindingStream {
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final int LIMIT = 1000;

    private final LmaAddress anchor;
    private final BindingLog log;
    private final AnchorVersions versions;
    private long version;

    /** The stream fell so far behind that changes it needs are pruned: the subscriber must start anew. */
    public static final class FellBehindException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        FellBehindException(String message) {
            super(message);
        }
    }

    /** A key of a deleted entry. */
    public record Removed(MobileNodeIdentifier mobileNodeIdentifier, BindingIdentifier bindingIdentifier) {}

    /**
     * What brings the subscriber to {@code version}.
     *
     * @param entries of several changes to one entry, the last
     */
    public record Step(long version, boolean fullState, List<BindingCacheEntry> entries, List<Removed> removed) {}

    public BindingStream(LmaAddress anchor, BindingLog log, AnchorVersions versions) {
        this.anchor = anchor;
        this.log = log;
        this.versions = versions;
    }

    public Step fullState() {
        Snapshot snapshot = log.snapshot(anchor);
        version = snapshot.version();
        return new Step(version, true, snapshot.entries(), List.of());
    }

    /**
     * Waits for something to happen, a second at most.
     *
     * @return the changes since the last step; without entries and removals when nothing happened
     * @throws FellBehindException when they are not there any more
     */
    public Step await() throws InterruptedException {
        versions.awaitAbove(anchor, version, POLL);
        List<LoggedChange> changes = log.after(anchor, version, LIMIT);
        if (changes.isEmpty()) {
            return new Step(version, false, List.of(), List.of());
        }
        // Versions are dense: a hole means that the retention has passed over this stream.
        if (changes.getFirst().version() != version + 1) {
            throw new FellBehindException("changes after version " + version + " are pruned");
        }
        version = changes.getLast().version();
        Map<Removed, LoggedChange> last = new LinkedHashMap<>();
        changes.forEach(
                change -> last.put(new Removed(change.mobileNodeIdentifier(), change.bindingIdentifier()), change));
        List<BindingCacheEntry> entries = new ArrayList<>();
        List<Removed> removed = new ArrayList<>();
        last.forEach((key, change) -> change.entry().ifPresentOrElse(entries::add, () -> removed.add(key)));
        return new Step(version, false, entries, removed);
    }
}
