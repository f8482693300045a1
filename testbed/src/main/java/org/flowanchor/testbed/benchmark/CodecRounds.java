package org.flowanchor.testbed.benchmark;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.BindingStatus;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.header.DecodeResult;
import org.flowanchor.mobility.header.MobilityHeaderDecoder;
import org.flowanchor.mobility.header.MobilityHeaderEncoder;
import org.flowanchor.mobility.header.Mode;
import org.flowanchor.mobility.header.Transport;
import org.flowanchor.mobility.message.MobilityMessage;
import org.flowanchor.mobility.message.ProxyBindingAcknowledgement;
import org.flowanchor.mobility.message.ProxyBindingUpdate;
import org.flowanchor.mobility.option.AccessTechnologyTypeOption;
import org.flowanchor.mobility.option.HandoffIndicatorOption;
import org.flowanchor.mobility.option.HomeNetworkPrefixOption;
import org.flowanchor.mobility.option.LinkLayerIdentifierOption;
import org.flowanchor.mobility.option.MobileNodeIdentifierOption;
import org.flowanchor.mobility.option.MobilityOption;
import org.flowanchor.mobility.option.MobilityOptions;
import org.flowanchor.mobility.option.TimestampOption;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What JMH measures: a typical update and its acknowledgement encoded and decoded, checksum included, and a copy of as many octets through
 * a {@link ByteBuffer} into a new array.
 */
@State(Scope.Benchmark)
@BenchmarkMode(org.openjdk.jmh.annotations.Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecRounds {
    private static final Ipv6Address MAG = Ipv6Address.parse("2001:db8:0:1::1");
    private static final Ipv6Address LMA = Ipv6Address.parse("2001:db8::1");
    private static final List<MobilityOption> OPTIONS = List.of(
            MobileNodeIdentifierOption.of(new MobileNodeIdentifier("mn1@operator.example")),
            HomeNetworkPrefixOption.of(HomeNetworkPrefix.parse("2001:db8:100:1::/64")),
            new HandoffIndicatorOption(HandoffIndicator.HANDOFF_STATE_NOT_CHANGED),
            new AccessTechnologyTypeOption(AccessTechnologyType.IEEE_802_11),
            new LinkLayerIdentifierOption(LinkLayerIdentifier.parse("02:00:5e:00:53:01")),
            new TimestampOption(1767225600L << 16));

    private final MobilityHeaderDecoder decoder = MobilityHeaderDecoder.of(Mode.STRICT);
    private final Transport toAnchor = new Transport.Ipv6(MAG, LMA);
    private final Transport toGateway = new Transport.Ipv6(LMA, MAG);
    private final MobilityMessage update =
            new ProxyBindingUpdate(7, ProxyBindingUpdate.USUAL_FLAGS, 900, new MobilityOptions(OPTIONS));
    private final MobilityMessage acknowledgement = new ProxyBindingAcknowledgement(
            BindingStatus.ACCEPTED, ProxyBindingAcknowledgement.USUAL_FLAGS, 7, 900, new MobilityOptions(OPTIONS));
    private final ByteBuffer updateOctets = ByteBuffer.wrap(MobilityHeaderEncoder.encode(update, toAnchor));
    private final ByteBuffer acknowledgementOctets =
            ByteBuffer.wrap(MobilityHeaderEncoder.encode(acknowledgement, toGateway));

    @Benchmark
    public DecodeResult update() {
        return decoder.decode(MobilityHeaderEncoder.encode(update, toAnchor), toAnchor);
    }

    @Benchmark
    public byte[] copyOfUpdate() {
        return copy(updateOctets);
    }

    @Benchmark
    public DecodeResult acknowledgement() {
        return decoder.decode(MobilityHeaderEncoder.encode(acknowledgement, toGateway), toGateway);
    }

    @Benchmark
    public byte[] copyOfAcknowledgement() {
        return copy(acknowledgementOctets);
    }

    private static byte[] copy(ByteBuffer octets) {
        ByteBuffer to = ByteBuffer.allocate(octets.capacity());
        to.put(octets.duplicate());
        return to.array();
    }
}
