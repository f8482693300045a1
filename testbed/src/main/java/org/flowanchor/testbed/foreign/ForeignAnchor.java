package org.flowanchor.testbed.foreign;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.mobility.Ipv6Address;

/** An anchor: what it answers, what it asks by itself, and what it believes of its gateways' terminals. No sockets. */
public final class ForeignAnchor {
    private static final int UPDATE = 5;
    private static final int ACKNOWLEDGEMENT = 6;
    private static final int BINDING_ERROR = 7;
    private static final int LAST_OF_RFC_6275 = 9;
    private static final int HEARTBEAT = 13;
    private static final int REVOCATION = 16;
    private static final int NOTIFICATION = 19;
    private static final int MN_ID = 8;
    private static final int PREFIX = 22;
    private static final int HANDOFF = 23;
    private static final int ACCESS = 24;
    private static final int LINK_LAYER = 25;
    private static final int TIMESTAMP = 27;
    private static final int RESTART_COUNTER = 28;
    private static final int FIRST_SINGLE = 7;
    private static final int LAST_SINGLE = 27;
    private static final int P = 0x20;
    private static final int RESPONSE = 1;
    private static final int FLOW_MOBILITY = 8;
    private static final int A = 0x8000;
    private static final int OFF_LINK = 0x80;
    private static final int PROXY = 0x8000;
    private static final int INDICATION = 1;
    private static final int LONG_IDENTIFIER = 63;
    private static final int UNIT_SECONDS = 4;
    private static final int UNRECOGNIZED = 2;

    private final Maker maker;
    private final Ipv6Address pool;
    private final int restartCounter;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private int assigned;

    /**
     * @param identifier sub-type and identifier, as this maker reads them
     * @param prefix first address of its /64
     */
    public record Entry(byte[] identifier, Ipv6Address gateway, Ipv6Address prefix, Duration lifetime) {
        /** The identifier's text, without what fills it up. */
        public String name() {
            int end = identifier.length;
            while (end > 1 && identifier[end - 1] == 0) {
                end--;
            }
            return new String(identifier, 1, end - 1, StandardCharsets.UTF_8);
        }
    }

    /** @param pool first address of the block its prefixes come from, a /48 */
    public ForeignAnchor(Maker maker, Ipv6Address pool, int restartCounter) {
        this.maker = maker;
        this.pool = pool;
        this.restartCounter = restartCounter;
    }

    /** What it believes now, in the order of first registration. */
    public List<Entry> entries() {
        return List.copyOf(entries.values());
    }

    /** The answer to one packet, when there is one. */
    public Optional<byte[]> receive(Ipv6Address source, byte[] octets) {
        ReadHeader header;
        try {
            header = ReadHeader.of(octets);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (header.type() == UPDATE) {
            return update(source, header);
        }
        if (header.type() > LAST_OF_RFC_6275 && maker.has(Habit.NO_LATER_MESSAGES)) {
            return Optional.of(new HeaderOctets(BINDING_ERROR, maker)
                    .put(UNRECOGNIZED, 0)
                    .put(new byte[16])
                    .end());
        }
        return header.type() == HEARTBEAT && (header.unsigned8(7) & RESPONSE) == 0
                ? Optional.of(new HeaderOctets(HEARTBEAT, maker)
                        .put(0, RESPONSE)
                        .put(Arrays.copyOfRange(octets, 8, 12))
                        .option(
                                4,
                                2,
                                RESTART_COUNTER,
                                ByteBuffer.allocate(4).putInt(restartCounter).array())
                        .end())
                : Optional.empty();
    }

    private Optional<byte[]> update(Ipv6Address source, ReadHeader header) {
        if (maker.has(Habit.SHORT_ACKNOWLEDGEMENT) && isRepeated(header)) {
            return Optional.empty();
        }
        Optional<byte[]> identifier = identifier(header);
        Optional<byte[]> asked = header.option(PREFIX);
        if (identifier.isEmpty() || asked.isEmpty()) {
            return Optional.empty();
        }
        byte[] name = identifier.get();
        int lifetime = header.unsigned16(10);
        Ipv6Address named = Ipv6Address.of(Arrays.copyOfRange(asked.get(), 2, 18));
        String key = key(source, name);
        Ipv6Address held = entries.containsKey(key) ? entries.get(key).prefix() : named;
        Ipv6Address prefix = held.isUnspecified() ? next() : held;
        if (lifetime == 0) {
            entries.remove(key);
        } else {
            entries.put(key, new Entry(name, source, prefix, Duration.ofSeconds((long) lifetime * UNIT_SECONDS)));
        }
        return Optional.of(acknowledgement(header, name, prefix, lifetime));
    }

    /** Its table of options seen has no place for a second one. */
    private static boolean isRepeated(ReadHeader header) {
        Set<Integer> seen = new HashSet<>();
        return header.options().stream()
                .map(ReadHeader.Option::type)
                .filter(type -> type >= FIRST_SINGLE && type <= LAST_SINGLE)
                .anyMatch(type -> !seen.add(type));
    }

    /** With the habit, 63 octets whatever the option says: a shorter name takes in what follows it. */
    private Optional<byte[]> identifier(ReadHeader header) {
        if (!maker.has(Habit.IDENTIFIER_OF_63_OCTETS)) {
            return header.option(MN_ID);
        }
        byte[] octets = header.octets();
        for (int at = 12; at + 2 < octets.length; ) {
            int type = octets[at] & 0xff;
            if (type == MN_ID) {
                return Optional.of(Arrays.copyOfRange(octets, at + 2, at + 3 + LONG_IDENTIFIER));
            }
            at += type == 0 ? 1 : 2 + (octets[at + 1] & 0xff);
        }
        return Optional.empty();
    }

    /** One maker's entries are of a name at a gateway; another gateway makes another entry. */
    private String key(Ipv6Address source, byte[] name) {
        String text = new String(name, StandardCharsets.ISO_8859_1);
        return maker.has(Habit.SHORT_ACKNOWLEDGEMENT) ? source + " " + text : text;
    }

    private Ipv6Address next() {
        return new Ipv6Address(pool.high() + assigned++, 0);
    }

    private byte[] acknowledgement(ReadHeader update, byte[] name, Ipv6Address prefix, int lifetime) {
        boolean brief = maker.has(Habit.SHORT_ACKNOWLEDGEMENT);
        HeaderOctets header = new HeaderOctets(ACKNOWLEDGEMENT, maker)
                .put(0, brief ? 0 : P)
                .put16(update.unsigned16(6))
                .put16(lifetime)
                .option(1, 0, MN_ID, name)
                .option(
                        8,
                        4,
                        PREFIX,
                        new byte[] {0, (byte) (maker.has(Habit.PREFIX_LENGTH_128) ? 128 : 64)},
                        prefix.octets());
        List<Integer> copied = new ArrayList<>();
        if (!brief) {
            copied.addAll(List.of(HANDOFF, ACCESS));
        }
        for (int type : copied) {
            update.option(type).ifPresent(data -> header.option(1, 0, type, data));
        }
        update.option(LINK_LAYER).ifPresent(data -> header.option(brief ? 8 : 1, 0, LINK_LAYER, data));
        update.option(TIMESTAMP).ifPresent(data -> header.option(8, 2, TIMESTAMP, data));
        return header.end();
    }

    /** RFC 5847 section 3.1. */
    public byte[] heartbeatRequest(int sequence) {
        return new HeaderOctets(HEARTBEAT, maker)
                .put(0, 0)
                .put(ByteBuffer.allocate(4).putInt(sequence).array())
                .end();
    }

    /**
     * RFC 7864 section 4.2 and RFC 7077 section 4.1: an Update Notification with reason 8 that asks for its acknowledgement.
     *
     * @param offLink the terminal's prefixes that are anchored at another gateway, all that are to be there
     */
    public byte[] flowMobilityInitiate(int sequence, Entry entry, List<Ipv6Address> offLink) {
        HeaderOctets header = new HeaderOctets(NOTIFICATION, maker)
                .put16(sequence)
                .put16(FLOW_MOBILITY)
                .put16(A)
                .option(1, 0, MN_ID, entry.identifier());
        if (offLink.isEmpty()) {
            header.option(8, 4, PREFIX, new byte[] {0, 64}, entry.prefix().octets());
        }
        offLink.forEach(prefix -> header.option(8, 4, PREFIX, new byte[] {(byte) OFF_LINK, 64}, prefix.octets()));
        return header.end();
    }

    /** RFC 5846 section 5.1, of one binding. */
    public byte[] revocation(int sequence, Entry entry, int trigger) {
        return new HeaderOctets(REVOCATION, maker)
                .put(INDICATION, trigger)
                .put16(sequence)
                .put16(PROXY)
                .option(1, 0, MN_ID, entry.identifier())
                .option(8, 4, PREFIX, new byte[] {0, 64}, entry.prefix().octets())
                .end();
    }

    /** The binding is over for it, whatever the gateway says. */
    public void forget(Entry entry) {
        entries.remove(key(entry.gateway(), entry.identifier()));
    }
}
