package org.flowanchor.binding.adapter.rest;

import java.time.Instant;
import java.util.List;
import org.flowanchor.binding.application.BindingQueries.BindingView;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * One binding cache entry as operators see it.
 *
 * @param linkLayerIdentifier null: the gateway never gave one
 * @param acceptedAt when its last update was accepted
 * @param serviceSelection null: none was asked for
 * @param prefixKind PERMANENT or TEMPORAL
 * @param flowMobilePrefixes what the gateway carries beside the prefixes it anchors
 * @param revocation under way, or ended without taking the binding; null: none
 */
record BindingItem(
        String mobileNodeIdentifier,
        int bindingIdentifier,
        int bindingPriority,
        String lmaAddress,
        String proxyCareOfAddress,
        String accessTechnologyType,
        @Nullable String linkLayerIdentifier,
        List<String> homeNetworkPrefixes,
        String state,
        String policyGroup,
        Instant expiresAt,
        long version,
        Instant acceptedAt,
        @Nullable String serviceSelection,
        String prefixKind,
        List<SignallingItem.FlowMobilePrefix> flowMobilePrefixes,
        SignallingItem.@Nullable Revocation revocation) {
    static BindingItem of(BindingView view) {
        return new BindingItem(
                view.position().mobileNode().value(),
                view.position().bindingIdentifier().value(),
                view.bindingPriority(),
                view.lmaAddress().toString(),
                view.proxyCareOfAddress().toString(),
                view.accessTechnologyType().toString(),
                view.linkLayerIdentifier().map(LinkLayerIdentifier::toString).orElse(null),
                view.homeNetworkPrefixes().stream()
                        .map(HomeNetworkPrefix::toString)
                        .toList(),
                view.state().name(),
                view.policyGroup(),
                view.expiresAt(),
                view.version(),
                view.acceptedAt(),
                view.serviceSelection().orElse(null),
                view.prefixKind().name(),
                SignallingItem.FlowMobilePrefix.of(view.flowMobility()),
                SignallingItem.Revocation.of(view.revocation()));
    }
}
