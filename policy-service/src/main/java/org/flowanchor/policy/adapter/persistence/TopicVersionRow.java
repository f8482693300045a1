package org.flowanchor.policy.adapter.persistence;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** The row whose lock puts all changes of one topic's set in one order. */
@Entity
@Table(name = "topic_version")
@SuppressWarnings("NullAway.Init") // the persistence provider fills the fields
class TopicVersionRow {
    @Id
    String topic;

    long version;

    protected TopicVersionRow() {}
}
