package org.flowanchor.agent.linux.nftables;

/** Packet properties outside the packet. */
public enum MetaKey {
    MARK(3, 4),
    IIFNAME(6, 16),
    OIFNAME(7, 16),
    NFPROTO(15, 1),
    L4PROTO(16, 1),
    IIFGROUP(21, 4);

    final int number;
    final int length;

    MetaKey(int number, int length) {
        this.number = number;
        this.length = length;
    }
}
