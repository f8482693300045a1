package org.flowanchor.policy.adapter.persistence;

import java.time.Instant;
import java.util.Optional;
import org.flowanchor.policy.domain.OffloadPolicy;
import org.flowanchor.policy.domain.PolicyDocument;
import org.flowanchor.policy.domain.PolicyReading;
import org.flowanchor.policy.domain.StoredPolicy;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Policies as the text in a column. What was accepted once must be readable for ever: a document that is not is a broken world. */
@Component
class StoredDocuments {
    private final JsonMapper json;

    StoredDocuments(JsonMapper json) {
        this.json = json;
    }

    String write(OffloadPolicy policy) {
        return json.writeValueAsString(PolicyDocument.write(policy));
    }

    StoredPolicy read(String document, long revision, Instant createdAt, Instant updatedAt) {
        return switch (PolicyDocument.read(json.readValue(document, Object.class), Optional.empty())) {
            case PolicyReading.Accepted(OffloadPolicy policy) ->
                new StoredPolicy(policy, revision, createdAt, updatedAt);
            case PolicyReading.Rejected(var errors) ->
                throw new IllegalStateException("stored policy cannot be read: " + errors + " in " + document);
        };
    }
}
