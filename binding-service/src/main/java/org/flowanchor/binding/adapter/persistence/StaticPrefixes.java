package org.flowanchor.binding.adapter.persistence;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.binding.application.SubscriberRecord;
import org.flowanchor.binding.domain.PrefixPool;

/**
 * Prefixes that profiles keep for their mobile nodes: taken for them in {@code home_network_prefix}, where from then on the primary key
 * keeps everybody else away. What another node has, or had until a moment ago, stays as it is until that has rested, and is marked: it is
 * nobody else's then.
 *
 * <p>Trap: the mark ({@code kept}) is taken away by a trigger, whatever takes the row of {@code subscriber_prefix} away. So nobody marks
 * while a profile goes: both kinds of marking hold the feed's row.
 */
final class StaticPrefixes {
    private StaticPrefixes() {}

    private record StaticPrefix(String prefix, String mobileNode) {}

    /**
     * Of profiles that are new or changed; prefixes their older profiles held are kept no more. The feed's row is locked.
     *
     * @param standing of different mobile nodes
     */
    static void hold(Connection connection, List<SubscriberRecord> standing) throws SQLException {
        SortedMap<String, StaticPrefix> held = new TreeMap<>();
        for (SubscriberRecord record : standing) {
            String mobileNode = record.mobileNodeIdentifier().value();
            record.event().orElseThrow().getStaticPrefixesList().forEach(message -> {
                String prefix = ProtoMapping.homeNetworkPrefix(message).toString();
                held.put(prefix, new StaticPrefix(prefix, mobileNode));
            });
        }
        List<StaticPrefix> prefixes = List.copyOf(held.values());
        // What stays is not taken away and brought back: that would be two writes of each row whenever the topic is
        // read anew.
        try (PreparedStatement delete = connection.prepareStatement("""
                DELETE FROM subscriber_prefix s
                WHERE s.mobile_node = ANY (?) AND NOT EXISTS (
                    SELECT 1 FROM unnest(?::text[], ?::text[]) AS p (prefix, mobile_node)
                    WHERE p.prefix::cidr = s.prefix AND p.mobile_node = s.mobile_node)""")) {
            new Columns<>(connection, delete, 1, standing)
                    .text(record -> record.mobileNodeIdentifier().value());
            columns(connection, delete, 2, prefixes);
            delete.executeUpdate();
        }
        if (prefixes.isEmpty()) {
            return;
        }
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO subscriber_prefix AS s (prefix, mobile_node)
                SELECT p.prefix::cidr, p.mobile_node FROM unnest(?::text[], ?::text[]) AS p (prefix, mobile_node)
                ON CONFLICT (prefix) DO UPDATE
                    SET mobile_node = EXCLUDED.mobile_node
                    WHERE s.mobile_node <> EXCLUDED.mobile_node""")) {
            columns(connection, insert, 1, prefixes);
            insert.executeUpdate();
        }
        // Looked at first, since a conflict locks the row even where nothing is to change.
        try (PreparedStatement keep = connection.prepareStatement("""
                INSERT INTO home_network_prefix AS h
                    (anchor, prefix, pool, mobile_node, state, released_at, released_version, kept)
                SELECT p.anchor, k.prefix::cidr, p.prefix, k.mobile_node, 'RESTING', now(), 0, true
                FROM unnest(?::text[], ?::text[]) AS k (prefix, mobile_node)
                JOIN prefix_pool p
                  ON k.prefix::cidr <<= p.prefix AND masklen(k.prefix::cidr) = p.prefix_length
                     AND p.proxy_care_of_address IS NULL
                WHERE NOT EXISTS (SELECT 1 FROM home_network_prefix known
                                  WHERE known.anchor = p.anchor AND known.prefix = k.prefix::cidr AND known.kept)
                ORDER BY p.anchor, k.prefix::cidr
                ON CONFLICT (anchor, prefix) DO UPDATE SET kept = true WHERE NOT h.kept""")) {
            columns(connection, keep, 1, prefixes);
            keep.executeUpdate();
        }
    }

    private static void columns(
            Connection connection, PreparedStatement statement, int first, List<StaticPrefix> prefixes)
            throws SQLException {
        new Columns<>(connection, statement, first, prefixes)
                .text(StaticPrefix::prefix)
                .text(StaticPrefix::mobileNode);
    }

    /** Of profiles that were there before their pool was: once, the feed keeps those that come later. */
    static void keep(Connection connection, int anchor, PrefixPool pool) throws SQLException {
        if (areKept(connection, anchor, pool)) {
            return;
        }
        try (PreparedStatement feed = connection.prepareStatement("SELECT FROM subscriber_feed FOR UPDATE")) {
            feed.execute();
        }
        for (String statement : List.of("""
                INSERT INTO home_network_prefix AS h
                    (anchor, prefix, pool, mobile_node, state, released_at, released_version, kept)
                SELECT p.anchor, s.prefix, p.prefix, s.mobile_node, 'RESTING', now(), 0, true
                FROM subscriber_prefix s
                JOIN prefix_pool p
                  ON s.prefix <<= p.prefix AND masklen(s.prefix) = p.prefix_length AND p.proxy_care_of_address IS NULL
                WHERE p.anchor = ? AND p.prefix = ?::cidr
                ORDER BY s.prefix
                ON CONFLICT (anchor, prefix) DO UPDATE SET kept = true WHERE NOT h.kept""", """
                UPDATE prefix_pool SET static_prefixes_kept = true WHERE anchor = ? AND prefix = ?::cidr""")) {
            try (PreparedStatement write = connection.prepareStatement(statement)) {
                write.setInt(1, anchor);
                write.setString(2, pool.prefix().toString());
                write.executeUpdate();
            }
        }
    }

    private static boolean areKept(Connection connection, int anchor, PrefixPool pool) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT static_prefixes_kept FROM prefix_pool WHERE anchor = ? AND prefix = ?::cidr")) {
            select.setInt(1, anchor);
            select.setString(2, pool.prefix().toString());
            try (ResultSet row = select.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }
}
