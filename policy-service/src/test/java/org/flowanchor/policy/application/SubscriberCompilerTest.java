package org.flowanchor.policy.application;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.Optional;
import org.flowanchor.api.v1.DecisionAuthority;
import org.flowanchor.api.v1.HomeNetworkPrefix;
import org.flowanchor.api.v1.HostModel;
import org.flowanchor.api.v1.PrefixModel;
import org.flowanchor.api.v1.SubscriberEvent;
import org.flowanchor.policy.domain.SubscriberDocument;
import org.flowanchor.policy.domain.SubscriberProfile;
import org.flowanchor.policy.domain.SubscriberReading;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class SubscriberCompilerTest {
    private static SubscriberProfile profile(String json) {
        Object tree = JsonMapper.builder().build().readValue(json, Object.class);
        return switch (SubscriberDocument.read(tree, Optional.empty())) {
            case SubscriberReading.Accepted(SubscriberProfile profile) -> profile;
            case SubscriberReading.Rejected(var errors) -> throw new AssertionError(errors.toString());
        };
    }

    private static ByteString octets(int... values) {
        byte[] octets = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            octets[i] = (byte) values[i];
        }
        return ByteString.copyFrom(octets);
    }

    @Test
    void everythingIsSaidInCodePointsAndOctets() {
        assertThat(SubscriberCompiler.compile(profile("""
                {"mobileNodeIdentifier": "mn1", "policyGroup": "gold", "proxyRegistrationEnabled": true,
                 "allowedAccessTechnologyTypes": ["E_UTRAN", "IEEE_802_11"], "prefixModel": "UNIQUE",
                 "staticPrefixes": ["2001:db8::/64"], "hostModel": "STRONG", "decisionAuthority": "MOBILE_NODE",
                 "serviceSelections": ["ims"], "linkLayerIdentifiers": ["02:00:00:00:00:01"],
                 "authorizedGateways": ["2001:db8::1"]}""")))
                .isEqualTo(SubscriberEvent.newBuilder()
                        .setMobileNodeIdentifier("mn1")
                        .setPolicyGroup("gold")
                        .setProxyRegistrationEnabled(true)
                        .addAllowedAccessTechnologyTypes(4)
                        .addAllowedAccessTechnologyTypes(8)
                        .setPrefixModel(PrefixModel.PREFIX_MODEL_UNIQUE)
                        .addStaticPrefixes(HomeNetworkPrefix.newBuilder()
                                .setPrefix(octets(0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
                                .setPrefixLength(64))
                        .setHostModel(HostModel.HOST_MODEL_STRONG)
                        .setDecisionAuthority(DecisionAuthority.DECISION_AUTHORITY_MOBILE_NODE)
                        .addServiceSelections("ims")
                        .addLinkLayerIdentifiers(octets(2, 0, 0, 0, 0, 1))
                        .addAuthorizedGateways(octets(0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1))
                        .build());
    }

    @Test
    void whatRestrictsNothingIsNotSaid() {
        SubscriberEvent event = SubscriberCompiler.compile(profile(
                "{\"mobileNodeIdentifier\": \"mn1\", \"policyGroup\": \"gold\", \"proxyRegistrationEnabled\": false}"));
        assertThat(event.getProxyRegistrationEnabled()).isFalse();
        assertThat(event.getPrefixModel()).isEqualTo(PrefixModel.PREFIX_MODEL_SHARED);
        assertThat(event.getHostModel()).isEqualTo(HostModel.HOST_MODEL_LOGICAL_INTERFACE);
        assertThat(event.getDecisionAuthority()).isEqualTo(DecisionAuthority.DECISION_AUTHORITY_NETWORK);
        assertThat(event.getAllowedAccessTechnologyTypesList()).isEmpty();
        assertThat(event.getStaticPrefixesList()).isEmpty();
        assertThat(event.getServiceSelectionsList()).isEmpty();
        assertThat(event.getLinkLayerIdentifiersList()).isEmpty();
        assertThat(event.getAuthorizedGatewaysList()).isEmpty();
    }
}
