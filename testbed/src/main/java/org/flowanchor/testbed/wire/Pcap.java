package org.flowanchor.testbed.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Capture files, the format of libpcap with microseconds. */
public final class Pcap {
    /** Link type of Ethernet frames. */
    public static final int ETHERNET = 1;

    /** Link type of IP packets without a link layer. */
    public static final int RAW_IP = 101;

    private static final int MAGIC = 0xa1b2c3d4;
    private static final int FILE_HEADER = 24;
    private static final int RECORD_HEADER = 16;
    private static final int SNAP_LENGTH = 65_535;

    private Pcap() {}

    /** One frame or packet. */
    public record Frame(long micros, byte[] octets) {}

    /** Writes a file's header. */
    static void begin(OutputStream out, int linkType) throws IOException {
        out.write(ByteBuffer.allocate(FILE_HEADER)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(MAGIC)
                .putShort((short) 2)
                .putShort((short) 4)
                .putLong(0)
                .putInt(SNAP_LENGTH)
                .putInt(linkType)
                .array());
        out.flush();
    }

    /** Writes one frame; the file is readable after it. */
    static void add(OutputStream out, Frame frame) throws IOException {
        ByteBuffer record = ByteBuffer.allocate(RECORD_HEADER + frame.octets().length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) (frame.micros() / 1_000_000))
                .putInt((int) (frame.micros() % 1_000_000))
                .putInt(frame.octets().length)
                .putInt(frame.octets().length)
                .put(frame.octets());
        out.write(record.array());
        out.flush();
    }

    /** Writes a whole file. */
    public static void write(Path file, int linkType, List<Frame> frames) {
        try (OutputStream out = Files.newOutputStream(file)) {
            begin(out, linkType);
            for (Frame frame : frames) {
                add(out, frame);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    /** Reads what is complete; a frame that is being written now is left out. */
    public static List<Frame> read(Path file) {
        try {
            ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            List<Frame> frames = new ArrayList<>();
            if (in.remaining() < FILE_HEADER) {
                return frames;
            }
            in.position(FILE_HEADER);
            while (in.remaining() >= RECORD_HEADER) {
                long micros = Integer.toUnsignedLong(in.getInt()) * 1_000_000 + in.getInt();
                int length = in.getInt();
                in.getInt();
                if (in.remaining() < length) {
                    break;
                }
                byte[] octets = new byte[length];
                in.get(octets);
                frames.add(new Frame(micros, octets));
            }
            return frames;
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }
}
