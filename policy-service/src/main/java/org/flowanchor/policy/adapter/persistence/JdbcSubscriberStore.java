package org.flowanchor.policy.adapter.persistence;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.flowanchor.api.Topics;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.policy.application.SubscriberJournal;
import org.flowanchor.policy.application.SubscriberStore;
import org.flowanchor.policy.domain.StoredSubscriber;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Set by set instead of row by row: an import of a million profiles is a thousand transactions of a handful of statements. */
@Component
class JdbcSubscriberStore implements SubscriberStore {
    private static final String SELECT = "select " + StoredProfiles.COLUMNS + " from subscriber s ";

    private final JdbcOperations jdbc;
    private final StoredProfiles profiles;
    private final IdempotencyKeyRows keys;
    private final TransactionTemplate transaction;

    JdbcSubscriberStore(
            JdbcOperations jdbc,
            StoredProfiles profiles,
            IdempotencyKeyRows keys,
            PlatformTransactionManager transactions) {
        this.jdbc = jdbc;
        this.profiles = profiles;
        this.keys = keys;
        this.transaction = new TransactionTemplate(transactions);
    }

    @Override
    public Optional<StoredSubscriber> find(MobileNodeIdentifier mobileNode) {
        return query(SELECT + "where s.mobile_node = ?", mobileNode.value()).stream()
                .findFirst();
    }

    @Override
    public Optional<StoredSubscriber> findByInterface(LinkLayerIdentifier identifier) {
        return query(SELECT + """
                join subscriber_link_layer_identifier i using (mobile_node)
                where i.link_layer_identifier = ?""", (Object) identifier.octets()).stream().findFirst();
    }

    @Override
    public List<StoredSubscriber> list(Optional<MobileNodeIdentifier> after, int limit) {
        return query(
                SELECT + "where s.mobile_node > ? order by s.mobile_node limit ?",
                after.map(MobileNodeIdentifier::value).orElse(""),
                limit);
    }

    private List<StoredSubscriber> query(String sql, Object... parameters) {
        return jdbc.query(sql, (row, _) -> profiles.read(row), parameters);
    }

    @Override
    public <T> T change(Function<SubscriberJournal, T> change) {
        return Objects.requireNonNull(transaction.execute(_ -> {
            long version = Objects.requireNonNull(jdbc.queryForObject(
                    "select version from topic_version where topic = ? for update", Long.class, Topics.SUBSCRIBERS));
            return change.apply(new JdbcSubscriberJournal(version, jdbc, profiles, keys));
        }));
    }
}
