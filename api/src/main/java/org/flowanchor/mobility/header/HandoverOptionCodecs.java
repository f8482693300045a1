package org.flowanchor.mobility.header;

import static org.flowanchor.mobility.header.OptionCodec.atLeast;
import static org.flowanchor.mobility.header.OptionCodec.exactly;

import java.util.ArrayList;
import java.util.List;
import org.flowanchor.mobility.option.ContextRequestOption;
import org.flowanchor.mobility.option.MobileNodeLinkLocalInterfaceIdentifierOption;
import org.flowanchor.mobility.option.MulticastAcknowledgementOption;
import org.flowanchor.mobility.option.MulticastMobilityOption;
import org.flowanchor.mobility.option.MulticastReport;

/**
 * What gateways hand each other at a handover (RFC 5949, RFC 7411): read and written, used by no part of the product.
 *
 * <p>Multicast Mobility and its acknowledgement count their Length in words of 32 bits and leave out code and status, against the rule of
 * RFC 6275 section 6.2.1 that a reader skips unknown options by: whoever does not know them reads what follows wrongly.
 */
final class HandoverOptionCodecs {
    private static final Alignment WORD = new Alignment(4, 0);

    /** Code, status or reserved, then the report's first word. */
    private static final int SHORTEST_REPORT = 6;

    static final OptionCodec<ContextRequestOption> CONTEXT_REQUEST = OptionCodec.of(
            ContextRequestOption.TYPE,
            ContextRequestOption.class,
            Alignment.NONE,
            atLeast(2),
            "RFC 5949 section 6.2.1",
            in -> {
                in.skip(2);
                List<ContextRequestOption.Request> requests = new ArrayList<>();
                while (in.remaining() > 0) {
                    requests.add(
                            SubOptions.read(in, (value, type) -> new ContextRequestOption.Request(type, value.rest())));
                }
                return new ContextRequestOption(requests);
            },
            (option, out) -> {
                out.zeros(2);
                for (ContextRequestOption.Request request : option.requests()) {
                    int begin = out.beginTlv(request.type());
                    out.octets(request.identification());
                    out.endTlv(begin);
                }
            });

    static final OptionCodec<MobileNodeLinkLocalInterfaceIdentifierOption> LINK_LOCAL_INTERFACE_IDENTIFIER =
            OptionCodec.of(
                    MobileNodeLinkLocalInterfaceIdentifierOption.TYPE,
                    MobileNodeLinkLocalInterfaceIdentifierOption.class,
                    Alignment.NONE,
                    exactly(10),
                    "RFC 5949 section 6.2.3",
                    in -> {
                        in.skip(2);
                        return new MobileNodeLinkLocalInterfaceIdentifierOption(in.rest());
                    },
                    (option, out) -> {
                        out.zeros(2);
                        out.octets(option.interfaceIdentifier());
                    });

    static final OptionCodec<MulticastMobilityOption> MULTICAST_MOBILITY = OptionCodec.of(
                    MulticastMobilityOption.TYPE,
                    MulticastMobilityOption.class,
                    Alignment.NONE,
                    atLeast(SHORTEST_REPORT),
                    "RFC 7411 section 5.3",
                    in -> {
                        int code = in.unsigned8();
                        in.skip(1);
                        return new MulticastMobilityOption(code, report(in));
                    },
                    (option, out) -> {
                        out.unsigned8(option.code());
                        out.zeros(1);
                        report(option.report(), out);
                    })
            .placed(option -> WORD)
            .asRepeatable()
            .inWords();

    static final OptionCodec<MulticastAcknowledgementOption> MULTICAST_ACKNOWLEDGEMENT = OptionCodec.of(
                    MulticastAcknowledgementOption.TYPE,
                    MulticastAcknowledgementOption.class,
                    Alignment.NONE,
                    atLeast(SHORTEST_REPORT),
                    "RFC 7411 section 5.4",
                    in -> new MulticastAcknowledgementOption(in.unsigned8(), in.unsigned8(), report(in)),
                    (option, out) -> {
                        out.unsigned8(option.code());
                        out.unsigned8(option.status());
                        report(option.unsupported(), out);
                    })
            .placed(option -> WORD)
            .asRepeatable()
            .inWords();

    static final List<OptionCodec<?>> ALL =
            List.of(CONTEXT_REQUEST, LINK_LOCAL_INTERFACE_IDENTIFIER, MULTICAST_MOBILITY, MULTICAST_ACKNOWLEDGEMENT);

    private HandoverOptionCodecs() {}

    private static MulticastReport report(HeaderReader in) throws MalformedHeaderException {
        in.skip(2);
        return new MulticastReport(in.unsigned16(), in.rest());
    }

    private static void report(MulticastReport report, HeaderWriter out) {
        out.zeros(2);
        out.unsigned16(report.count());
        out.octets(report.records());
    }
}
