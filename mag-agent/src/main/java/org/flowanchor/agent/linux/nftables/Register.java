package org.flowanchor.agent.linux.nftables;

/**
 * A register of 32 bits, numbered 0..15; longer values go on in the following ones. The kernel also knows four of 128 bits, the same
 * memory: where a value is aligned to one, it is named so, as the nft program does.
 */
public record Register(int index) {
    public static final Register FIRST = new Register(0);

    public Register {
        if (index < 0 || index > 15) {
            throw new IllegalArgumentException("no register " + index);
        }
    }

    /** The register after a value of {@code octets}. */
    public Register after(int octets) {
        return new Register(index + (octets + 3) / 4);
    }

    int number() {
        return index % 4 == 0 ? 1 + index / 4 : 8 + index;
    }
}
