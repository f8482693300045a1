package org.flowanchor.agent.adapter.kernel;

import java.util.List;
import java.util.stream.Stream;
import org.flowanchor.agent.domain.AnchorResolution;
import org.flowanchor.mobility.HomeNetworkPrefix;

/**
 * What the last bits of a prefix are to the class lookup: a hash map knows no lengths, so each width is looked for by itself. There are
 * few, {@link #WIDTHS}, because each costs a packet that has none of the narrower ones a lookup; a prefix between them takes up to eight
 * networks of the next narrower width.
 *
 * @param width bits by which it is shorter than a /64
 * @param first of the address, its first 64 bits; the last {@code width} of them are 0
 */
record Network(int width, long first) implements Comparable<Network> {
    /** Narrowest first, the order in which a packet meets them; 0 is looked for by every packet. */
    static final List<Integer> WIDTHS = List.of(0, 4, 8, 12);

    private static final int LONGEST = 64;

    /** The networks that a classified prefix takes, at most eight. */
    static List<Network> of(HomeNetworkPrefix prefix) {
        if (!AnchorResolution.isClassified(prefix.length())) {
            throw new IllegalArgumentException("prefix " + prefix + " cannot have a policy group");
        }
        int bits = LONGEST - prefix.length();
        int width = WIDTHS.stream()
                .filter(each -> each <= bits)
                .max(Integer::compare)
                .orElseThrow();
        return Stream.iterate(prefix.address().high(), address -> address + (1L << width))
                .limit(1L << (bits - width))
                .map(first -> new Network(width, first))
                .toList();
    }

    static long mask(int width) {
        return -1L << width;
    }

    @Override
    public int compareTo(Network other) {
        int byAddress = Long.compareUnsigned(first, other.first);
        return byAddress != 0 ? byAddress : Integer.compare(width, other.width);
    }

    /** Addresses count up: added plainly, networks of different numbers would share a hash. */
    @Override
    public int hashCode() {
        return Long.hashCode(first) * 31 + width;
    }
}
