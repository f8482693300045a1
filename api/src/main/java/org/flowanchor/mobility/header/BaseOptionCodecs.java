package org.flowanchor.mobility.header;

import static org.flowanchor.mobility.header.OptionCodec.atLeast;
import static org.flowanchor.mobility.header.OptionCodec.exactly;

import java.util.List;
import org.flowanchor.mobility.Octets;
import org.flowanchor.mobility.option.AlternateCareOfAddressOption;
import org.flowanchor.mobility.option.BindingRefreshAdviceOption;
import org.flowanchor.mobility.option.MobileNodeIdentifierOption;
import org.flowanchor.mobility.option.RestartCounterOption;
import org.flowanchor.mobility.option.ServiceSelectionOption;
import org.flowanchor.mobility.option.VendorSpecificOption;

/** Options of RFC 6275, RFC 4283, RFC 5094, RFC 5149 and RFC 5847. */
final class BaseOptionCodecs {
    private static final String MN_ID = "RFC 4283 section 3";

    static final OptionCodec<BindingRefreshAdviceOption> BINDING_REFRESH_ADVICE = OptionCodec.of(
            BindingRefreshAdviceOption.TYPE,
            BindingRefreshAdviceOption.class,
            new Alignment(2, 0),
            exactly(2),
            "RFC 6275 section 6.2.4",
            in -> new BindingRefreshAdviceOption(in.unsigned16()),
            (option, out) -> out.unsigned16(option.refreshInterval()));

    static final OptionCodec<AlternateCareOfAddressOption> ALTERNATE_CARE_OF_ADDRESS = OptionCodec.of(
                    AlternateCareOfAddressOption.TYPE,
                    AlternateCareOfAddressOption.class,
                    new Alignment(8, 6),
                    exactly(16),
                    "RFC 6275 section 6.2.5",
                    in -> new AlternateCareOfAddressOption(in.ipv6Address()),
                    (option, out) -> out.ipv6Address(option.careOfAddress()))
            .inCore();

    static final OptionCodec<MobileNodeIdentifierOption> MOBILE_NODE_IDENTIFIER = OptionCodec.of(
                    MobileNodeIdentifierOption.TYPE,
                    MobileNodeIdentifierOption.class,
                    Alignment.NONE,
                    atLeast(1),
                    MN_ID,
                    BaseOptionCodecs::readMobileNodeIdentifier,
                    (option, out) -> {
                        out.unsigned8(option.subtype());
                        out.octets(option.identifier());
                    })
            .inCore();

    static final OptionCodec<VendorSpecificOption> VENDOR_SPECIFIC = OptionCodec.of(
                    VendorSpecificOption.TYPE,
                    VendorSpecificOption.class,
                    new Alignment(4, 2),
                    atLeast(5),
                    "RFC 5094 section 3",
                    in -> new VendorSpecificOption(in.unsigned32(), in.unsigned8(), in.rest()),
                    (option, out) -> {
                        out.unsigned32(option.vendorId());
                        out.unsigned8(option.subtype());
                        out.octets(option.data());
                    })
            .asRepeatable();

    static final OptionCodec<ServiceSelectionOption> SERVICE_SELECTION = OptionCodec.of(
            ServiceSelectionOption.TYPE,
            ServiceSelectionOption.class,
            Alignment.NONE,
            atLeast(1),
            "RFC 5149 section 3",
            in -> new ServiceSelectionOption(in.rest()),
            (option, out) -> out.octets(option.identifier()));

    static final OptionCodec<RestartCounterOption> RESTART_COUNTER = OptionCodec.of(
            RestartCounterOption.TYPE,
            RestartCounterOption.class,
            new Alignment(4, 2),
            exactly(4),
            "RFC 5847 section 3.4",
            in -> new RestartCounterOption(in.unsigned32()),
            (option, out) -> out.unsigned32(option.counter()));

    static final List<OptionCodec<?>> ALL = List.of(
            BINDING_REFRESH_ADVICE,
            ALTERNATE_CARE_OF_ADDRESS,
            MOBILE_NODE_IDENTIFIER,
            VENDOR_SPECIFIC,
            SERVICE_SELECTION,
            RESTART_COUNTER);

    private BaseOptionCodecs() {}

    private static MobileNodeIdentifierOption readMobileNodeIdentifier(HeaderReader in)
            throws MalformedHeaderException {
        int offset = in.offset();
        MobileNodeIdentifierOption option = new MobileNodeIdentifierOption(in.unsigned8(), in.rest());
        if (option.subtype() == MobileNodeIdentifierOption.NAI) {
            judgeNai(in, offset, option);
        } else if (option.subtype() == MobileNodeIdentifierOption.IPV6_ADDRESS
                && option.identifier().length() != 16) {
            if (in.lenient() && option.identifier().length() == 8) {
                in.note(Quirk.IDENTIFIER_EUI_64);
            } else {
                in.object(
                        offset,
                        MN_ID,
                        "an IPv6 address of " + option.identifier().length() + " octets");
            }
        }
        return option;
    }

    /** What is no legal NAI is answered with 128 and never stored, unless the peer is known to send such. */
    private static void judgeNai(HeaderReader in, int offset, MobileNodeIdentifierOption option) {
        Octets identifier = option.identifier();
        int length = option.unpaddedLength();
        if (length < identifier.length()) {
            if (!in.lenient()) {
                in.object(offset, MN_ID, "an NAI with NUL");
                return;
            }
            in.note(length == 0 ? Quirk.IDENTIFIER_EMPTY : Quirk.IDENTIFIER_NUL_PADDED);
        }
        if (length == 0
                || isPlain(identifier, length)
                || option.networkAccessIdentifier().isPresent()) {
            return;
        }
        if (in.lenient() && identifier.length() == 8) {
            in.note(Quirk.IDENTIFIER_EUI_64);
        } else {
            in.object(offset, MN_ID, "not a network access identifier");
        }
    }

    /** The usual NAI, without building a string. */
    private static boolean isPlain(Octets identifier, int length) {
        for (int i = 0; i < length; i++) {
            int octet = identifier.at(i);
            if (octet <= ' ' || octet > '~' || octet == '/') {
                return false;
            }
        }
        return length <= 253;
    }
}
