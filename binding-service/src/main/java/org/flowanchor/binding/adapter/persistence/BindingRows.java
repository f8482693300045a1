package org.flowanchor.binding.adapter.persistence;

import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.flowanchor.binding.application.BindingMessages;
import org.flowanchor.binding.domain.BindingCacheEntry;
import org.flowanchor.binding.domain.BindingState;
import org.flowanchor.binding.domain.FlowMobility;
import org.flowanchor.binding.domain.MobileNodeFacts;
import org.flowanchor.binding.domain.PrefixKind;
import org.flowanchor.binding.domain.Timestamp;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.ServiceSelection;
import org.jspecify.annotations.Nullable;

/** Rows of binding_cache_entry as entries; the columns come first in every select. */
final class BindingRows {
    static final String COLUMNS = """
            e.mobile_node, e.binding_identifier, e.binding_priority, inet_send(e.proxy_care_of_address),
            e.access_technology_type, e.link_layer_identifier, e.state, e.expires_at, e.policy_group,
            e.sequence_number, e.last_timestamp, e.version, e.home_network_prefixes, e.accepted_at,
            inet_send(e.link_local_address), e.service_selection, e.prefix_kind, e.signalling, e.facts""";

    static final int COUNT = 19;

    static final String SELECT = "SELECT " + COLUMNS + " FROM binding_cache_entry e";

    private static final int VERSION = 12;

    /** An address and its length. */
    private static final int PREFIX = Ipv6Address.LENGTH + 1;

    /** inet_send: family, bits, whether it is a cidr, octets. */
    private static final int INET_HEADER = 4;

    private BindingRows() {}

    static BindingCacheEntry entry(ResultSet row) throws SQLException {
        byte[] linkLayerIdentifier = row.getBytes(6);
        long timestamp = row.getLong(11);
        boolean timestamped = !row.wasNull();
        Optional<org.flowanchor.api.v1.BindingCacheEntry> signalling = message(row.getBytes(18));
        return new BindingCacheEntry(
                new MobileNodeIdentifier(row.getString(1)),
                new BindingIdentifier(row.getInt(2)),
                row.getInt(3),
                prefixes(row.getBytes(13)),
                new ProxyCareOfAddress(address(row.getBytes(4), INET_HEADER)),
                new AccessTechnologyType(row.getInt(5)),
                Optional.ofNullable(linkLayerIdentifier).map(LinkLayerIdentifier::of),
                BindingState.valueOf(row.getString(7)),
                row.getTimestamp(8).toInstant(),
                facts(row.getString(9), row.getBytes(19)),
                row.getInt(10),
                timestamped ? Optional.of(new Timestamp(timestamp)) : Optional.empty(),
                row.getTimestamp(14).toInstant(),
                Optional.ofNullable(row.getBytes(15)).map(octets -> address(octets, INET_HEADER)),
                Optional.ofNullable(row.getString(16)).map(ServiceSelection::new),
                PrefixKind.valueOf(row.getString(17)),
                signalling.map(BindingMessages::flowMobility).orElse(FlowMobility.NONE),
                signalling.flatMap(BindingMessages::revocation));
    }

    private static MobileNodeFacts facts(String policyGroup, byte @Nullable [] value) {
        return message(value)
                .map(message -> BindingMessages.facts(policyGroup, message))
                .orElseGet(() -> MobileNodeFacts.of(policyGroup));
    }

    static Optional<org.flowanchor.api.v1.BindingCacheEntry> message(byte @Nullable [] value) {
        if (value == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(org.flowanchor.api.v1.BindingCacheEntry.parseFrom(value));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("what is stored of a binding is no message", e);
        }
    }

    static long version(ResultSet row) throws SQLException {
        return row.getLong(VERSION);
    }

    /** As the column home_network_prefixes has them. */
    static byte[] prefixes(List<HomeNetworkPrefix> prefixes) {
        ByteBuffer octets = ByteBuffer.allocate(PREFIX * prefixes.size());
        for (HomeNetworkPrefix prefix : prefixes) {
            octets.putLong(prefix.address().high())
                    .putLong(prefix.address().low())
                    .put((byte) prefix.length());
        }
        return octets.array();
    }

    static List<HomeNetworkPrefix> prefixes(byte[] octets) {
        List<HomeNetworkPrefix> prefixes = new ArrayList<>(octets.length / PREFIX);
        for (int at = 0; at < octets.length; at += PREFIX) {
            prefixes.add(new HomeNetworkPrefix(address(octets, at), octets[at + Ipv6Address.LENGTH] & 0xff));
        }
        return prefixes;
    }

    private static Ipv6Address address(byte[] octets, int at) {
        ByteBuffer buffer = ByteBuffer.wrap(octets);
        return new Ipv6Address(buffer.getLong(at), buffer.getLong(at + Long.BYTES));
    }
}
