package org.flowanchor.mobility.header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.header.Vectors.Vector;
import org.flowanchor.mobility.message.MobilityMessage;
import org.flowanchor.mobility.option.MagIpv6AddressOption;
import org.flowanchor.mobility.option.MobileNodeIdentifierOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What our encoder writes, judged by tshark: it reads every field as we meant it and complains about nothing but what it is known to
 * get wrong. Messages 17 to 23 are judged once more as types whose options it can walk. What it cannot judge is
 * not shown to it ({@link TsharkFields#isJudged}).
 */
class TsharkGateTest {
    private static final Ipv6Address SOURCE = Vectors.MAG1;
    private static final Ipv6Address DESTINATION = Vectors.LMA;
    private static final int MESSAGES = 3_000;

    private static List<MobilityMessage> messages = List.of();
    private static List<Vector> packets = List.of();

    @BeforeAll
    static void encode() {
        assumeTrue(Tshark.isInstalled(), "tshark is not installed: apt-get install tshark");
        messages = new ArrayList<>(ConformantVectorsTest.messages());
        messages.addAll(MessageLayoutTest.messages());
        messages.addAll(OptionLayoutTest.messages().stream()
                .filter(TsharkFields::isJudged)
                .toList());
        RandomMessages random = new RandomMessages(new Random(20_260_102));
        while (messages.size() < MESSAGES) {
            MobilityMessage next = random.next();
            if (TsharkFields.isPrintable(next) && TsharkFields.isJudged(next)) {
                messages.add(next);
            }
        }
        packets = messages.stream()
                .map(message -> new Vector(
                        message.toString(),
                        SOURCE,
                        DESTINATION,
                        MobilityHeaderEncoder.encode(message, new Transport.Ipv6(SOURCE, DESTINATION))))
                .toList();
    }

    @Test
    void everyFieldItKnowsIsReadAsItWasMeant(@TempDir Path directory) {
        Path file = directory.resolve("messages.pcap");
        Tshark.write(file, packets, false);
        List<List<String>> rows = Tshark.read(file, TsharkFields.NAMES);
        assertThat(rows).hasSameSizeAs(messages);
        for (int i = 0; i < rows.size(); i++) {
            if (!isLocalizedRouting(messages.get(i))) {
                requireAgreement(messages.get(i), rows.get(i), false);
            }
        }
    }

    @Test
    void itComplainsAboutNothingButTheTwoKnownFaultsOfItsOwn(@TempDir Path directory) {
        Path file = directory.resolve("messages.pcap");
        Tshark.write(file, packets, false);
        for (int frame : Tshark.complaints(file)) {
            MobilityMessage message = messages.get(frame - 1);
            assertThat(isLocalizedRouting(message) || hasWhatItObjectsTo(message))
                    .as("frame " + frame + ": " + message)
                    .isTrue();
        }
    }

    @Test
    void theOptionsOfMessagesItDoesNotKnowAreReadAsThoseOfATypeItKnows(@TempDir Path directory) {
        List<Integer> chosen = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i).type() >= 17) {
                chosen.add(i);
            }
        }
        assertThat(chosen).hasSizeGreaterThan(200);
        Path file = directory.resolve("retyped.pcap");
        Tshark.write(file, chosen.stream().map(packets::get).toList(), true);
        List<List<String>> rows = Tshark.read(file, TsharkFields.NAMES);
        assertThat(rows).hasSameSizeAs(chosen);
        for (int i = 0; i < rows.size(); i++) {
            requireAgreement(messages.get(chosen.get(i)), rows.get(i), true);
        }
        for (int frame : Tshark.complaints(file)) {
            MobilityMessage message = messages.get(chosen.get(frame - 1));
            assertThat(hasWhatItObjectsTo(message))
                    .as("frame " + frame + ": " + message)
                    .isTrue();
        }
    }

    /** It reads these from the wrong place. */
    private static boolean isLocalizedRouting(MobilityMessage message) {
        return TsharkFields.isLocalizedRouting(message);
    }

    /** The legal empty identifier; and option 51 of localized routing, whose length it takes for 16. */
    private static boolean hasWhatItObjectsTo(MobilityMessage message) {
        return isLocalizedRouting(message) && message.options().contains(MagIpv6AddressOption.class)
                || message.options().all(MobileNodeIdentifierOption.class).stream()
                        .anyMatch(option -> option.identifier().isEmpty());
    }

    /** Names the fields that differ only, and the message. */
    private static void requireAgreement(MobilityMessage message, List<String> row, boolean retyped) {
        Map<String, String> read = TsharkFields.named(row);
        Map<String, String> meant = TsharkFields.of(message, retyped);
        meant.forEach((name, value) -> {
            if (value.contains(TsharkFields.ANY)) {
                read.put(name, value);
            }
        });
        Map<String, String> differences = new TreeMap<>();
        Set<String> names = new TreeSet<>(read.keySet());
        names.addAll(meant.keySet());
        for (String name : names) {
            String one = read.getOrDefault(name, "");
            String other = meant.getOrDefault(name, "");
            if (!one.equals(other)) {
                differences.put(name, "reads " + one + ", meant " + other);
            }
        }
        assertThat(differences).as(message.toString()).isEmpty();
    }
}
