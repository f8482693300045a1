package org.flowanchor.binding.adapter.rest;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.BindingCacheEntry;
import org.flowanchor.api.v1.BindingState;
import org.flowanchor.binding.application.BindingLog.LoggedChange;
import org.flowanchor.binding.application.BindingMessages;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LmaAddress;
import org.jspecify.annotations.Nullable;

/**
 * One change of a binding. What it became is absent when it was removed.
 *
 * @param kind WRITTEN or REMOVED
 * @param at null: not said, in events
 * @param traceparent W3C trace context of what caused it; null: an update that came without
 */
record ChangeItem(
        String lmaAddress,
        long version,
        @Nullable Instant at,
        String mobileNodeIdentifier,
        int bindingIdentifier,
        String kind,
        @Nullable String state,
        @Nullable String proxyCareOfAddress,
        @Nullable String accessTechnologyType,
        @Nullable List<String> homeNetworkPrefixes,
        @Nullable Instant expiresAt,
        @Nullable List<SignallingItem.FlowMobilePrefix> flowMobilePrefixes,
        SignallingItem.@Nullable Revocation revocation,
        @Nullable String traceparent) {
    static ChangeItem of(LmaAddress lmaAddress, LoggedChange change, Optional<Instant> at) {
        BindingCacheEntry entry = change.entry().orElse(null);
        return new ChangeItem(
                lmaAddress.toString(),
                change.version(),
                at.orElse(null),
                change.key().mobileNodeIdentifier().value(),
                change.key().bindingIdentifier().value(),
                entry == null ? "REMOVED" : "WRITTEN",
                entry == null ? null : state(entry.getState()),
                entry == null
                        ? null
                        : ProtoMapping.proxyCareOfAddress(entry.getProxyCareOfAddress())
                                .toString(),
                entry == null ? null : new AccessTechnologyType(entry.getAccessTechnologyType()).toString(),
                entry == null
                        ? null
                        : entry.getHomeNetworkPrefixesList().stream()
                                .map(ProtoMapping::homeNetworkPrefix)
                                .map(HomeNetworkPrefix::toString)
                                .toList(),
                entry == null ? null : Instant.ofEpochMilli(entry.getExpiresAtMs()),
                entry == null ? null : SignallingItem.FlowMobilePrefix.of(BindingMessages.flowMobility(entry)),
                entry == null ? null : SignallingItem.Revocation.of(BindingMessages.revocation(entry)),
                change.traceparent().orElse(null));
    }

    private static String state(BindingState state) {
        return state == BindingState.BINDING_STATE_ACTIVE ? "ACTIVE" : "RELEASING";
    }
}
