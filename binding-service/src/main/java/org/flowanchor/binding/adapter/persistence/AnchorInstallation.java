package org.flowanchor.binding.adapter.persistence;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.flowanchor.binding.adapter.persistence.Anchors.StoredAnchor;
import org.flowanchor.binding.application.Anchor;
import org.flowanchor.binding.application.StartRefusedException;
import org.flowanchor.binding.domain.PrefixPool;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;

/** Brings the configured anchors and pools into the database, and refuses what contradicts the stored ones. */
final class AnchorInstallation {
    private final Connection connection;

    private record OwnedPool(LmaAddress anchor, PrefixPool pool) {}

    private AnchorInstallation(Connection connection) {
        this.connection = connection;
    }

    static Anchors install(Database database, List<Anchor> configured) {
        Anchors anchors = database.transact(connection -> new AnchorInstallation(connection).install(configured));
        // Not under the lock: other replicas serve meanwhile.
        for (Anchor one : configured) {
            int number = anchors.number(one.lmaAddress());
            one.pools()
                    .forEach(pool -> database.transactAtLength(connection -> {
                        StaticPrefixes.keep(connection, number, pool);
                        return true;
                    }));
        }
        return anchors;
    }

    private Anchors install(List<Anchor> configured) throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement(
                // Nobody registers anything meanwhile.
                "SET LOCAL idle_in_transaction_session_timeout = '5s';"
                        + " LOCK TABLE anchor, prefix_pool IN SHARE ROW EXCLUSIVE MODE")) {
            lock.execute();
        }
        List<StoredAnchor> stored = new ArrayList<>();
        for (Anchor anchor : configured) {
            int number = installAnchor(anchor);
            stored.add(new StoredAnchor(number, anchor, List.of()));
        }
        refuseOverlaps(stored);
        List<StoredAnchor> complete = new ArrayList<>();
        for (StoredAnchor one : stored) {
            for (PrefixPool pool : one.anchor().pools()) {
                installPool(one.number(), pool);
            }
            List<PrefixPool> every = storedPools().stream()
                    .filter(owned -> owned.anchor().equals(one.anchor().lmaAddress()))
                    .map(OwnedPool::pool)
                    .toList();
            complete.add(new StoredAnchor(one.number(), one.anchor(), every));
        }
        return new Anchors(complete);
    }

    private int installAnchor(Anchor anchor) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO anchor (lma_address, partition) VALUES (?::inet, ?) ON CONFLICT (lma_address) DO NOTHING")) {
            insert.setString(1, anchor.lmaAddress().toString());
            insert.setInt(2, anchor.partition());
            insert.executeUpdate();
        }
        int number;
        int partition;
        try (PreparedStatement select =
                connection.prepareStatement("SELECT anchor, partition FROM anchor WHERE lma_address = ?::inet")) {
            select.setString(1, anchor.lmaAddress().toString());
            try (ResultSet row = select.executeQuery()) {
                row.next();
                number = row.getInt(1);
                partition = row.getInt(2);
            }
        }
        if (partition != anchor.partition()) {
            throw new StartRefusedException(
                    "anchor " + anchor.lmaAddress() + " is stored with partition " + partition
                            + " of topic bindings, not " + anchor.partition(),
                    "set its flowanchor.anchors[].partition to " + partition
                            + ": events of one anchor stay in one partition, or their order is lost");
        }
        for (String table : List.of("relay", "anchor_acknowledgement")) {
            String columns = table.equals("relay") ? "(anchor) VALUES (?)" : "(anchor, version) VALUES (?, 0)";
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO " + table + " " + columns + " ON CONFLICT (anchor) DO NOTHING")) {
                insert.setInt(1, number);
                insert.executeUpdate();
            }
        }
        return number;
    }

    private void refuseOverlaps(List<StoredAnchor> stored) throws SQLException {
        List<OwnedPool> pools = new ArrayList<>(storedPools());
        for (StoredAnchor one : stored) {
            for (PrefixPool pool : one.anchor().pools()) {
                OwnedPool wanted = new OwnedPool(one.anchor().lmaAddress(), pool);
                for (OwnedPool other : pools) {
                    if (!other.equals(wanted) && other.pool().prefix().overlaps(pool.prefix())) {
                        throw new StartRefusedException(
                                "pools " + name(other) + " and " + name(wanted) + " overlap",
                                "give every pool prefixes of its own: a prefix belongs to one mobile node of one anchor");
                    }
                }
                if (pools.contains(wanted)
                        && one.anchor().pools().stream().filter(pool::equals).count() > 1) {
                    throw new StartRefusedException(
                            "pool " + name(wanted) + " is configured twice", "name every pool once");
                }
                pools.add(wanted);
            }
        }
    }

    private static String name(OwnedPool pool) {
        return pool.pool().prefix() + " (prefix length " + pool.pool().prefixLength() + ", anchor " + pool.anchor()
                + pool.pool()
                        .gateway()
                        .map(gateway -> ", temporal, gateway " + gateway)
                        .orElse("") + ")";
    }

    private void installPool(int anchor, PrefixPool pool) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO prefix_pool (anchor, prefix, prefix_length, capacity, proxy_care_of_address, static_prefixes_kept)
                VALUES (?, ?::cidr, ?, ?, ?::inet, false)
                ON CONFLICT (anchor, prefix) DO NOTHING""")) {
            insert.setInt(1, anchor);
            insert.setString(2, pool.prefix().toString());
            insert.setInt(3, pool.prefixLength());
            insert.setLong(4, pool.capacity());
            insert.setString(5, pool.gateway().map(ProxyCareOfAddress::toString).orElse(null));
            insert.executeUpdate();
        }
    }

    private List<OwnedPool> storedPools() throws SQLException {
        List<OwnedPool> pools = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement("""
                        SELECT host(a.lma_address), text(p.prefix), p.prefix_length, host(p.proxy_care_of_address)
                        FROM prefix_pool p JOIN anchor a USING (anchor)""");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                pools.add(new OwnedPool(
                        LmaAddress.parse(rows.getString(1)),
                        new PrefixPool(
                                HomeNetworkPrefix.parse(rows.getString(2)),
                                rows.getInt(3),
                                Optional.ofNullable(rows.getString(4)).map(ProxyCareOfAddress::parse))));
            }
        }
        return pools;
    }
}
