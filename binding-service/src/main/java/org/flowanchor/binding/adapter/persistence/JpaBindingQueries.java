package org.flowanchor.binding.adapter.persistence;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.flowanchor.api.v1.BindingCacheEntry;
import org.flowanchor.binding.application.BindingMessages;
import org.flowanchor.binding.application.BindingQueries;
import org.flowanchor.binding.domain.BindingState;
import org.flowanchor.binding.domain.FlowMobility;
import org.flowanchor.binding.domain.PrefixKind;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;

/** Operators' questions, answered from the view. */
final class JpaBindingQueries implements BindingQueries {
    private static final int AT_ONCE = 4;

    /** For one page, some 10 ms. */
    private static final int LOOKED_AT_MAX = 10_000;

    private final Questions questions = new Questions(AT_ONCE);
    private final BindingRepository bindings;
    private final AnchorRows anchors;

    JpaBindingQueries(BindingRepository bindings, AnchorRows anchors) {
        this.bindings = bindings;
        this.anchors = anchors;
    }

    @Override
    public Page page(Filter filter, Optional<Position> after, int limit) {
        return questions.ask(() -> read(filter, after, limit));
    }

    private Page read(Filter filter, Optional<Position> after, int limit) {
        Map<Integer, LmaAddress> addresses = anchors.findAll().stream()
                .collect(Collectors.toMap(
                        row -> row.anchor, row -> new LmaAddress(Ipv6Address.of(row.lmaAddress.getAddress()))));
        Optional<Position> horizon = bindings.horizon(filter, after, LOOKED_AT_MAX);
        List<BindingView> views = bindings.page(filter, after, horizon, limit + 1).stream()
                .map(row -> view(row, Objects.requireNonNull(addresses.get(row.anchor))))
                .toList();
        return views.size() > limit
                ? new Page(
                        views.subList(0, limit),
                        Optional.of(views.get(limit - 1).position()))
                : new Page(views, horizon);
    }

    private static BindingView view(BindingRow row, LmaAddress anchor) {
        Optional<BindingCacheEntry> signalling = BindingRows.message(row.signalling);
        return new BindingView(
                new Position(
                        row.anchor,
                        new MobileNodeIdentifier(row.mobileNode),
                        new BindingIdentifier(row.bindingIdentifier)),
                anchor,
                row.bindingPriority,
                new ProxyCareOfAddress(Ipv6Address.of(row.proxyCareOfAddress.getAddress())),
                new AccessTechnologyType(row.accessTechnologyType),
                Optional.ofNullable(row.linkLayerIdentifier).map(LinkLayerIdentifier::of),
                BindingRows.prefixes(row.homeNetworkPrefixes),
                BindingState.valueOf(row.state),
                row.policyGroup,
                row.expiresAt,
                row.version,
                row.acceptedAt,
                Optional.ofNullable(row.serviceSelection),
                PrefixKind.valueOf(row.prefixKind),
                signalling.map(BindingMessages::flowMobility).orElse(FlowMobility.NONE),
                signalling.flatMap(BindingMessages::revocation));
    }
}
