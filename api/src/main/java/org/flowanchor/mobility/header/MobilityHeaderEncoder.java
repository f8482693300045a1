package org.flowanchor.mobility.header;

import org.flowanchor.mobility.message.MobilityMessage;

/**
 * Message to octets: options in their order with the shortest padding that aligns them, total a multiple of 8, checksum by transport.
 */
public final class MobilityHeaderEncoder {
    private static final int NO_NEXT_HEADER = 59;
    private static final Alignment EIGHT = new Alignment(8, 0);

    private MobilityHeaderEncoder() {}

    /**
     * The Mobility Header alone, without IPv6 or UDP header; the array is the caller's.
     *
     * @throws IllegalArgumentException when it would be longer than 2048 octets, or an option longer than 255
     */
    public static byte[] encode(MobilityMessage message, Transport transport) {
        HeaderWriter out = new HeaderWriter();
        out.unsigned8(NO_NEXT_HEADER);
        out.unsigned8(0);
        out.unsigned8(message.type());
        out.zeros(3);
        MessageCodec.write(message, out);
        out.align(EIGHT);
        out.set8(1, out.offset() / 8 - 1);
        if (transport instanceof Transport.Ipv6(var source, var destination)) {
            out.set16(Checksum.OFFSET, Checksum.compute(source, destination, out.array(), 0, out.offset()));
        }
        return out.toByteArray();
    }
}
