package org.flowanchor.binding.domain;

import java.util.Optional;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * Prefixes of one length out of one block, numbered from 0.
 *
 * @param prefixLength length of the prefixes, not shorter than the pool's
 * @param gateway whose block of temporal prefixes it is (draft-park); empty: permanent prefixes
 */
public record PrefixPool(HomeNetworkPrefix prefix, int prefixLength, Optional<ProxyCareOfAddress> gateway) {
    private static final int MAX_BITS = 62;

    /** Of permanent prefixes. */
    public PrefixPool(HomeNetworkPrefix prefix, int prefixLength) {
        this(prefix, prefixLength, Optional.empty());
    }

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

    public PrefixKind kind() {
        return gateway.isPresent() ? PrefixKind.TEMPORAL : PrefixKind.PERMANENT;
    }

    /** Whether a session at {@code at} that is to have {@code wanted} prefixes gets them here. */
    public boolean serves(PrefixKind wanted, ProxyCareOfAddress at) {
        return kind() == wanted && gateway.filter(of -> !of.equals(at)).isEmpty();
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

    /** Whether it is one of these prefixes, neither longer nor shorter. */
    public boolean isMember(HomeNetworkPrefix candidate) {
        return prefix.contains(candidate) && candidate.length() == prefixLength;
    }

    /** Inverse of {@link #at}. */
    public long indexOf(HomeNetworkPrefix member) {
        if (!isMember(member)) {
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
