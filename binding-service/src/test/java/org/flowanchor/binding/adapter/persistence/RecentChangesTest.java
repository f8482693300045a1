package org.flowanchor.binding.adapter.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.flowanchor.binding.application.BindingLog.EntryKey;
import org.flowanchor.binding.application.BindingLog.LoggedChange;
import org.flowanchor.binding.application.BindingLog.Position;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.junit.jupiter.api.Test;

class RecentChangesTest {
    private static final String HISTORY = "incarnation/00000001";
    private static final EntryKey KEY =
            new EntryKey(new MobileNodeIdentifier("alice@example.org"), new BindingIdentifier(1));

    private final RecentChanges recent = new RecentChanges();

    RecentChangesTest() {
        recent.committed(new AnchorState(1, 1), state(10), List.of());
        look(HISTORY);
    }

    @Test
    void followsWhatWasCommittedHereFromAnyVersionOfTheRun() {
        commit(state(10), state(13));
        commit(state(13), state(14));

        assertThat(versions(10)).containsExactly(11L, 12L, 13L, 14L);
        assertThat(versions(12)).containsExactly(13L, 14L);
        assertThat(recent.after(new Position(10, HISTORY), 2))
                .extracting(LoggedChange::version)
                .containsExactly(11L, 12L);
    }

    @Test
    void knowsNothingBeforeTheRunNorAfterIt() {
        commit(state(10), state(13));

        assertThat(versions(9)).isEmpty();
        assertThat(versions(13)).isEmpty();
        assertThat(versions(20)).isEmpty();
    }

    @Test
    void beginsAnewWhereAnotherReplicaCameBetween() {
        commit(state(10), state(13));
        commit(state(15), state(16));

        assertThat(versions(15)).isEmpty();
        look(HISTORY);
        assertThat(versions(12)).isEmpty();
        assertThat(versions(14)).isEmpty();
        assertThat(versions(15)).containsExactly(16L);
    }

    @Test
    void beginsAnewWhereTheSameVersionWasReachedInAnotherWay() {
        commit(state(10), state(13));
        commit(new AnchorState(13, -1), state(14));
        look(HISTORY);

        assertThat(versions(12)).isEmpty();
        assertThat(versions(13)).containsExactly(14L);
    }

    @Test
    void aTransactionThatChangesNoEntryBreaksNoRun() {
        commit(state(10), state(13));
        AnchorState confirmed = new AnchorState(13, 99);
        recent.committed(state(13), confirmed, List.of());
        commit(confirmed, state(14));

        assertThat(versions(11)).containsExactly(12L, 13L, 14L);
    }

    @Test
    void isOfOneHistory() {
        commit(state(10), state(13));

        assertThat(recent.after(new Position(11, "incarnation/00000002"), 100)).isEmpty();

        look("incarnation/00000002");
        assertThat(recent.after(new Position(11, "incarnation/00000002"), 100)).isEmpty();
        assertThat(versions(11)).isEmpty();
    }

    /** The look was before the run began: it says nothing of it. */
    @Test
    void aNewRunIsOfNoHistoryUntilSomebodyLooks() {
        long before = recent.run();
        commit(new AnchorState(9, 5), state(12));
        recent.seen(HISTORY, before);
        assertThat(versions(10)).isEmpty();
        look("incarnation/00000002");
        assertThat(versions(10)).isEmpty();
        assertThat(recent.after(new Position(10, "incarnation/00000002"), 100)).hasSize(2);
    }

    @Test
    void keepsTheNewestOfVeryMany() {
        for (long version = 0; version < 20_000; version += 100) {
            commit(state(version), state(version + 100));
        }
        look(HISTORY);

        assertThat(versions(10_000)).isEmpty();
        assertThat(versions(19_000)).hasSize(100).first().isEqualTo(19_001L);
    }

    private void look(String history) {
        recent.seen(history, recent.run());
    }

    private void commit(AnchorState from, AnchorState to) {
        List<LoggedChange> changes = new ArrayList<>();
        for (long version = from.version() + 1; version <= to.version(); version++) {
            changes.add(new LoggedChange(version, KEY, Optional.empty(), Optional.empty()));
        }
        recent.committed(from, to, changes);
    }

    private static AnchorState state(long version) {
        return new AnchorState(version, 7 * version);
    }

    private List<Long> versions(long after) {
        return recent.after(new Position(after, HISTORY), 100).stream()
                .map(LoggedChange::version)
                .toList();
    }
}
