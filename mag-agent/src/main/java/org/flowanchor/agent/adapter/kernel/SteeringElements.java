package org.flowanchor.agent.adapter.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.flowanchor.agent.linux.nftables.SetElement;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.TrafficSelector.Range;
import org.jspecify.annotations.Nullable;

/**
 * Octets of the steering maps' elements: every field begins on 4 octets; addresses and ports in network order, marks in host order,
 * except in the interval map, where order decides and the mark is in network order too.
 */
final class SteeringElements {
    /** Octets of a five-tuple key. */
    static final int FLOW_KEY = 44;

    /** Octets of a key that is a number and a value. */
    static final int RANGE_KEY = 8;

    /** Octets of a key that ends with a network. */
    static final int NETWORK_KEY = 12;

    /** Octets of a class key. */
    static final int CLASS_KEY = 32;

    private static final int DSCP_SHIFT = 6;

    /** Key of the class lookup: a number of a group, or of a part of its packets, and a box. */
    record ClassKey(int group, Box box) {}

    /** Key of the lookups that lead packets to another number: the number that they have, and values of a field of 32 bits. */
    record RangeKey(int number, Range values) {}

    /**
     * Key of the last lookup. As flat as the kernel's: there are very many.
     *
     * @param number of a class or group, and above it, where packets have what tells those of a group apart, the width of the network
     * @param first of the network
     */
    record AccessKey(int number, long first) implements Comparable<AccessKey> {
        static AccessKey of(int number, Network network) {
            return new AccessKey(KernelNumbering.part(number, network.width()), network.first());
        }

        Network network() {
            return new Network(number >>> KernelNumbering.TOLD_APART_SHIFT, first);
        }

        /** Both count up from somewhere, and there are as many keys as both have values: added plainly, a thousand would share a hash. */
        @Override
        public int hashCode() {
            return number * 0x9e3779b1 + Long.hashCode(first);
        }

        /** By network, so that the classes of a prefix are together. */
        @Override
        public int compareTo(AccessKey other) {
            int byNetwork = Long.compareUnsigned(first, other.first);
            return byNetwork != 0 ? byNetwork : Integer.compare(number, other.number);
        }
    }

    static final SteeringMap.Codec<FiveTuple, Integer> FLOWS = new SingleCodec<>() {
        @Override
        byte[] key(FiveTuple flow) {
            return flowKey(flow);
        }

        @Override
        FiveTuple value(ByteBuffer key) {
            Ipv6Address source = new Ipv6Address(key.getLong(0), key.getLong(8));
            Ipv6Address destination = new Ipv6Address(key.getLong(16), key.getLong(24));
            return new FiveTuple(
                    source,
                    destination,
                    Byte.toUnsignedInt(key.get(32)),
                    Short.toUnsignedInt(key.getShort(36)),
                    Short.toUnsignedInt(key.getShort(40)));
        }
    };

    /** A network to its group's number: the first half of the key is its width. */
    static final SteeringMap.Codec<Network, Integer> GROUPS = new SingleCodec<>() {
        @Override
        byte[] key(Network network) {
            return networkKey(network.width(), network.first());
        }

        @Override
        @Nullable
        Network value(ByteBuffer key) {
            return key.limit() == NETWORK_KEY ? new Network(first(key), key.getLong(4)) : null;
        }
    };

    static final SteeringMap.Codec<AccessKey, Integer> ACCESSES = new SingleCodec<>() {
        @Override
        byte[] key(AccessKey key) {
            return networkKey(key.number, key.first);
        }

        @Override
        AccessKey value(ByteBuffer key) {
            return new AccessKey(first(key), key.getLong(4));
        }
    };

    private static byte[] networkKey(int first, long network) {
        return ByteBuffer.allocate(NETWORK_KEY)
                .order(ByteOrder.nativeOrder())
                .putInt(first)
                .order(ByteOrder.BIG_ENDIAN)
                .putLong(network)
                .array();
    }

    private static int first(ByteBuffer key) {
        return key.duplicate().order(ByteOrder.nativeOrder()).getInt(0);
    }

    static final SteeringMap.Codec<RangeKey, Integer> RANGES = new SteeringMap.Codec<>() {
        @Override
        public Collection<SetElement> encode(RangeKey key, Integer number) {
            return List.of(SetElement.range(corner(key, key.values.start()), corner(key, key.values.end()), number));
        }

        @Override
        public Map<RangeKey, Integer> decode(List<SetElement> elements) {
            Map<RangeKey, Integer> entries = new HashMap<>();
            for (SetElement element : elements) {
                byte[] end = element.keyEnd() == null ? element.key() : element.keyEnd();
                if (element.value() != null && element.key().length == RANGE_KEY && end.length == RANGE_KEY) {
                    ByteBuffer low = ByteBuffer.wrap(element.key());
                    Range values = new Range(unsigned(low), unsigned(ByteBuffer.wrap(end)));
                    entries.put(new RangeKey(low.getInt(0), values), element.value());
                }
            }
            return entries;
        }

        private byte[] corner(RangeKey key, long value) {
            return ByteBuffer.allocate(RANGE_KEY)
                    .putInt(key.number)
                    .putInt((int) value)
                    .array();
        }

        private long unsigned(ByteBuffer corner) {
            return Integer.toUnsignedLong(corner.getInt(4));
        }
    };

    static final SteeringMap.Codec<ClassKey, Integer> CLASSES = new SteeringMap.Codec<>() {
        @Override
        public Collection<SetElement> encode(ClassKey key, Integer number) {
            return List.of(SetElement.range(corner(key, true), corner(key, false), number));
        }

        @Override
        public Map<ClassKey, Integer> decode(List<SetElement> elements) {
            Map<ClassKey, Integer> entries = new HashMap<>();
            for (SetElement element : elements) {
                byte[] end = element.keyEnd() == null ? element.key() : element.keyEnd();
                if (element.value() != null && element.key().length == CLASS_KEY && end.length == CLASS_KEY) {
                    ByteBuffer a = ByteBuffer.wrap(element.key());
                    ByteBuffer b = ByteBuffer.wrap(end);
                    Box box = new Box(
                            new Ipv6Address(a.getLong(4), a.getLong(12)),
                            new Ipv6Address(b.getLong(4), b.getLong(12)),
                            new Range(Byte.toUnsignedInt(a.get(20)), Byte.toUnsignedInt(b.get(20))),
                            new Range(Short.toUnsignedInt(a.getShort(24)), Short.toUnsignedInt(b.getShort(24))),
                            new Range(a.getShort(28) >>> DSCP_SHIFT, b.getShort(28) >>> DSCP_SHIFT));
                    entries.put(new ClassKey(a.getInt(0), box), element.value());
                }
            }
            return entries;
        }

        private byte[] corner(ClassKey key, boolean low) {
            Box box = key.box;
            return ByteBuffer.allocate(CLASS_KEY)
                    .putInt(key.group)
                    .put((low ? box.first() : box.last()).octets())
                    .put(20, (byte) bound(box.protocols(), low))
                    .putShort(24, (short) bound(box.ports(), low))
                    .putShort(28, (short) (bound(box.dscp(), low) << DSCP_SHIFT))
                    .array();
        }

        private long bound(Range range, boolean low) {
            return low ? range.start() : range.end();
        }
    };

    /** Ranges over one field: an element where a range begins, one where it no longer is. */
    static final SteeringMap.Codec<HomeNetworkPrefix, Boolean> POOLS = new SteeringMap.Codec<>() {
        @Override
        public Collection<SetElement> encode(HomeNetworkPrefix pool, Boolean present) {
            SetElement begin = SetElement.of(pool.address().octets());
            boolean last = pool.last().equals(new Ipv6Address(-1L, -1L));
            return last
                    ? List.of(begin)
                    : List.of(begin, SetElement.end(Box.step(pool.last(), 1).octets()));
        }

        @Override
        public Map<HomeNetworkPrefix, Boolean> decode(List<SetElement> elements) {
            Map<HomeNetworkPrefix, Boolean> pools = new HashMap<>();
            TreeSet<Ipv6Address> begins = new TreeSet<>();
            TreeSet<Ipv6Address> ends = new TreeSet<>();
            for (SetElement element : elements) {
                (element.intervalEnd() ? ends : begins).add(Ipv6Address.of(element.key()));
            }
            for (Ipv6Address begin : begins) {
                Ipv6Address end = ends.higher(begin);
                Ipv6Address last = end == null ? new Ipv6Address(-1L, -1L) : Box.step(end, -1);
                for (int length = 0; length <= 128; length++) {
                    HomeNetworkPrefix pool = HomeNetworkPrefix.containing(begin, length);
                    if (pool.address().equals(begin) && pool.last().equals(last)) {
                        pools.put(pool, true);
                        break;
                    }
                }
            }
            return pools;
        }
    };

    /** Numbers of groups and classes to their labels. */
    static final SteeringMap.Codec<Integer, String> NAMES = new SteeringMap.Codec<>() {
        @Override
        public Collection<SetElement> encode(Integer number, String label) {
            byte[] key = ByteBuffer.allocate(4)
                    .order(ByteOrder.nativeOrder())
                    .putInt(number)
                    .array();
            return List.of(SetElement.commented(key, label));
        }

        @Override
        public Map<Integer, String> decode(List<SetElement> elements) {
            Map<Integer, String> labels = new HashMap<>();
            for (SetElement element : elements) {
                if (element.key().length == 4) {
                    int number = ByteBuffer.wrap(element.key())
                            .order(ByteOrder.nativeOrder())
                            .getInt();
                    labels.put(number, element.comment());
                }
            }
            return labels;
        }
    };

    /** One entry, one element without a range. */
    private abstract static class SingleCodec<K> implements SteeringMap.Codec<K, Integer> {
        abstract byte[] key(K key);

        /** null: not understood. */
        abstract @Nullable K value(ByteBuffer key);

        @Override
        public Collection<SetElement> encode(K key, Integer value) {
            return List.of(SetElement.of(key(key), value));
        }

        @Override
        public Map<K, Integer> decode(List<SetElement> elements) {
            Map<K, Integer> entries = new HashMap<>();
            for (SetElement element : elements) {
                K key = value(ByteBuffer.wrap(element.key()));
                if (element.value() != null && key != null) {
                    entries.put(key, element.value());
                }
            }
            return entries;
        }
    }

    private SteeringElements() {}

    static byte[] flowKey(FiveTuple flow) {
        return ByteBuffer.allocate(FLOW_KEY)
                .put(flow.sourceAddress().octets())
                .put(flow.destinationAddress().octets())
                .put(32, (byte) flow.protocol())
                .putShort(36, (short) flow.sourcePort())
                .putShort(40, (short) flow.destinationPort())
                .array();
    }
}
