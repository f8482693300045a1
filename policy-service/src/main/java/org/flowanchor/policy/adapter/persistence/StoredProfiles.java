package org.flowanchor.policy.adapter.persistence;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.flowanchor.policy.domain.StoredSubscriber;
import org.flowanchor.policy.domain.SubscriberDocument;
import org.flowanchor.policy.domain.SubscriberProfile;
import org.flowanchor.policy.domain.SubscriberReading;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Profiles as the text in a column. What was accepted once must be readable for ever: a document that is not is a broken world. */
@Component
class StoredProfiles {
    static final String COLUMNS = "s.document, s.revision, s.created_at, s.updated_at";

    private final JsonMapper json;

    StoredProfiles(JsonMapper json) {
        this.json = json;
    }

    String write(SubscriberProfile profile) {
        return json.writeValueAsString(SubscriberDocument.write(profile));
    }

    StoredSubscriber read(String document, long revision, Instant createdAt, Instant updatedAt) {
        return switch (SubscriberDocument.read(json.readValue(document, Object.class), Optional.empty())) {
            case SubscriberReading.Accepted(SubscriberProfile profile) ->
                new StoredSubscriber(profile, revision, createdAt, updatedAt);
            case SubscriberReading.Rejected(var errors) ->
                throw new IllegalStateException("stored profile cannot be read: " + errors + " in " + document);
        };
    }

    /** A row of {@link #COLUMNS}. */
    StoredSubscriber read(ResultSet row) throws SQLException {
        return read(
                row.getString(1),
                row.getLong(2),
                row.getTimestamp(3).toInstant(),
                row.getTimestamp(4).toInstant());
    }
}
