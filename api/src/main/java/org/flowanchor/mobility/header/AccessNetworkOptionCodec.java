package org.flowanchor.mobility.header;

import static org.flowanchor.mobility.header.OptionCodec.atLeast;

import java.util.ArrayList;
import java.util.List;
import org.flowanchor.mobility.Octets;
import org.flowanchor.mobility.option.AccessNetworkIdentifierOption;
import org.flowanchor.mobility.option.AccessNetworkSubOption;
import org.flowanchor.mobility.option.AccessNetworkSubOption.GeoLocation;
import org.flowanchor.mobility.option.AccessNetworkSubOption.MagGroupIdentifier;
import org.flowanchor.mobility.option.AccessNetworkSubOption.NetworkIdentifier;
import org.flowanchor.mobility.option.AccessNetworkSubOption.OperatorIdentifier;
import org.flowanchor.mobility.option.AccessNetworkSubOption.UnknownAccessNetworkSubOption;
import org.flowanchor.mobility.option.AccessNetworkSubOption.UpdateTimer;

/** Access Network Identifier (RFC 6757 section 3, RFC 7563). */
final class AccessNetworkOptionCodec {
    private static final int UTF_8 = 0x80;

    static final OptionCodec<AccessNetworkIdentifierOption> ACCESS_NETWORK_IDENTIFIER = OptionCodec.of(
            AccessNetworkIdentifierOption.TYPE,
            AccessNetworkIdentifierOption.class,
            new Alignment(4, 0),
            atLeast(0),
            "RFC 6757 section 3",
            in -> {
                List<AccessNetworkSubOption> subOptions = new ArrayList<>(2);
                while (in.remaining() > 0) {
                    subOptions.add(SubOptions.read(in, AccessNetworkOptionCodec::read));
                }
                return new AccessNetworkIdentifierOption(subOptions);
            },
            (option, out) -> option.subOptions().forEach(subOption -> write(subOption, out)));

    static final List<OptionCodec<?>> ALL = List.of(ACCESS_NETWORK_IDENTIFIER);

    private AccessNetworkOptionCodec() {}

    private static AccessNetworkSubOption read(HeaderReader in, int type) throws MalformedHeaderException {
        return switch (type) {
            case NetworkIdentifier.TYPE -> {
                boolean utf8 = (in.unsigned8() & UTF_8) != 0;
                Octets networkName = in.octets(in.unsigned8());
                yield new NetworkIdentifier(utf8, networkName, in.octets(in.unsigned8()));
            }
            case GeoLocation.TYPE -> new GeoLocation(signed24(in), signed24(in));
            case OperatorIdentifier.TYPE -> new OperatorIdentifier(in.unsigned8(), in.rest());
            case MagGroupIdentifier.TYPE ->
                new MagGroupIdentifier(in.remaining() == 3 ? in.unsigned24() : in.unsigned16());
            case UpdateTimer.TYPE -> new UpdateTimer(in.unsigned16());
            default -> new UnknownAccessNetworkSubOption(type, in.rest());
        };
    }

    private static int signed24(HeaderReader in) throws MalformedHeaderException {
        return in.unsigned24() << 8 >> 8;
    }

    private static void write(AccessNetworkSubOption subOption, HeaderWriter out) {
        int begin = out.beginTlv(subOption.type());
        switch (subOption) {
            case NetworkIdentifier identifier -> {
                out.unsigned8(identifier.utf8() ? UTF_8 : 0);
                out.unsigned8(identifier.networkName().length());
                out.octets(identifier.networkName());
                out.unsigned8(identifier.accessPointName().length());
                out.octets(identifier.accessPointName());
            }
            case GeoLocation location -> {
                out.unsigned24(location.latitude());
                out.unsigned24(location.longitude());
            }
            case OperatorIdentifier identifier -> {
                out.unsigned8(identifier.identifierType());
                out.octets(identifier.value());
            }
            case MagGroupIdentifier(int group) when group > 0xffff -> out.unsigned24(group);
            case MagGroupIdentifier(int group) -> out.unsigned16(group);
            case UpdateTimer(int timer) -> out.unsigned16(timer);
            case UnknownAccessNetworkSubOption unknown -> out.octets(unknown.octets());
        }
        out.endTlv(begin);
    }
}
