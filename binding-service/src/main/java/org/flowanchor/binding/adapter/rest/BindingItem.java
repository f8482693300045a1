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
        long version) {
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
                view.version());
    }
}
