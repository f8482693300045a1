package org.flowanchor.testbed.wire;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    private Tshark() {}

    /** One message as it was read; a field that occurs several times has its values joined by commas. */
    public record Message(Map<String, String> fields) {
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

        public String source() {
            return field("ipv6.src");
        }

        public String destination() {
            return field("ipv6.dst");
        }
    }

    /** Whether it can be run here. */
    public static boolean isInstalled() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "tshark")));
    }

    /** Every Mobility Header of the capture, in order. */
    public static List<Message> read(Path capture) {
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
        List<Message> messages = new ArrayList<>();
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
            messages.add(new Message(fields));
        }
        return messages;
    }

    /** Frames it objects to, one line each: number and what it is. */
    public static List<String> complaints(Path capture) {
        return complaints(capture, "frame");
    }

    /** Of those frames that a display filter selects. */
    public static List<String> complaints(Path capture, String frames) {
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
