package org.flowanchor.binding.application;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.flowanchor.binding.application.BindingLog.LoggedChange;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;

/** What operators ask beside the list of bindings. */
public interface OperatorQueries {
    /** The last changes of a mobile node's bindings, newest first, as far as the outbox reaches back. */
    List<Change> changes(MobileNodeIdentifier mobileNode, int limit);

    /** Every pool that is stored, also one that is not configured any more. */
    List<PoolUsage> pools();

    /** @param at when it was committed, about */
    record Change(LmaAddress lmaAddress, LoggedChange logged, Instant at) {}

    /**
     * How full a pool is.
     *
     * @param proxyCareOfAddress whose temporal prefixes they are; empty: permanent ones
     * @param resting released, and not yet for others
     * @param touched prefixes that some replica leased at some time; those beyond it were never given to anybody
     */
    record PoolUsage(
            LmaAddress lmaAddress,
            HomeNetworkPrefix prefix,
            int prefixLength,
            Optional<ProxyCareOfAddress> proxyCareOfAddress,
            long capacity,
            long assigned,
            long resting,
            long touched) {
        /** Neither assigned nor resting. */
        public long free() {
            return capacity - assigned - resting;
        }
    }
}
