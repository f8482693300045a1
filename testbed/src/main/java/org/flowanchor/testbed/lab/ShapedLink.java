package org.flowanchor.testbed.lab;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Counters of an access link's shaper in downlink direction, since the lab was made.
 *
 * @param packets passed on
 * @param bytes passed on, with link headers
 * @param drops packets its queue had no room for
 * @param backlogBytes in the queue now
 */
public record ShapedLink(long packets, long bytes, long drops, long backlogBytes) {
    private static final JsonMapper JSON = new JsonMapper();

    public static ShapedLink read(Lab lab, Access access) {
        return parse(lab.run(access.gateway(), "tc", "-s", "-j", "qdisc", "show", "dev", Access.ACCESS_LINK, "root"));
    }

    static ShapedLink parse(String json) {
        JsonNode qdisc = JSON.readTree(json).path(0);
        if (!qdisc.path("kind").asString("").equals("tbf")) {
            throw new LabException("the access link is not shaped: " + json.strip());
        }
        return new ShapedLink(
                qdisc.path("packets").asLong(),
                qdisc.path("bytes").asLong(),
                qdisc.path("drops").asLong(),
                qdisc.path("backlog").asLong());
    }

    /** What happened since {@code earlier}; the backlog is today's. */
    public ShapedLink since(ShapedLink earlier) {
        return new ShapedLink(packets - earlier.packets, bytes - earlier.bytes, drops - earlier.drops, backlogBytes);
    }

    /** Drops in what was offered, 0..1. */
    public double lossRatio() {
        long offered = packets + drops;
        return offered == 0 ? 0 : (double) drops / offered;
    }
}
