package org.flowanchor.binding.application;

import com.google.protobuf.ByteString;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.BindingState;
import org.flowanchor.binding.application.BindingLog.EntryKey;
import org.flowanchor.binding.domain.BindingCacheEntry;
import org.flowanchor.mobility.LmaAddress;

/** Entries as the contracts name them. */
public final class BindingMessages {
    private BindingMessages() {}

    /** Without a version: that is known only when the transaction ends. */
    public static org.flowanchor.api.v1.BindingCacheEntry of(LmaAddress anchor, BindingCacheEntry entry) {
        var message = org.flowanchor.api.v1.BindingCacheEntry.newBuilder()
                .setLmaAddress(ProtoMapping.toProto(anchor))
                .setMobileNodeIdentifier(entry.mobileNodeIdentifier().value())
                .setBindingIdentifier(entry.bindingIdentifier().value())
                .setBindingPriority(entry.bindingPriority())
                .setProxyCareOfAddress(ProtoMapping.toProto(entry.proxyCareOfAddress()))
                .setAccessTechnologyType(entry.accessTechnologyType().value())
                .setState(
                        switch (entry.state()) {
                            case ACTIVE -> BindingState.BINDING_STATE_ACTIVE;
                            case RELEASING -> BindingState.BINDING_STATE_RELEASING;
                        })
                .setExpiresAtMs(entry.expiresAt().toEpochMilli())
                .setPolicyGroup(entry.policyGroup());
        entry.homeNetworkPrefixes().forEach(prefix -> message.addHomeNetworkPrefixes(ProtoMapping.toProto(prefix)));
        entry.linkLayerIdentifier()
                .ifPresent(identifier -> message.setLinkLayerIdentifier(ByteString.copyFrom(identifier.octets())));
        return message.build();
    }

    /** Key of the topic {@code bindings}. */
    public static String key(LmaAddress anchor, EntryKey key) {
        return anchor + "/" + key.mobileNodeIdentifier() + "/" + key.bindingIdentifier();
    }
}
