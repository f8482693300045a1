package org.flowanchor.testbed.lab;

import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Counters of the lab's own inside the mobile node: which access carried which flow, by the interface its packets came in on (or
 * left by) and the correspondent's port, which is one per flow of a scenario. Independent of anything the product says.
 */
public final class CarriedTraffic {
    private static final JsonMapper JSON = new JsonMapper();

    private static final String TABLE = """
            table inet lab {
              set received {
                typeof iifname . meta l4proto . th sport
                size 4096
                flags dynamic
                counter
              }
              set sent {
                typeof oifname . meta l4proto . th dport
                size 4096
                flags dynamic
                counter
              }
              chain received_by {
                type filter hook prerouting priority raw
                iifname { "wlan", "lte" } meta l4proto { tcp, udp } update @received { iifname . meta l4proto . th sport }
              }
              chain sent_by {
                type filter hook postrouting priority raw
                oifname { "wlan", "lte" } meta l4proto { tcp, udp } update @sent { oifname . meta l4proto . th dport }
              }
            }
            """;

    /**
     * One flow (or a bundle of flows to one port) on one access.
     *
     * @param correspondentPort the correspondent's port
     */
    public record Key(Access access, Protocol protocol, int correspondentPort) {}

    /** Transport protocols the lab counts. */
    public enum Protocol {
        TCP,
        UDP
    }

    /**
     * Since the lab was made.
     *
     * @param bytes IP packets with their headers
     */
    public record Count(long packets, long bytes) {
        static final Count NONE = new Count(0, 0);

        public Count minus(Count earlier) {
            return new Count(packets - earlier.packets, bytes - earlier.bytes);
        }
    }

    /** All counters at one moment. */
    public record Reading(Map<Key, Count> counts) {
        public Reading {
            counts = Map.copyOf(counts);
        }

        public Count of(Access access, Protocol protocol, int correspondentPort) {
            return counts.getOrDefault(new Key(access, protocol, correspondentPort), Count.NONE);
        }

        /** What was counted since {@code earlier}. */
        public Reading since(Reading earlier) {
            Map<Key, Count> difference = new HashMap<>();
            counts.forEach(
                    (key, count) -> difference.put(key, count.minus(earlier.counts.getOrDefault(key, Count.NONE))));
            return new Reading(difference);
        }

        /** Everything the access carried. */
        public Count of(Access access) {
            long packets = 0;
            long bytes = 0;
            for (Map.Entry<Key, Count> entry : counts.entrySet()) {
                if (entry.getKey().access() == access) {
                    packets += entry.getValue().packets();
                    bytes += entry.getValue().bytes();
                }
            }
            return new Count(packets, bytes);
        }
    }

    private final Lab lab;

    private CarriedTraffic(Lab lab) {
        this.lab = lab;
    }

    /** Starts counting. */
    public static CarriedTraffic install(Lab lab) {
        lab.runWithInput(LabNode.MOBILE_NODE, TABLE, "nft", "-f", "-");
        return new CarriedTraffic(lab);
    }

    /** Downlink: what the mobile node received. */
    public Reading received() {
        return read("received");
    }

    /** Uplink: what the mobile node sent. */
    public Reading sent() {
        return read("sent");
    }

    private Reading read(String set) {
        return parse(lab.run(LabNode.MOBILE_NODE, "nft", "-j", "list", "set", "inet", "lab", set));
    }

    static Reading parse(String json) {
        Map<Key, Count> counts = new HashMap<>();
        for (JsonNode object : JSON.readTree(json).path("nftables")) {
            for (JsonNode element : object.path("set").path("elem")) {
                JsonNode key = element.path("elem").path("val").path("concat");
                JsonNode counter = element.path("elem").path("counter");
                counts.put(
                        new Key(
                                access(key.get(0).asString()),
                                key.get(1).asString().equals("tcp") ? Protocol.TCP : Protocol.UDP,
                                key.get(2).asInt()),
                        new Count(
                                counter.path("packets").asLong(),
                                counter.path("bytes").asLong()));
            }
        }
        return new Reading(counts);
    }

    private static Access access(String device) {
        for (Access access : Access.values()) {
            if (access.mobileNodeInterface().equals(device)) {
                return access;
            }
        }
        throw new LabException("counter of an interface the mobile node does not have: " + device);
    }
}
