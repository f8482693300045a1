package org.flowanchor.binding.application;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.flowanchor.binding.domain.BindingState;
import org.flowanchor.binding.domain.FlowMobility;
import org.flowanchor.binding.domain.PrefixKind;
import org.flowanchor.binding.domain.Revocation;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;

/** What operators ask. Ordered by anchor, mobile node, binding identifier. */
public interface BindingQueries {
    /** Of a page that says nothing. */
    int LIMIT_DEFAULT = 100;

    /** Of a page that asks for more. */
    int LIMIT_MAX = 1000;

    /**
     * One page.
     *
     * @param after where the previous page ended; the page has {@code limit} items at most, and fewer where it ends for the number of entries
     *     that were looked at
     */
    Page page(Filter filter, Optional<Position> after, int limit);

    /** @param end where the next page begins after; empty: this is the last one */
    record Page(List<BindingView> views, Optional<Position> end) {}

    /**
     * All bindings of one mobile node, at all anchors.
     *
     * @throws UnknownMobileNodeException when it has none
     */
    default List<BindingView> ofMobileNode(MobileNodeIdentifier mobileNode) {
        List<BindingView> views =
                page(Filter.of(mobileNode), Optional.empty(), LIMIT_MAX).views();
        if (views.isEmpty()) {
            throw new UnknownMobileNodeException(mobileNode, Optional.empty());
        }
        return views;
    }

    /**
     * A condition that is absent holds for every entry.
     *
     * @param prefix of the entry, or an address in it, as a prefix of 128 bits
     */
    record Filter(
            Optional<MobileNodeIdentifier> mobileNode,
            Optional<ProxyCareOfAddress> proxyCareOfAddress,
            Optional<AccessTechnologyType> accessTechnologyType,
            Optional<HomeNetworkPrefix> prefix,
            Optional<BindingState> state) {
        /** Entries of one mobile node. */
        public static Filter of(MobileNodeIdentifier mobileNode) {
            return new Filter(
                    Optional.of(mobileNode), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
        }
    }

    /** Of an entry in the order of the list. */
    record Position(int anchor, MobileNodeIdentifier mobileNode, BindingIdentifier bindingIdentifier) {}

    /**
     * One entry.
     *
     * @param acceptedAt when its last update was accepted
     * @param flowMobility what its gateway carries beside the entry's own prefixes
     * @param revocation under way, or ended without taking the entry
     */
    record BindingView(
            Position position,
            LmaAddress lmaAddress,
            int bindingPriority,
            ProxyCareOfAddress proxyCareOfAddress,
            AccessTechnologyType accessTechnologyType,
            Optional<LinkLayerIdentifier> linkLayerIdentifier,
            List<HomeNetworkPrefix> homeNetworkPrefixes,
            BindingState state,
            String policyGroup,
            Instant expiresAt,
            long version,
            Instant acceptedAt,
            Optional<String> serviceSelection,
            PrefixKind prefixKind,
            FlowMobility flowMobility,
            Optional<Revocation> revocation) {}
}
