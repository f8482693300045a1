package org.flowanchor.policy.adapter.rest;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.policy.domain.DocumentError;
import org.flowanchor.policy.domain.StoredSubscriber;
import org.flowanchor.policy.domain.SubscriberDecision;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.util.UriUtils;

/** Decisions about profiles as HTTP says them. */
final class SubscriberAnswers {
    static final String PATH = "/api/v1/subscribers";

    private SubscriberAnswers() {}

    /** @throws Problem when the decision is a refusal */
    static ResponseEntity<Map<String, Object>> of(SubscriberDecision decision) {
        return switch (decision) {
            case SubscriberDecision.Publish(StoredSubscriber subscriber, boolean created) ->
                created ? created(subscriber) : represented(ResponseEntity.ok(), subscriber);
            case SubscriberDecision.Unchanged(StoredSubscriber subscriber) ->
                represented(ResponseEntity.ok(), subscriber);
            case SubscriberDecision.Retire _ -> ResponseEntity.noContent().build();
            case SubscriberDecision.Present(MobileNodeIdentifier mobileNode) ->
                throw Problem.of(
                        HttpStatus.CONFLICT,
                        "subscriber-exists",
                        "Subscriber exists",
                        "mobile node " + mobileNode + " has a profile");
            case SubscriberDecision.LinkLayerIdentifierTaken taken ->
                throw Problem.conflict(
                        "link-layer-identifier-taken",
                        "Link-layer identifier taken",
                        conflict(taken).orElseThrow());
            case SubscriberDecision.PrefixTaken taken ->
                throw Problem.conflict(
                        "prefix-taken", "Prefix taken", conflict(taken).orElseThrow());
            case SubscriberDecision.Unknown(MobileNodeIdentifier mobileNode) ->
                throw Problem.subscriberNotFound(mobileNode.value());
            case SubscriberDecision.Stale(MobileNodeIdentifier mobileNode, Optional<Long> revision) ->
                throw Problem.preconditionFailed("profile of mobile node " + mobileNode, revision);
        };
    }

    /** Which part of the document another mobile node's profile stands against. */
    static Optional<DocumentError> conflict(SubscriberDecision decision) {
        return switch (decision) {
            case SubscriberDecision.LinkLayerIdentifierTaken taken ->
                Optional.of(new DocumentError(
                        "$.linkLayerIdentifiers",
                        taken.identifier() + " is an interface of mobile node " + taken.holder()));
            case SubscriberDecision.PrefixTaken taken ->
                Optional.of(new DocumentError(
                        "$.staticPrefixes",
                        taken.wanted()
                                + (taken.wanted().equals(taken.held()) ? " is a prefix" : " overlaps " + taken.held())
                                + " of mobile node " + taken.holder()));
            case SubscriberDecision.Publish _,
                    SubscriberDecision.Unchanged _,
                    SubscriberDecision.Retire _,
                    SubscriberDecision.Present _,
                    SubscriberDecision.Unknown _,
                    SubscriberDecision.Stale _ -> Optional.empty();
        };
    }

    static ResponseEntity<Map<String, Object>> created(StoredSubscriber subscriber) {
        String name =
                UriUtils.encodePathSegment(subscriber.mobileNodeIdentifier().value(), StandardCharsets.UTF_8);
        return represented(ResponseEntity.created(URI.create(PATH + "/" + name)), subscriber);
    }

    static ResponseEntity<Map<String, Object>> represented(
            ResponseEntity.BodyBuilder response, StoredSubscriber subscriber) {
        return response.eTag(EntityTag.of(subscriber.revision())).body(SubscriberRepresentation.of(subscriber));
    }
}
