package org.flowanchor.binding.application;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;

/** Durable bindings and prefix assignments. What a call that commits has returned survives any crash. */
public interface BindingStore {
    /**
     * Reads what {@code scope} names and lets {@code work} decide on it; nothing is written yet. Further transactions of the anchor, with
     * other mobile nodes, may be prepared meanwhile: each counts only if the ones before it do.
     *
     * @param work may be asked again with another state, so it changes nothing else
     * @throws StoreConflictException another replica writes too: {@link #transact} waits for it
     * @throws StoreUnavailableException nothing can be read now
     */
    Prepared prepare(LmaAddress anchor, BatchScope scope, Consumer<BindingTransaction> work);

    /**
     * A transaction that is decided on. Those of one anchor are written, and then committed, in the order in which they were prepared;
     * one may be written while the one before it is committed. Each ends with a commit that returns or throws, or is abandoned.
     */
    interface Prepared {
        /**
         * Writes the net difference, so that only the end is left to the commit.
         *
         * @throws StoreConflictException the state is not the one that was decided on: abandon it, prepare again
         * @throws StoreUnavailableException nothing can be written now: abandon it
         */
        void write();

        /**
         * Makes it durable, with dense versions.
         *
         * @throws StoreConflictException nothing was written, the state is not the one that was decided on: prepare again
         * @throws StoreUnavailableException the outcome is unknown or nothing was written: acknowledge nothing
         */
        Commit commit();

        /** Takes back what was written; those behind it fail. */
        void abandon(Throwable why);
    }

    /**
     * Prepares and commits while no other replica can write to the anchor.
     *
     * @throws StoreConflictException nothing was written: try again from the start
     * @throws StoreUnavailableException the outcome is unknown or nothing was written: acknowledge nothing
     */
    Commit transact(LmaAddress anchor, BatchScope scope, Consumer<BindingTransaction> work);

    /** Mobile nodes with an entry whose timer is due at {@code now}, or with a message that is: at most {@code limit} of each. */
    List<MobileNodeIdentifier> due(LmaAddress anchor, Instant now, int limit);

    /** The timers of these nodes were looked at: those of entries that end later than they did move to the present end. */
    void postpone(LmaAddress anchor, Collection<MobileNodeIdentifier> mobileNodes, Instant now);

    /**
     * What was committed.
     *
     * @param version of the anchor's last change; 0 when there was no change
     * @param changes how many entries changed
     * @param messages how many messages to gateways were written, repeated or settled
     */
    record Commit(long version, int changes, int messages) {
        public static final Commit NOTHING = new Commit(0, 0, 0);
    }
}
