package org.flowanchor.binding.adapter.persistence;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.flowanchor.binding.application.OperatorQueries;
import org.flowanchor.binding.domain.GatewayPeer;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;

/** Questions that read more than a page of bindings: seldom asked, and bounded. */
final class JdbcOperatorQueries implements OperatorQueries {
    /**
     * Of each anchor: what the outbox keeps is in the order of versions, not of mobile nodes, and an index for this question would cost
     * every update.
     */
    private static final int TRANSACTIONS_MAX = 20_000;

    private static final int AT_ONCE = 2;

    private final Database database;
    private final Questions questions = new Questions(AT_ONCE);
    private final PoolCounts poolCounts;

    JdbcOperatorQueries(Database database) {
        this.database = database;
        this.poolCounts = new PoolCounts(this::count, Thread::startVirtualThread, System::nanoTime, Questions.PATIENCE);
    }

    private <T> T ask(Database.Work<T> work) {
        return questions.ask(() -> database.read(work));
    }

    @Override
    public List<Change> changes(MobileNodeIdentifier mobileNode, int limit) {
        return ask(connection -> {
            try (PreparedStatement select = connection.prepareStatement("""
                    SELECT host(a.lma_address), o.version - cardinality(o.mobile_node) + n.place,
                           o.mobile_node[n.place], o.binding_identifier[n.place], o.value[n.place],
                           o.traceparent[n.place], o.created_at
                    FROM anchor a, LATERAL (
                        SELECT * FROM outbox WHERE anchor = a.anchor ORDER BY version DESC LIMIT ?) o,
                    LATERAL unnest(array_positions(o.mobile_node, ?)) n (place)
                    ORDER BY o.created_at DESC, 2 DESC LIMIT ?""")) {
                select.setInt(1, TRANSACTIONS_MAX);
                select.setString(2, mobileNode.value());
                select.setInt(3, limit);
                List<Change> changes = new ArrayList<>();
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        changes.add(new Change(
                                new LmaAddress(Ipv6Address.parse(rows.getString(1))),
                                JdbcBindingLog.change(
                                        rows.getLong(2),
                                        rows.getString(3),
                                        rows.getInt(4),
                                        rows.getBytes(5),
                                        rows.getString(6)),
                                rows.getTimestamp(7).toInstant()));
                    }
                }
                return changes;
            }
        });
    }

    @Override
    public List<PoolUsage> pools() {
        return poolCounts.pools();
    }

    private List<PoolUsage> count() {
        return questions.ask(() -> database.transactAtLength(JdbcOperatorQueries::walk));
    }

    private static List<PoolUsage> walk(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                        SELECT host(a.lma_address), text(p.prefix), p.prefix_length, host(p.proxy_care_of_address),
                               p.capacity, coalesce(h.assigned, 0), coalesce(h.resting, 0), p.next_index,
                               now()
                        FROM prefix_pool p
                        JOIN anchor a ON a.anchor = p.anchor
                        LEFT JOIN (
                            SELECT anchor, pool, count(*) FILTER (WHERE state = 'ASSIGNED') AS assigned,
                                   count(*) FILTER (WHERE state = 'RESTING') AS resting
                            FROM home_network_prefix GROUP BY anchor, pool) h
                            ON h.anchor = p.anchor AND h.pool = p.prefix
                        ORDER BY a.anchor, p.prefix""");
                ResultSet rows = select.executeQuery()) {
            List<PoolUsage> pools = new ArrayList<>();
            while (rows.next()) {
                pools.add(pool(rows));
            }
            return pools;
        }
    }

    @Override
    public List<GatewayView> gateways(GatewayFilter filter, Optional<GatewayPosition> after, int limit) {
        return ask(connection -> {
            try (PreparedStatement select = connection.prepareStatement("SELECT " + GatewayPeerRows.PEER + """
                    , g.anchor, host(a.lma_address),
                    (SELECT count(*) FROM binding_cache_entry e
                     WHERE e.proxy_care_of_address = g.proxy_care_of_address AND e.anchor = g.anchor
                       AND e.state = 'ACTIVE')
                    FROM gateway g
                    JOIN (SELECT anchor AS number, lma_address FROM anchor) a ON a.number = g.anchor
                    WHERE (g.anchor, g.proxy_care_of_address) > (?, ?::inet)
                      AND (?::inet IS NULL OR a.lma_address = ?::inet)
                      AND (?::inet IS NULL OR g.proxy_care_of_address = ?::inet)
                      AND (?::boolean IS NULL OR g.reachable = ?)
                    ORDER BY g.anchor, g.proxy_care_of_address
                    LIMIT ?""")) {
                // No gateway is at the unspecified address.
                select.setInt(1, after.map(GatewayPosition::anchor).orElse(0));
                select.setString(2, after.map(end -> end.gateway().toString()).orElse("::"));
                String anchor = filter.lmaAddress().map(LmaAddress::toString).orElse(null);
                select.setString(3, anchor);
                select.setString(4, anchor);
                String gateway = filter.proxyCareOfAddress()
                        .map(ProxyCareOfAddress::toString)
                        .orElse(null);
                select.setString(5, gateway);
                select.setString(6, gateway);
                select.setObject(7, filter.reachable().orElse(null), Types.BOOLEAN);
                select.setObject(8, filter.reachable().orElse(null), Types.BOOLEAN);
                select.setInt(9, limit);
                List<GatewayView> gateways = new ArrayList<>();
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        GatewayPeer peer = GatewayPeerRows.peer(rows);
                        gateways.add(new GatewayView(
                                new GatewayPosition(rows.getInt(16), peer.proxyCareOfAddress()),
                                new LmaAddress(Ipv6Address.parse(rows.getString(17))),
                                peer,
                                rows.getLong(18)));
                    }
                }
                return gateways;
            }
        });
    }

    private static PoolUsage pool(ResultSet row) throws SQLException {
        return new PoolUsage(
                new LmaAddress(Ipv6Address.parse(row.getString(1))),
                HomeNetworkPrefix.parse(row.getString(2)),
                row.getInt(3),
                Optional.ofNullable(row.getString(4)).map(ProxyCareOfAddress::parse),
                row.getLong(5),
                row.getLong(6),
                row.getLong(7),
                row.getLong(8),
                row.getTimestamp(9).toInstant());
    }
}
