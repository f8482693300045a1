package org.flowanchor.policy.application;

import com.google.protobuf.ByteString;
import java.util.Optional;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.SubscriberEvent;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.policy.domain.StoredSubscriber;
import org.flowanchor.policy.domain.SubscriberProfile;

/** Turns a profile into what the binding service decides by: names resolved to code points. Pure. */
final class SubscriberCompiler {
    private SubscriberCompiler() {}

    /** What the topic is told when the profile stands. */
    static SubscriberChange published(StoredSubscriber subscriber) {
        return new SubscriberChange(
                new OutboxRecord(
                        subscriber.revision(),
                        subscriber.mobileNodeIdentifier().value(),
                        Optional.of(compile(subscriber.profile()).toByteString())),
                Optional.of(subscriber));
    }

    /** What the topic is told when the profile is gone. */
    static SubscriberChange retired(MobileNodeIdentifier mobileNode, long revision) {
        return new SubscriberChange(new OutboxRecord(revision, mobileNode.value(), Optional.empty()), Optional.empty());
    }

    static SubscriberEvent compile(SubscriberProfile profile) {
        SubscriberEvent.Builder event = SubscriberEvent.newBuilder()
                .setMobileNodeIdentifier(profile.mobileNodeIdentifier().value())
                .setPolicyGroup(profile.policyGroup().text())
                .setProxyRegistrationEnabled(profile.proxyRegistrationEnabled())
                .setPrefixModel(ProtoMapping.toProto(profile.prefixModel()))
                .setHostModel(ProtoMapping.toProto(profile.hostModel()))
                .setDecisionAuthority(ProtoMapping.toProto(profile.decisionAuthority()));
        profile.allowedAccessTechnologyTypes().forEach(access -> event.addAllowedAccessTechnologyTypes(access.value()));
        profile.staticPrefixes().forEach(prefix -> event.addStaticPrefixes(ProtoMapping.toProto(prefix)));
        profile.serviceSelections().forEach(service -> event.addServiceSelections(service.value()));
        profile.linkLayerIdentifiers()
                .forEach(identifier -> event.addLinkLayerIdentifiers(ByteString.copyFrom(identifier.octets())));
        profile.authorizedGateways().forEach(gateway -> event.addAuthorizedGateways(ProtoMapping.toProto(gateway)));
        return event.build();
    }
}
