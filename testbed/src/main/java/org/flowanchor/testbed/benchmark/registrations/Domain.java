package org.flowanchor.testbed.benchmark.registrations;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;

/** The anchor that is measured, the same at the store port and over gRPC. */
final class Domain {
    static final LmaAddress LMA_ADDRESS = LmaAddress.parse("2001:db8::1");
    static final String POOL = "2001:db8:8000::/33";
    static final Duration PREFIX_REST = Duration.ofSeconds(60);

    /** Updates carry timestamps and wait, on a busy machine, before they are read. */
    static final Duration TIMESTAMP_VALIDITY_WINDOW = Duration.ofSeconds(300);

    /** Short, so that deletions keep pace with de-registrations within a run. */
    static final Duration MIN_DELAY_BEFORE_BCE_DELETE = Duration.ofSeconds(2);

    /** Units of 4 seconds. */
    static final int LIFETIME = 450;

    private static final int GATEWAYS_MAX = 1000;
    private static final List<ProxyCareOfAddress> GATEWAYS = IntStream.rangeClosed(1, GATEWAYS_MAX)
            .mapToObj(number -> new ProxyCareOfAddress(new Ipv6Address(0x20010db8ffff0000L | number, 1)))
            .toList();

    private Domain() {}

    static ProxyCareOfAddress gateway(int number) {
        return GATEWAYS.get(number);
    }
}
