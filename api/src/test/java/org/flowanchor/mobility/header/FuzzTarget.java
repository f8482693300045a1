package org.flowanchor.mobility.header;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.flowanchor.mobility.Ipv6Address;

/**
 * What a coverage-guided fuzzer calls with inputs of its own: any octets, under every mode and every peer's profile. Fails by throwing.
 *
 * <ul>
 *   <li>the decoder throws nothing, whatever it reads;
 *   <li>it reads nothing outside the given range: the same octets among others decode to the same result;
 *   <li>what it accepts, its own encoder writes, and that is accepted again as the same value and written as the same octets;
 *   <li>a profile accepts nothing that lenient decoding refuses, strict decoding nothing that a profile refuses.
 * </ul>
 */
public final class FuzzTarget {
    private static final Transport TRANSPORT = new Transport.KernelChecksum(Ipv6Address.parse("2001:db8::1"));
    private static final List<MobilityHeaderDecoder> DECODERS =
            List.of(MobilityHeaderDecoder.of(Mode.STRICT), MobilityHeaderDecoder.of(Mode.LENIENT));
    private static final int LONGEST = 2048;
    private static final int BEFORE = 13;
    private static final int AFTER = 19;

    private FuzzTarget() {}

    /** Called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        for (MobilityHeaderDecoder decoder : DECODERS) {
            judge(decoder, input);
        }
        boolean strictly = DECODERS.getFirst().decode(input, TRANSPORT) instanceof DecodeResult.Decoded;
        boolean leniently = DECODERS.getLast().decode(input, TRANSPORT) instanceof DecodeResult.Decoded;
        for (PeerProfile profile : PeerProfile.NAMED) {
            boolean accepted = profile.decode(input, TRANSPORT) instanceof DecodeResult.Decoded;
            boolean implemented = input.length < 3 || input[2] != 17 && input[2] != 18 && input[2] < 21;
            require(!accepted || leniently, "a profile accepts what lenient decoding refuses", input);
            require(accepted || !strictly || !implemented, "a profile refuses what strict decoding accepts", input);
        }
    }

    private static void judge(MobilityHeaderDecoder decoder, byte[] input) {
        DecodeResult result = decoder.decode(input, TRANSPORT);
        byte[] packet = new byte[BEFORE + input.length + AFTER];
        Arrays.fill(packet, (byte) 0xff);
        System.arraycopy(input, 0, packet, BEFORE, input.length);
        require(decoder.decode(packet, BEFORE, input.length, TRANSPORT).equals(result), "read outside", input);
        if (!(result instanceof DecodeResult.Decoded decoded)) {
            return;
        }
        byte[] again;
        try {
            again = MobilityHeaderEncoder.encode(decoded.message(), TRANSPORT);
        } catch (IllegalArgumentException e) {
            // Alignment that the sender left out may push a full message beyond what Header Len can say.
            require(input.length > LONGEST / 2, "does not fit the wire", input);
            return;
        }
        if (!(decoder.decode(again, TRANSPORT) instanceof DecodeResult.Decoded second)) {
            throw failure("its own octets are refused", input);
        }
        require(second.message().equals(decoded.message()), "another value on the way back", input);
        require(
                Arrays.equals(again, MobilityHeaderEncoder.encode(second.message(), TRANSPORT)),
                "other octets on the way back",
                input);
    }

    private static void require(boolean holds, String otherwise, byte[] input) {
        if (!holds) {
            throw failure(otherwise, input);
        }
    }

    private static IllegalStateException failure(String text, byte[] input) {
        return new IllegalStateException(text + ": " + HexFormat.of().formatHex(input));
    }
}
