package org.flowanchor.binding.application;

import java.time.Instant;
import java.util.function.Consumer;
import org.flowanchor.mobility.LmaAddress;

/** Durable bindings and prefix assignments. One call is one transaction; what it returned survives any crash. */
public interface BindingStore {
    /**
     * Locks the mobile nodes of {@code scope}, lets {@code work} decide on them and writes the net difference with dense versions.
     *
     * @throws StoreConflictException nothing was written, another writer was faster: try again from the start
     * @throws StoreUnavailableException the outcome is unknown or nothing was written: acknowledge nothing
     */
    Commit transact(LmaAddress anchor, BatchScope scope, Consumer<BindingTransaction> work);

    /**
     * The same for mobile nodes with an entry that is due at {@code now}, as far as nobody else holds them.
     *
     * @param limit most entries to look at
     */
    Commit transactDue(LmaAddress anchor, Instant now, int limit, Consumer<BindingTransaction> work);

    /**
     * What was committed.
     *
     * @param version of the anchor's last change; 0 when there was no change
     * @param changes how many entries changed
     * @param more whether more was due than was looked at
     */
    record Commit(long version, int changes, boolean more) {
        public static final Commit NOTHING = new Commit(0, 0, false);
    }
}
