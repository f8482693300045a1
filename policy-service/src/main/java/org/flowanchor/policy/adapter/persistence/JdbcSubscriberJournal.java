package org.flowanchor.policy.adapter.persistence;

import com.google.protobuf.ByteString;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.flowanchor.api.Topics;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.policy.application.IdempotencyKey;
import org.flowanchor.policy.application.SubscriberChange;
import org.flowanchor.policy.application.SubscriberJournal;
import org.flowanchor.policy.domain.StoredSubscriber;
import org.flowanchor.policy.domain.SubscriberProfile;
import org.flowanchor.policy.domain.SubscriberRegister;
import org.flowanchor.policy.domain.SubscriberRegister.Holdings;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;

/** One change, under the lock of {@code version}. */
final class JdbcSubscriberJournal implements SubscriberJournal {
    private final long version;
    private final JdbcOperations jdbc;
    private final StoredProfiles profiles;
    private final IdempotencyKeyRows keys;

    JdbcSubscriberJournal(long version, JdbcOperations jdbc, StoredProfiles profiles, IdempotencyKeyRows keys) {
        this.version = version;
        this.jdbc = jdbc;
        this.profiles = profiles;
        this.keys = keys;
    }

    private interface Binding {
        void bind(PreparedStatement statement, Connection connection) throws SQLException;
    }

    /** A column of rows as one parameter: a set of any size is one statement. */
    private static <T> Array column(
            Connection connection, String type, Collection<T> rows, Function<? super T, @Nullable Object> value)
            throws SQLException {
        return connection.createArrayOf(type, rows.stream().map(value).toArray());
    }

    private static Array bytes(Connection connection, Collection<byte[]> rows) throws SQLException {
        return connection.createArrayOf("bytea", rows.toArray(byte[][]::new));
    }

    private void update(String sql, Binding parameters) {
        jdbc.update(connection -> {
            PreparedStatement statement = connection.prepareStatement(sql);
            parameters.bind(statement, connection);
            return statement;
        });
    }

    @Override
    public SubscriberRegister register(
            Collection<MobileNodeIdentifier> mobileNodes, Collection<SubscriberProfile> wanted) {
        return new SubscriberRegister(
                version, standing(mobileNodes), new Holdings(interfaces(wanted), prefixes(wanted)));
    }

    private List<StoredSubscriber> standing(Collection<MobileNodeIdentifier> mobileNodes) {
        return jdbc.query(
                connection -> {
                    PreparedStatement select = connection.prepareStatement(
                            "select " + StoredProfiles.COLUMNS + " from subscriber s where s.mobile_node = any (?)");
                    select.setArray(1, column(connection, "text", mobileNodes, MobileNodeIdentifier::value));
                    return select;
                },
                (row, _) -> profiles.read(row));
    }

    private Map<LinkLayerIdentifier, MobileNodeIdentifier> interfaces(Collection<SubscriberProfile> wanted) {
        List<byte[]> identifiers = wanted.stream()
                .flatMap(profile -> profile.linkLayerIdentifiers().stream())
                .map(LinkLayerIdentifier::octets)
                .toList();
        Map<LinkLayerIdentifier, MobileNodeIdentifier> holders = new HashMap<>();
        if (!identifiers.isEmpty()) {
            jdbc.query(
                    connection -> {
                        PreparedStatement select = connection.prepareStatement("""
                                select link_layer_identifier, mobile_node from subscriber_link_layer_identifier
                                where link_layer_identifier = any (?)""");
                        select.setArray(1, bytes(connection, identifiers));
                        return select;
                    },
                    row -> {
                        holders.put(
                                LinkLayerIdentifier.of(row.getBytes(1)), new MobileNodeIdentifier(row.getString(2)));
                    });
        }
        return holders;
    }

    private Map<HomeNetworkPrefix, MobileNodeIdentifier> prefixes(Collection<SubscriberProfile> wanted) {
        List<HomeNetworkPrefix> prefixes = wanted.stream()
                .flatMap(profile -> profile.staticPrefixes().stream())
                .toList();
        Map<HomeNetworkPrefix, MobileNodeIdentifier> holders = new HashMap<>();
        if (!prefixes.isEmpty()) {
            jdbc.query(
                    connection -> {
                        PreparedStatement select = connection.prepareStatement("""
                                select text(p.prefix), p.mobile_node
                                from unnest(?::cidr[]) as wanted (prefix)
                                join subscriber_prefix p on p.prefix && wanted.prefix""");
                        select.setArray(1, column(connection, "text", prefixes, HomeNetworkPrefix::toString));
                        return select;
                    },
                    row -> {
                        holders.put(
                                HomeNetworkPrefix.parse(row.getString(1)), new MobileNodeIdentifier(row.getString(2)));
                    });
        }
        return holders;
    }

    private record Interface(byte[] octets, String mobileNode) {}

    private record Prefix(String prefix, String mobileNode) {}

    @Override
    public void write(List<SubscriberChange> changes, Instant at) {
        Map<String, Optional<StoredSubscriber>> net = new LinkedHashMap<>();
        changes.forEach(change -> net.put(change.record().key(), change.subscriber()));
        List<StoredSubscriber> standing =
                net.values().stream().flatMap(Optional::stream).toList();
        List<String> gone = net.entrySet().stream()
                .filter(entry -> entry.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
        release(net.keySet());
        if (!gone.isEmpty()) {
            update(
                    "delete from subscriber where mobile_node = any (?)",
                    (statement, connection) -> statement.setArray(1, column(connection, "text", gone, name -> name)));
        }
        if (!standing.isEmpty()) {
            put(standing);
            hold(standing);
        }
        append(changes, at);
    }

    /** Everything first: what one profile gives up another one may take. */
    private void release(Collection<String> mobileNodes) {
        for (String table : List.of("subscriber_link_layer_identifier", "subscriber_prefix")) {
            update(
                    "delete from " + table + " where mobile_node = any (?)",
                    (statement, connection) ->
                            statement.setArray(1, column(connection, "text", mobileNodes, name -> name)));
        }
    }

    private void put(List<StoredSubscriber> standing) {
        update("""
                insert into subscriber (mobile_node, revision, document, created_at, updated_at)
                select mobile_node, revision, document, created_at::timestamptz, updated_at::timestamptz
                from unnest(?::text[], ?::int8[], ?::text[], ?::text[], ?::text[])
                    as standing (mobile_node, revision, document, created_at, updated_at)
                on conflict (mobile_node) do update
                set revision = excluded.revision, document = excluded.document, updated_at = excluded.updated_at""", (statement, connection) -> {
            statement.setArray(
                    1,
                    column(
                            connection,
                            "text",
                            standing,
                            one -> one.mobileNodeIdentifier().value()));
            statement.setArray(2, column(connection, "int8", standing, StoredSubscriber::revision));
            statement.setArray(3, column(connection, "text", standing, one -> profiles.write(one.profile())));
            statement.setArray(
                    4,
                    column(connection, "text", standing, one -> one.createdAt().toString()));
            statement.setArray(
                    5,
                    column(connection, "text", standing, one -> one.updatedAt().toString()));
        });
    }

    private void hold(List<StoredSubscriber> standing) {
        List<Interface> interfaces = new ArrayList<>();
        List<Prefix> prefixes = new ArrayList<>();
        for (StoredSubscriber subscriber : standing) {
            String mobileNode = subscriber.mobileNodeIdentifier().value();
            SubscriberProfile profile = subscriber.profile();
            profile.linkLayerIdentifiers()
                    .forEach(identifier -> interfaces.add(new Interface(identifier.octets(), mobileNode)));
            profile.staticPrefixes().forEach(prefix -> prefixes.add(new Prefix(prefix.toString(), mobileNode)));
        }
        if (!interfaces.isEmpty()) {
            update("""
                    insert into subscriber_link_layer_identifier (link_layer_identifier, mobile_node)
                    select * from unnest(?::bytea[], ?::text[])""", (statement, connection) -> {
                statement.setArray(
                        1,
                        bytes(
                                connection,
                                interfaces.stream().map(Interface::octets).toList()));
                statement.setArray(2, column(connection, "text", interfaces, Interface::mobileNode));
            });
        }
        if (!prefixes.isEmpty()) {
            update("""
                    insert into subscriber_prefix (prefix, mobile_node)
                    select * from unnest(?::cidr[], ?::text[])""", (statement, connection) -> {
                statement.setArray(1, column(connection, "text", prefixes, Prefix::prefix));
                statement.setArray(2, column(connection, "text", prefixes, Prefix::mobileNode));
            });
        }
    }

    private void append(List<SubscriberChange> changes, Instant at) {
        update("""
                insert into outbox (topic, version, record_key, payload, written_at)
                select ?, version, record_key, payload, ?
                from unnest(?::int8[], ?::text[], ?::bytea[]) as change (version, record_key, payload)""", (statement, connection) -> {
            statement.setString(1, Topics.SUBSCRIBERS);
            statement.setTimestamp(2, Timestamp.from(at));
            statement.setArray(
                    3,
                    column(
                            connection,
                            "int8",
                            changes,
                            change -> change.record().version()));
            statement.setArray(
                    4,
                    column(
                            connection,
                            "text",
                            changes,
                            change -> change.record().key()));
            statement.setArray(
                    5,
                    connection.createArrayOf(
                            "bytea",
                            changes.stream()
                                    .map(change -> change.record()
                                            .event()
                                            .map(ByteString::toByteArray)
                                            .orElse(null))
                                    .toArray(byte[][]::new)));
        });
        update("update topic_version set version = ? where topic = ?", (statement, connection) -> {
            statement.setLong(1, changes.getLast().record().version());
            statement.setString(2, Topics.SUBSCRIBERS);
        });
    }

    @Override
    public Optional<StoredSubscriber> createdUnder(IdempotencyKey key) {
        return keys.findByTopicAndIdempotencyKey(Topics.SUBSCRIBERS, key.text())
                .map(row -> profiles.read(row.document, row.revision, row.writtenAt, row.writtenAt));
    }

    @Override
    public void remember(IdempotencyKey key, StoredSubscriber created) {
        keys.save(new IdempotencyKeyRow(
                Topics.SUBSCRIBERS,
                key.text(),
                created.mobileNodeIdentifier().value(),
                created.revision(),
                profiles.write(created.profile()),
                created.updatedAt()));
    }

    @Override
    public void forgetKeysBefore(Instant limit) {
        keys.deleteWrittenBefore(Topics.SUBSCRIBERS, limit);
    }
}
