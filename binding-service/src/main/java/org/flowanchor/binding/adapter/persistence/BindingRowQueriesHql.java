package org.flowanchor.binding.adapter.persistence;

import jakarta.persistence.EntityManager;
import jakarta.persistence.TypedQuery;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flowanchor.binding.application.BindingQueries.Filter;
import org.flowanchor.binding.application.BindingQueries.Position;

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
        filter.state().ifPresent(state -> {
            query.append(" and b.state = :state");
            parameters.put("state", state.name());
        });
        after.ifPresent(position -> {
            query.append(" and (b.anchor, b.mobileNode, b.bindingIdentifier) > (:anchor, :node, :identifier)");
            parameters.put("anchor", position.anchor());
            parameters.put("node", position.mobileNode().value());
            parameters.put("identifier", position.bindingIdentifier().value());
        });
        query.append(" order by b.anchor, b.mobileNode, b.bindingIdentifier");
        TypedQuery<BindingRow> typed = entityManager.createQuery(query.toString(), BindingRow.class);
        parameters.forEach(typed::setParameter);
        return typed.setMaxResults(limit).getResultList();
    }
}
