package org.flowanchor.binding.application;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flowanchor.api.v1.BindingCacheEntry;
import org.flowanchor.binding.application.BindingLog.EntryKey;
import org.flowanchor.binding.application.BindingLog.LoggedChange;
import org.flowanchor.binding.application.BindingLog.Position;
import org.flowanchor.mobility.LmaAddress;
import org.jspecify.annotations.Nullable;

/**
 * One subscriber's view of an anchor: what it lacks first, then what changed; both as the database has it, whoever committed it.
 * Woken by hints, and by the clock once a second in case a hint was lost. Confined to one thread.
 *
 * <pre>
 * STARTING   subscriber's version can be continued -&gt; FOLLOWING   (a step, perhaps empty)
 *            otherwise                             -&gt; READING
 * READING    a page of entries                     -&gt; READING     (a part); after the last page CLOSING
 * CLOSING    changes since the first page began    -&gt; CLOSING     (a part); up to what the last page may have seen FOLLOWING
 * FOLLOWING  changes                               -&gt; FOLLOWING   (a step)
 * </pre>
 *
 * <p>Pages are read in transactions of their own: a slow subscriber holds no snapshot of the database open, and a full state of any size
 * costs one page of memory.
 *
 * <p>Trap: the database may lose its last commits under a stream, by a fail-over or a restore. Versions it gives out then are not those the
 * subscriber knows, so every look finds out whether it is of the same history, and the stream ends otherwise.
 */
public final class BindingStream {
    /** Entries or changes per step. The biggest possible entry is below 4 KiB, so a step stays below gRPC's 4 MiB. */
    static final int LIMIT = 500;

    private static final Duration POLL = Duration.ofSeconds(1);

    private final LmaAddress anchor;
    private final BindingLog log;
    private final AnchorVersions versions;
    private final Optional<Position> applied;
    private Phase phase = Phase.STARTING;
    private String history = "";
    private long version;
    private long pagesSaw;
    /** The newest version anybody told of when nothing was found. */
    private long lookedFor;

    private @Nullable EntryKey lastRead;

    private enum Phase {
        STARTING,
        READING,
        CLOSING,
        FOLLOWING
    }

    /** The stream fell so far behind that changes it needs are pruned: the subscriber must start anew. */
    public static final class FellBehindException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        FellBehindException(String message) {
            super(message);
        }
    }

    /**
     * What brings the subscriber to {@code position}.
     *
     * @param fullState what is in no part of the full state is gone
     * @param more further parts of the full state follow
     * @param entries of several changes to one entry, the last
     * @param traceparent of the newest change that has one
     */
    public record Step(
            Position position,
            boolean fullState,
            boolean more,
            List<BindingCacheEntry> entries,
            List<EntryKey> removed,
            Optional<String> traceparent) {}

    /** @param applied what the subscriber has */
    public BindingStream(LmaAddress anchor, BindingLog log, AnchorVersions versions, Optional<Position> applied) {
        this.anchor = anchor;
        this.log = log;
        this.versions = versions;
        this.applied = applied;
    }

    /**
     * The next step; after the first ones waits for something to happen, a second at most.
     *
     * @return empty when nothing happened
     * @throws FellBehindException when the changes are not there any more
     */
    public Optional<Step> next() throws InterruptedException {
        return switch (phase) {
            case STARTING -> Optional.of(start());
            case READING -> Optional.of(page());
            case CLOSING -> Optional.of(close());
            case FOLLOWING -> follow();
        };
    }

    private Step start() {
        Position now = log.position(anchor);
        history = now.history();
        if (applied.isPresent()
                && applied.get().history().equals(history)
                && applied.get().version() <= now.version()) {
            version = applied.get().version();
            List<LoggedChange> changes = changes();
            if (continues(changes, now.version())) {
                phase = Phase.FOLLOWING;
                return step(false, false, changes);
            }
        }
        version = now.version();
        phase = Phase.READING;
        return page();
    }

    private Step page() {
        List<BindingCacheEntry> entries = log.page(anchor, Optional.ofNullable(lastRead), LIMIT);
        if (!entries.isEmpty()) {
            lastRead = EntryKey.of(entries.getLast());
        }
        if (entries.size() == LIMIT) {
            return new Step(new Position(version, history), true, true, entries, List.of(), Optional.empty());
        }
        Position now = log.position(anchor);
        if (!now.history().equals(history)) {
            throw otherHistory();
        }
        pagesSaw = now.version();
        boolean more = pagesSaw > version;
        phase = more ? Phase.CLOSING : Phase.FOLLOWING;
        return new Step(new Position(version, history), true, more, entries, List.of(), Optional.empty());
    }

    private List<LoggedChange> changes() {
        return log.following(anchor, new Position(version, history), LIMIT).orElseThrow(this::otherHistory);
    }

    private FellBehindException otherHistory() {
        return new FellBehindException("version " + version + " is of a history that the database has no more");
    }

    private Step close() {
        List<LoggedChange> changes = changes();
        if (!continues(changes, pagesSaw)) {
            throw new FellBehindException("changes after version " + version + " were pruned while entries were read");
        }
        long reached = changes.getLast().version();
        boolean more = reached < pagesSaw;
        if (!more) {
            phase = Phase.FOLLOWING;
        }
        return step(true, more, changes);
    }

    private Optional<Step> follow() throws InterruptedException {
        versions.awaitAbove(anchor, Math.max(version, lookedFor), POLL);
        long known = versions.known(anchor);
        List<LoggedChange> changes = changes();
        if (changes.isEmpty() && known > version) {
            lookedFor = known;
            Position now = log.position(anchor);
            changes = changes();
            if (!now.history().equals(history) || !continues(changes, now.version())) {
                throw new FellBehindException(
                        "changes after version " + version + " are pruned, or of another history");
            }
        }
        if (changes.isEmpty()) {
            return Optional.empty();
        }
        if (!continues(changes, version)) {
            throw new FellBehindException("changes after version " + version + " are pruned");
        }
        return Optional.of(step(false, false, changes));
    }

    /** Versions are dense: a hole, or nothing where something must be, means that the retention has passed over this stream. */
    private boolean continues(List<LoggedChange> changes, long atLeast) {
        return changes.isEmpty() ? version >= atLeast : changes.getFirst().version() == version + 1;
    }

    private Step step(boolean fullState, boolean more, List<LoggedChange> changes) {
        if (!changes.isEmpty()) {
            version = changes.getLast().version();
        }
        Map<EntryKey, LoggedChange> last = new LinkedHashMap<>();
        changes.forEach(change -> last.put(change.key(), change));
        List<BindingCacheEntry> entries = new ArrayList<>();
        List<EntryKey> removed = new ArrayList<>();
        last.forEach((key, change) -> change.entry().ifPresentOrElse(entries::add, () -> removed.add(key)));
        Optional<String> traceparent = changes.reversed().stream()
                .flatMap(change -> change.traceparent().stream())
                .findFirst();
        return new Step(new Position(version, history), fullState, more, entries, removed, traceparent);
    }
}
