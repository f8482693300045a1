package org.flowanchor.binding.domain;

import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;

/**
 * Prefixes of one length out of one block, numbered from 0.
 *
 * @param prefixLength length of the prefixes, not shorter than the pool's
 */
public record PrefixPool(HomeNetworkPrefix prefix, int prefixLength) {
    private static final int MAX_BITS = 62;

    public PrefixPool {
        if (prefixLength < prefix.length() || prefixLength > 128) {
            throw new IllegalArgumentException(
                    "prefix length " + prefixLength + " of pool " + prefix + " is not in " + prefix.length() + "..128");
        }
        if (prefix.isAllZero()) {
            throw new IllegalArgumentException(
                    "::/" + prefix.length() + " cannot be a pool: its first prefix is ALL_ZERO");
        }
    }

    /** How many prefixes there are; what is beyond 2^62 stays unused. */
    public long capacity() {
        return 1L << Math.min(prefixLength - prefix.length(), MAX_BITS);
    }

    /** @throws IllegalArgumentException when {@code index} is not in 0..capacity-1 */
    public HomeNetworkPrefix at(long index) {
        if (index < 0 || index >= capacity()) {
            throw new IllegalArgumentException("pool " + prefix + " has no prefix " + index);
        }
        int shift = 128 - prefixLength;
        long high = shift >= 64 ? shiftLeft(index, shift - 64) : shift == 0 ? 0 : index >>> (64 - shift);
        long low = shift >= 64 ? 0 : index << shift;
        Ipv6Address base = prefix.address();
        return new HomeNetworkPrefix(new Ipv6Address(base.high() | high, base.low() | low), prefixLength);
    }

    private static long shiftLeft(long value, int bits) {
        return bits >= 64 ? 0 : value << bits;
    }

    /** Inverse of {@link #at}. */
    public long indexOf(HomeNetworkPrefix member) {
        if (!prefix.contains(member) || member.length() != prefixLength) {
            throw new IllegalArgumentException(member + " is not a prefix of pool " + prefix);
        }
        long high = member.address().high() & ~prefix.address().high();
        long low = member.address().low() & ~prefix.address().low();
        int shift = 128 - prefixLength;
        if (shift >= 64) {
            return shift == 128 ? 0 : high >>> (shift - 64);
        }
        return low >>> shift | (shift == 0 ? 0 : high << (64 - shift));
    }
}
