package org.flowanchor.testbed.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.flowanchor.testbed.lab.HostCommand;

/** Wireshark's dissector as the judge of a capture: what it reads, and what it complains about. */
public final class Tshark {
    private static final List<String> FIELDS = List.of(
            "frame.number",
            "frame.time_epoch",
            "ipv6.src",
            "ipv6.dst",
            "mip6.mhtype",
            "mip6.bu.seqnr",
            "mip6.bu.a_flag",
            "mip6.bu.p_flag",
            "mip6.bu.lifetime",
            "mip6.ba.status",
            "mip6.ba.p_flag",
            "mip6.ba.seqnr",
            "mip6.ba.lifetime",
            "mip6.mnid.identifier",
            "mip6.nemo.mnp.pfl",
            "mip6.nemo.mnp.mnp",
            "mip6.hi",
            "mip6.att",
            "mip6.mnlli.lli",
            "mip6.hb.r_flag",
            "mip6.hb.u_flag",
            "mip6.hb.seqnr",
            "mip6.rc",
            "mip6.bri_br.type",
            "mip6.bri_r.trigger",
            "mip6.bri_status",
            "mip6.bri_seqnr",
            "mip6.be.status");

    private static final int MOBILITY_HEADER = 135;
    private static final int NEXT_HEADER = 14 + 6;
    private static final int HEADER = 14 + 40;
    private static final int TYPE = 2;

    private Tshark() {}

    /**
     * One message as it was read; a field that occurs several times has its values joined by commas.
     *
     * @param header the Mobility Header's octets, for what tshark does not show
     */
    public record Message(Map<String, String> fields, byte[] header) {
        /** Empty when the message does not have it. */
        public String field(String name) {
            return fields.getOrDefault(name, "");
        }

        public int number() {
            return Integer.parseInt(field("frame.number"));
        }

        /** MH Type. */
        public String type() {
            return field("mip6.mhtype");
        }

        public int unsigned8(int offset) {
            return header[offset] & 0xff;
        }

        public int unsigned16(int offset) {
            return unsigned8(offset) << 8 | unsigned8(offset + 1);
        }

        public String source() {
            return field("ipv6.src");
        }

        public String destination() {
            return field("ipv6.dst");
        }
    }

    /** Whether it can be run here. */
    public static boolean isInstalled() {
        return HostCommand.isInstalled("tshark");
    }

    /**
     * Every Mobility Header of the capture, in order. tshark 4 walks no options of MH Types 17 to 21; their fixed part is as long as a
     * Binding Update's, so they are read a second time as such: their sequence number is {@code mip6.bu.seqnr}, and their options are
     * there.
     */
    public static List<Message> read(Path capture) {
        List<Map<String, String>> messages = fields(capture);
        // After it: what has come meanwhile is no harm, what is missing would be.
        List<Pcap.Frame> frames = Pcap.read(capture);
        if (messages.stream().anyMatch(Tshark::isUnread)) {
            Map<String, Map<String, String>> again = new LinkedHashMap<>();
            for (Map<String, String> message : retyped(capture, frames, Tshark::fields)) {
                again.put(message.get("frame.number"), message);
            }
            for (Map<String, String> message : messages) {
                if (isUnread(message)) {
                    again.getOrDefault(message.get("frame.number"), Map.of()).forEach(message::putIfAbsent);
                }
            }
        }
        return messages.stream()
                .map(message -> new Message(
                        message, header(frames, Integer.parseInt(message.getOrDefault("frame.number", "1")))))
                .toList();
    }

    private static boolean isUnread(Map<String, String> message) {
        return message.getOrDefault("mip6.mhtype", "").matches("17|18|19|20|21");
    }

    private static byte[] header(List<Pcap.Frame> frames, int number) {
        byte[] frame = frames.get(number - 1).octets();
        return Arrays.copyOfRange(frame, HEADER, Math.max(HEADER, frame.length));
    }

    private static <T> T retyped(Path capture, List<Pcap.Frame> frames, Function<Path, T> reading) {
        List<Pcap.Frame> changed = new ArrayList<>();
        for (Pcap.Frame frame : frames) {
            byte[] octets = frame.octets().clone();
            if (octets.length > HEADER + TYPE && octets[NEXT_HEADER] == (byte) MOBILITY_HEADER) {
                int type = octets[HEADER + TYPE];
                octets[HEADER + TYPE] = (byte) (type >= 17 && type <= 21 ? 5 : type);
            }
            changed.add(new Pcap.Frame(frame.micros(), octets));
        }
        Path copy = capture.resolveSibling(capture.getFileName() + ".retyped");
        Pcap.write(copy, Pcap.ETHERNET, changed);
        try {
            return reading.apply(copy);
        } finally {
            try {
                Files.deleteIfExists(copy);
            } catch (IOException e) {
                throw new UncheckedIOException(copy.toString(), e);
            }
        }
    }

    private static List<Map<String, String>> fields(Path capture) {
        List<String> command = new ArrayList<>(List.of(
                "tshark",
                "-n",
                "-r",
                capture.toString(),
                "-Y",
                "mipv6",
                "-T",
                "fields",
                "-E",
                "separator=|",
                "-E",
                "occurrence=a"));
        FIELDS.forEach(field -> command.addAll(List.of("-e", field)));
        List<Map<String, String>> messages = new ArrayList<>();
        for (String line : output(command)) {
            String[] values = line.split("\\|", -1);
            if (values.length != FIELDS.size()) {
                continue;
            }
            Map<String, String> fields = new LinkedHashMap<>();
            for (int i = 0; i < values.length; i++) {
                if (!values[i].isEmpty()) {
                    fields.put(FIELDS.get(i), values[i]);
                }
            }
            messages.add(fields);
        }
        return messages;
    }

    /** Frames it objects to, one line each: number and what it is. */
    public static List<String> complaints(Path capture) {
        return complaints(capture, "frame");
    }

    /** Of those frames that a display filter selects. Types it cannot read are judged as Binding Updates. */
    public static List<String> complaints(Path capture, String frames) {
        return retyped(capture, Pcap.read(capture), copy -> objections(copy, frames));
    }

    private static List<String> objections(Path capture, String frames) {
        return output(List.of(
                "tshark",
                "-n",
                "-r",
                capture.toString(),
                "-Y",
                "(" + frames + ") && (mip6.opt.len.invalid || mip6.bogus_header_length || _ws.malformed)"));
    }

    /** Its warning that it runs as root is none of its findings. */
    private static List<String> output(List<String> command) {
        return HostCommand.run(command)
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("Running as user"))
                .toList();
    }
}
