package org.flowanchor.binding.adapter.persistence;

import jakarta.persistence.EntityManager;
import jakarta.persistence.TypedQuery;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flowanchor.binding.application.BindingQueries.Filter;
import org.flowanchor.binding.application.BindingQueries.Position;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;

/** The list by keyset: a page costs the same wherever it is. */
final class BindingRowQueriesHql implements BindingRowQueries {
    private final EntityManager entityManager;
    private final AnchorRows anchors;

    BindingRowQueriesHql(EntityManager entityManager, AnchorRows anchors) {
        this.entityManager = entityManager;
        this.anchors = anchors;
    }

    /** What is asked of rows b. */
    private static final class Conditions {
        private final StringBuilder text = new StringBuilder();
        private final Map<String, Object> parameters = new HashMap<>();

        Conditions and(String condition, String parameter, Object value) {
            parameters.put(parameter, value);
            return and(condition);
        }

        Conditions and(String condition) {
            text.append(text.isEmpty() ? "where " : " and ").append(condition);
            return this;
        }

        Conditions beside(Position position, String comparison, String name) {
            parameters.put(name + "Anchor", position.anchor());
            parameters.put(name + "Node", position.mobileNode().value());
            parameters.put(name + "Identifier", position.bindingIdentifier().value());
            return and("(b.anchor, b.mobileNode, b.bindingIdentifier) %s (:%sAnchor, :%sNode, :%sIdentifier)"
                    .formatted(comparison, name, name, name));
        }
    }

    private <T> TypedQuery<T> query(String what, Conditions conditions, Class<T> row) {
        TypedQuery<T> typed = entityManager.createQuery(
                what + " " + conditions.text + " order by b.anchor, b.mobileNode, b.bindingIdentifier", row);
        conditions.parameters.forEach(typed::setParameter);
        return typed;
    }

    /** Those that an index answers. */
    private Conditions indexed(Filter filter, Optional<Position> after) {
        // The primary key begins with the anchor: naming them all lets every condition use it.
        Conditions conditions = new Conditions()
                .and(
                        "b.anchor in :anchors",
                        "anchors",
                        anchors.findAll().stream().map(row -> row.anchor).toList());
        filter.mobileNode()
                .ifPresent(
                        mobileNode -> conditions.and("b.mobileNode = :mobileNode", "mobileNode", mobileNode.value()));
        filter.proxyCareOfAddress()
                .ifPresent(gateway -> conditions.and(
                        "b.proxyCareOfAddress = :gateway",
                        "gateway",
                        gateway.address().toInet6Address()));
        // A constant: for a parameter no plan that is kept may use the partial index of those that are given up.
        filter.state().ifPresent(state -> conditions.and("b.state = '" + state.name() + "'"));
        after.ifPresent(position -> conditions.beside(position, ">", "after"));
        return conditions;
    }

    @Override
    public Optional<Position> horizon(Filter filter, Optional<Position> after, int rows) {
        if (filter.accessTechnologyType().isEmpty()
                || filter.mobileNode().isPresent()
                || filter.prefix().isPresent()) {
            return Optional.empty();
        }
        return query(
                        "select b.anchor, b.mobileNode, b.bindingIdentifier from BindingRow b",
                        indexed(filter, after),
                        BindingRow.Key.class)
                .setFirstResult(rows - 1)
                .setMaxResults(1)
                .getResultList()
                .stream()
                .findFirst()
                .map(key -> new Position(
                        key.anchor(),
                        new MobileNodeIdentifier(key.mobileNode()),
                        new BindingIdentifier(key.bindingIdentifier())));
    }

    @Override
    public List<BindingRow> page(Filter filter, Optional<Position> after, Optional<Position> to, int limit) {
        Conditions conditions = indexed(filter, after);
        to.ifPresent(position -> conditions.beside(position, "<=", "to"));
        filter.accessTechnologyType()
                .ifPresent(type -> conditions.and("b.accessTechnologyType = :type", "type", type.value()));
        if (filter.prefix().isEmpty()) {
            return query("from BindingRow b", conditions, BindingRow.class)
                    .setMaxResults(limit)
                    .getResultList();
        }
        List<Holder> holders = holders(filter.prefix().get());
        if (holders.isEmpty()) {
            return List.of();
        }
        conditions.and(
                "b.mobileNode in :holders",
                "holders",
                holders.stream().map(Holder::mobileNode).toList());
        HomeNetworkPrefix prefix = holders.getFirst().prefix();
        // Of the handful of entries its holder has.
        return query("from BindingRow b", conditions, BindingRow.class).getResultList().stream()
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
