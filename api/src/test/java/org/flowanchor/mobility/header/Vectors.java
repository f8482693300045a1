package org.flowanchor.mobility.header;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.flowanchor.mobility.Ipv6Address;

/** Octets that our encoder did not make. */
final class Vectors {
    static final Ipv6Address LMA = Ipv6Address.parse("2001:db8::1");
    static final Ipv6Address MAG1 = Ipv6Address.parse("2001:db8:0:1::1");
    static final Ipv6Address MAG2 = Ipv6Address.parse("2001:db8:0:2::1");

    private static final int IPV6_HEADER = 40;

    private Vectors() {}

    record Vector(String name, Ipv6Address source, Ipv6Address destination, byte[] octets) {
        Transport transport() {
            return new Transport.Ipv6(source, destination);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Vector> conformant() {
        return lines("conformant.txt").stream()
                .map(line -> line.split(" "))
                .map(field -> new Vector(
                        field[0],
                        Ipv6Address.parse(field[1]),
                        Ipv6Address.parse(field[2]),
                        HexFormat.of().parseHex(field[3])))
                .toList();
    }

    static Vector conformant(String name) {
        return conformant().stream()
                .filter(vector -> vector.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** IPv6 packets without extension headers. */
    static List<Vector> packets(String resource) {
        return lines(resource).stream()
                .map(line -> packet(resource, HexFormat.of().parseHex(line)))
                .toList();
    }

    private static Vector packet(String name, byte[] packet) {
        int length = (packet[4] & 0xff) << 8 | packet[5] & 0xff;
        return new Vector(
                name,
                Ipv6Address.of(Arrays.copyOfRange(packet, 8, 24)),
                Ipv6Address.of(Arrays.copyOfRange(packet, 24, IPV6_HEADER)),
                Arrays.copyOfRange(packet, IPV6_HEADER, IPV6_HEADER + length));
    }

    private static List<String> lines(String resource) {
        try (InputStream in = Vectors.class.getResourceAsStream("/mobility-header/" + resource)) {
            String text = new String(Objects.requireNonNull(in, resource).readAllBytes(), StandardCharsets.UTF_8);
            return text.lines().filter(line -> !line.startsWith("#")).toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
