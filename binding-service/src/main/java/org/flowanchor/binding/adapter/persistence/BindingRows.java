package org.flowanchor.binding.adapter.persistence;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.flowanchor.binding.domain.BindingCacheEntry;
import org.flowanchor.binding.domain.BindingState;
import org.flowanchor.binding.domain.Timestamp;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;

/** Rows of binding_cache_entry as entries. */
final class BindingRows {
    static final String SELECT = """
            SELECT e.mobile_node, e.binding_identifier, e.binding_priority, host(e.proxy_care_of_address),
                   e.access_technology_type, e.link_layer_identifier, e.state, e.expires_at, e.policy_group,
                   e.sequence_number, e.last_timestamp, e.version,
                   ARRAY(SELECT text(p.prefix) FROM binding_prefix p
                         WHERE p.anchor = e.anchor AND p.mobile_node = e.mobile_node
                           AND p.binding_identifier = e.binding_identifier)
            FROM binding_cache_entry e""";

    private static final int VERSION = 12;

    private BindingRows() {}

    static BindingCacheEntry entry(ResultSet row) throws SQLException {
        byte[] linkLayerIdentifier = row.getBytes(6);
        long timestamp = row.getLong(11);
        boolean timestamped = !row.wasNull();
        return new BindingCacheEntry(
                new MobileNodeIdentifier(row.getString(1)),
                new BindingIdentifier(row.getInt(2)),
                row.getInt(3),
                prefixes(row),
                ProxyCareOfAddress.parse(row.getString(4)),
                new AccessTechnologyType(row.getInt(5)),
                Optional.ofNullable(linkLayerIdentifier).map(LinkLayerIdentifier::of),
                BindingState.valueOf(row.getString(7)),
                row.getTimestamp(8).toInstant(),
                row.getString(9),
                row.getInt(10),
                timestamped ? Optional.of(new Timestamp(timestamp)) : Optional.empty());
    }

    static long version(ResultSet row) throws SQLException {
        return row.getLong(VERSION);
    }

    private static List<HomeNetworkPrefix> prefixes(ResultSet row) throws SQLException {
        return Arrays.stream((String[]) row.getArray(13).getArray())
                .map(HomeNetworkPrefix::parse)
                .toList();
    }
}
