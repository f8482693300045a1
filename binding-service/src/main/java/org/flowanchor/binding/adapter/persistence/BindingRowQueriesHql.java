package org.flowanchor.binding.adapter.persistence;

import jakarta.persistence.EntityManager;
import jakarta.persistence.TypedQuery;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flowanchor.binding.application.BindingQueries.Filter;
import org.flowanchor.binding.application.BindingQueries.Position;
import org.flowanchor.mobility.HomeNetworkPrefix;

/** The list by keyset: a page costs the same wherever it is. */
final class BindingRowQueriesHql implements BindingRowQueries {
    private final EntityManager entityManager;
    private final AnchorRows anchors;

    BindingRowQueriesHql(EntityManager entityManager, AnchorRows anchors) {
        this.entityManager = entityManager;
        this.anchors = anchors;
    }

    @Override
    public List<BindingRow> page(Filter filter, Optional<Position> after, int limit) {
        StringBuilder query = new StringBuilder("from BindingRow b where b.anchor in :anchors");
        Map<String, Object> parameters = new HashMap<>();
        // The primary key begins with the anchor: naming them all lets every condition use it.
        parameters.put(
                "anchors", anchors.findAll().stream().map(row -> row.anchor).toList());
        filter.mobileNode().ifPresent(mobileNode -> {
            query.append(" and b.mobileNode = :mobileNode");
            parameters.put("mobileNode", mobileNode.value());
        });
        filter.proxyCareOfAddress().ifPresent(gateway -> {
            query.append(" and b.proxyCareOfAddress = :gateway");
            parameters.put("gateway", gateway.address().toInet6Address());
        });
        filter.accessTechnologyType().ifPresent(type -> {
            query.append(" and b.accessTechnologyType = :type");
            parameters.put("type", type.value());
        });
        Optional<HomeNetworkPrefix> held = Optional.empty();
        if (filter.prefix().isPresent()) {
            List<Holder> holders = holders(filter.prefix().get());
            if (holders.isEmpty()) {
                return List.of();
            }
            query.append(" and b.mobileNode in :holders");
            parameters.put("holders", holders.stream().map(Holder::mobileNode).toList());
            held = Optional.of(holders.getFirst().prefix());
        }
        // A constant: for a parameter no plan that is kept may use the partial index of those that are given up.
        filter.state()
                .ifPresent(state ->
                        query.append(" and b.state = '").append(state.name()).append('\''));
        after.ifPresent(position -> {
            query.append(" and (b.anchor, b.mobileNode, b.bindingIdentifier) > (:anchor, :node, :identifier)");
            parameters.put("anchor", position.anchor());
            parameters.put("node", position.mobileNode().value());
            parameters.put("identifier", position.bindingIdentifier().value());
        });
        query.append(" order by b.anchor, b.mobileNode, b.bindingIdentifier");
        TypedQuery<BindingRow> typed = entityManager.createQuery(query.toString(), BindingRow.class);
        parameters.forEach(typed::setParameter);
        if (held.isEmpty()) {
            return typed.setMaxResults(limit).getResultList();
        }
        HomeNetworkPrefix prefix = held.get();
        // Of the handful of entries its holder has.
        return typed.getResultList().stream()
                .filter(row -> BindingRows.prefixes(row.homeNetworkPrefixes).contains(prefix))
                .limit(limit)
                .toList();
    }

    private record Holder(String mobileNode, HomeNetworkPrefix prefix) {}

    /** A pool has one prefix length and pools do not overlap, so this is a lookup by key in each, and one of them answers. */
    @SuppressWarnings("unchecked")
    private List<Holder> holders(HomeNetworkPrefix prefix) {
        List<Object[]> rows = entityManager
                .createNativeQuery("""
                        SELECT h.mobile_node, text(h.prefix)
                        FROM prefix_pool p
                        JOIN home_network_prefix h
                            ON h.anchor = p.anchor
                            AND h.prefix = network(set_masklen(cast(:prefix AS inet), p.prefix_length))
                        WHERE p.prefix >>= cast(:prefix AS inet) AND masklen(cast(:prefix AS inet)) >= p.prefix_length""")
                .setParameter("prefix", prefix.toString())
                .getResultList();
        return rows.stream()
                .map(row -> new Holder((String) row[0], HomeNetworkPrefix.parse((String) row[1])))
                .toList();
    }
}
