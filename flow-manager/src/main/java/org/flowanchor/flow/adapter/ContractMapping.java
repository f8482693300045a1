package org.flowanchor.flow.adapter;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.LinkSample.Kind;
import org.flowanchor.flow.domain.load.LinkKey;
import org.flowanchor.flow.domain.load.LinkSample;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.LmaAddress;

/** Link samples, which come over gRPC and go over Kafka. Methods from a message throw {@link IllegalArgumentException}. */
public final class ContractMapping {
    private ContractMapping() {}

    public static LinkSample linkSample(org.flowanchor.api.v1.LinkSample sample) {
        LinkKey.Kind kind = switch (sample.getKind()) {
            case KIND_ACCESS_LINK -> LinkKey.Kind.ACCESS_LINK;
            case KIND_TUNNEL -> LinkKey.Kind.TUNNEL;
            case KIND_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException("a link sample names its kind");
        };
        if (sample.getLink().isEmpty()) {
            throw new IllegalArgumentException("a link sample names its link");
        }
        return new LinkSample(
                new LinkKey(ProtoMapping.proxyCareOfAddress(sample.getProxyCareOfAddress()), kind, sample.getLink()),
                sample.getAccessTechnologyType() == 0
                        ? Optional.empty()
                        : Optional.of(new AccessTechnologyType(sample.getAccessTechnologyType())),
                sample.getUp(),
                Instant.ofEpochMilli(sample.getSampledAtMs()),
                Duration.ofMillis(Integer.toUnsignedLong(sample.getIntervalMs())),
                sample.getPackets(),
                sample.getBytes(),
                sample.getDrops(),
                sample.getBacklogBytes(),
                sample.getCapacityBitsPerSecond() == 0
                        ? OptionalLong.empty()
                        : OptionalLong.of(sample.getCapacityBitsPerSecond()));
    }

    public static org.flowanchor.api.v1.LinkSample toProto(LmaAddress anchor, LinkSample sample) {
        return org.flowanchor.api.v1.LinkSample.newBuilder()
                .setProxyCareOfAddress(ProtoMapping.toProto(sample.key().proxyCareOfAddress()))
                .setLmaAddress(ProtoMapping.toProto(anchor))
                .setKind(
                        switch (sample.key().kind()) {
                            case ACCESS_LINK -> Kind.KIND_ACCESS_LINK;
                            case TUNNEL -> Kind.KIND_TUNNEL;
                        })
                .setLink(sample.key().link())
                .setAccessTechnologyType(sample.accessTechnologyType()
                        .map(AccessTechnologyType::value)
                        .orElse(0))
                .setUp(sample.up())
                .setSampledAtMs(sample.sampledAt().toEpochMilli())
                .setIntervalMs((int) sample.interval().toMillis())
                .setPackets(sample.packets())
                .setBytes(sample.bytes())
                .setDrops(sample.drops())
                .setBacklogBytes(sample.backlogBytes())
                .setCapacityBitsPerSecond(sample.capacityBitsPerSecond().orElse(0))
                .build();
    }
}
