package org.flowanchor.testbed.benchmark.dataplane;

import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;

/** Terminals, flows and gateways by their numbers, from 0. */
final class Population {
    static final LmaAddress LMA = LmaAddress.parse("2001:db8:b::1");
    static final HomeNetworkPrefix POOL = HomeNetworkPrefix.parse("2001:db8:100::/40");
    static final Ipv6Address CORRESPONDENT = Ipv6Address.parse("2001:db8:c::2");

    /** Flows are spread over so many terminals, few enough for a flow to have its source port. */
    static final int TERMINALS = 1_000;

    static final int FIRST_PORT = 2_000;
    private static final int DESTINATION_PORT = 443;
    private static final long POOL_BITS = 0x20010db8_01000000L;
    private static final long BACKHAUL_BITS = 0x20010db8_000b0000L;

    private Population() {}

    static ProxyCareOfAddress gateway(int number) {
        return new ProxyCareOfAddress(new Ipv6Address(BACKHAUL_BITS, 0x1000 + number));
    }

    static HomeNetworkPrefix prefix(int terminal) {
        return new HomeNetworkPrefix(new Ipv6Address(POOL_BITS | terminal + 1, 0), 64);
    }

    /** Of a terminal; the class of its remote port is that of the number. */
    static FiveTuple flow(int terminal, int number) {
        return new FiveTuple(
                CORRESPONDENT,
                new Ipv6Address(POOL_BITS | terminal + 1, 2),
                FiveTuple.UDP,
                FIRST_PORT + number,
                DESTINATION_PORT);
    }

    static FiveTuple flow(int index) {
        return flow(index % TERMINALS, index / TERMINALS);
    }
}
