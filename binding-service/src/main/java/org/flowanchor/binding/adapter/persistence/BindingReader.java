package org.flowanchor.binding.adapter.persistence;

import com.google.protobuf.InvalidProtocolBufferException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.api.v1.SubscriberEvent;
import org.flowanchor.binding.application.RepeatableRequest;
import org.flowanchor.binding.application.SubscriberMessages;
import org.flowanchor.binding.domain.BindingCacheEntry;
import org.flowanchor.binding.domain.MobileNodeBindings;
import org.flowanchor.binding.domain.MobileNodeProfile;
import org.flowanchor.binding.domain.OutstandingMessage;
import org.flowanchor.binding.domain.PrefixHolders.PrefixHolder;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;

/** Reads of the update path. */
final class BindingReader {
    /** A row for each entry or profile, or one with neither. A node whose entries are known is looked for in the profiles only. */
    private static final String READ = "SELECT " + BindingRows.COLUMNS + """
            , a.version, a.last_transaction, n.mobile_node, s.profile
            FROM anchor a
            LEFT JOIN (unnest(?::text[], ?::text[]) AS n (mobile_node, unknown)
                       LEFT JOIN subscriber s ON s.mobile_node = n.mobile_node
                       LEFT JOIN binding_cache_entry e ON e.anchor = ? AND e.mobile_node = n.unknown)
                ON s.mobile_node IS NOT NULL OR e.mobile_node IS NOT NULL
            WHERE a.anchor = ?""";

    /**
     * One round trip. Those who have the anchor take turns and may be many; rows that somebody has with the anchor locked are those of a
     * short transaction or of a replica that is held, and waiting for them keeps all others from the anchor.
     */
    private static final String LOCK = """
            SET LOCAL lock_timeout = '10s';
            SELECT version FROM anchor WHERE anchor = ? FOR NO KEY UPDATE;
            SET LOCAL lock_timeout = '1s'""";

    private final Connection connection;
    private final int anchor;

    /** Mobile nodes and the state they belong to, of one moment. */
    record Read(AnchorState state, Map<MobileNodeIdentifier, MobileNodeBindings> bindings) {}

    BindingReader(Connection connection, int anchor) {
        this.connection = connection;
        this.anchor = anchor;
    }

    /** Waits for the anchor's row: until the transaction ends, nobody else changes anything of the anchor's. */
    void lock() throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement(LOCK)) {
            lock.setInt(1, anchor);
            lock.execute();
        }
    }

    /**
     * The nodes with their profiles, and the state they are in.
     *
     * @param known nodes whose entries are not read; as good as those that are read when the state is theirs
     */
    Read read(Collection<MobileNodeIdentifier> mobileNodes, Map<MobileNodeIdentifier, MobileNodeBindings> known)
            throws SQLException {
        Map<MobileNodeIdentifier, List<BindingCacheEntry>> entries = new HashMap<>();
        Map<MobileNodeIdentifier, MobileNodeProfile> subscribers = new HashMap<>();
        AnchorState state = null;
        try (PreparedStatement select = connection.prepareStatement(READ)) {
            List<MobileNodeIdentifier> nodes = List.copyOf(mobileNodes);
            int next = new Columns<>(connection, select, 1, nodes)
                    .text(MobileNodeIdentifier::value)
                    .text(node -> known.containsKey(node) ? null : node.value())
                    .next();
            select.setInt(next++, anchor);
            select.setInt(next, anchor);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    if (state == null) {
                        state = new AnchorState(
                                rows.getLong(BindingRows.COUNT + 1), rows.getLong(BindingRows.COUNT + 2));
                    }
                    byte[] profile = rows.getBytes(BindingRows.COUNT + 4);
                    if (profile != null) {
                        subscribers.computeIfAbsent(
                                new MobileNodeIdentifier(rows.getString(BindingRows.COUNT + 3)),
                                node -> profile(node, profile));
                    }
                    if (rows.getString(1) != null) {
                        BindingCacheEntry entry = BindingRows.entry(rows);
                        entries.computeIfAbsent(entry.mobileNodeIdentifier(), node -> new ArrayList<>(2))
                                .add(entry);
                    }
                }
            }
        }
        if (state == null) {
            throw new IllegalStateException("anchor " + anchor + " has no row");
        }
        Map<MobileNodeIdentifier, List<OutstandingMessage>> messages = messages(entries);
        Map<MobileNodeIdentifier, MobileNodeBindings> bindings = new HashMap<>(2 * mobileNodes.size());
        for (MobileNodeIdentifier mobileNode : mobileNodes) {
            MobileNodeBindings as = known.get(mobileNode);
            if (as == null) {
                List<BindingCacheEntry> own = entries.get(mobileNode);
                as = own == null
                        ? MobileNodeBindings.none(mobileNode)
                        : MobileNodeBindings.of(mobileNode, own, messages.getOrDefault(mobileNode, List.of()));
            }
            Optional<MobileNodeProfile> subscriber = Optional.ofNullable(subscribers.get(mobileNode));
            bindings.put(mobileNode, as.subscriber().isEmpty() && subscriber.isEmpty() ? as : as.with(subscriber));
        }
        return new Read(state, bindings);
    }

    private static MobileNodeProfile profile(MobileNodeIdentifier mobileNode, byte[] stored) {
        try {
            return SubscriberMessages.profile(SubscriberEvent.parseFrom(stored));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the stored profile of " + mobileNode + " is no message", e);
        }
    }

    /** Of another moment than the entries, but then the anchor is not in the state that was read, and nothing comes of the decision. */
    private Map<MobileNodeIdentifier, List<OutstandingMessage>> messages(
            Map<MobileNodeIdentifier, List<BindingCacheEntry>> entries) throws SQLException {
        List<MobileNodeIdentifier> waiting = new ArrayList<>();
        entries.forEach((mobileNode, own) -> {
            for (BindingCacheEntry entry : own) {
                if (entry.awaitsGateway()) {
                    waiting.add(mobileNode);
                    break;
                }
            }
        });
        return waiting.isEmpty() ? Map.of() : new MessageRows(connection, anchor).of(waiting);
    }

    /** How these requests were answered, as far as they were; asked for after {@link #read}, it is never older than the entries. */
    Map<RepeatableRequest<?>, Optional<Object>> answers(Set<RepeatableRequest<?>> requests) throws SQLException {
        return requests.isEmpty() ? Map.of() : new RequestRows(connection, anchor).answers(requests);
    }

    /** @param rest how long a released prefix stays its node's */
    Map<HomeNetworkPrefix, PrefixHolder> holders(Collection<HomeNetworkPrefix> prefixes, Duration rest)
            throws SQLException {
        Map<HomeNetworkPrefix, PrefixHolder> holders = new HashMap<>();
        if (prefixes.isEmpty()) {
            return holders;
        }
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT text(h.prefix), h.mobile_node, h.state = 'RESTING',
                       h.state = 'RESTING' AND h.released_at <= now() - make_interval(secs => ?)
                           AND h.released_version
                               <= coalesce((SELECT version FROM anchor_acknowledgement WHERE anchor = h.anchor), 0),
                       (SELECT s.mobile_node FROM subscriber_prefix s WHERE s.prefix = h.prefix)
                FROM home_network_prefix h
                WHERE h.anchor = ? AND h.prefix = ANY (?::cidr[])""")) {
            select.setDouble(1, rest.toMillis() / 1000.0);
            select.setInt(2, anchor);
            select.setArray(
                    3,
                    connection.createArrayOf(
                            "text",
                            prefixes.stream().map(HomeNetworkPrefix::toString).toArray(String[]::new)));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    holders.put(
                            HomeNetworkPrefix.parse(rows.getString(1)),
                            new PrefixHolder(
                                    new MobileNodeIdentifier(rows.getString(2)),
                                    rows.getBoolean(3),
                                    rows.getBoolean(4),
                                    Optional.ofNullable(rows.getString(5)).map(MobileNodeIdentifier::new)));
                }
            }
        }
        return holders;
    }

    private Array text(Collection<MobileNodeIdentifier> mobileNodes) throws SQLException {
        return connection.createArrayOf(
                "text", mobileNodes.stream().map(MobileNodeIdentifier::value).toArray(String[]::new));
    }
}
