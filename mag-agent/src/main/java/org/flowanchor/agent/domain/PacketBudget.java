package org.flowanchor.agent.domain;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.flowanchor.mobility.IpAddress;

/**
 * How many packets each peer may send: a token bucket per peer, so that one that floods takes nothing from another. Not thread-safe.
 * Bounded by the list of peers; an address that is not listed has no budget at all.
 */
public final class PacketBudget {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** Outcome for one packet. */
    public enum Verdict {
        ADMITTED,
        /** The source is no peer. */
        UNLISTED,
        /** The peer sent more than its share. */
        EXCESSIVE
    }

    private static final class Bucket {
        private double tokens;
        private long at;

        private Bucket(double tokens, long at) {
            this.tokens = tokens;
            this.at = at;
        }
    }

    private final Map<IpAddress, Bucket> buckets = new HashMap<>();
    private double perNano;
    private double burst;

    /**
     * Replaces the list; peers that stay keep what they have left.
     *
     * @param packetsPerSecond positive
     * @param most at once, positive
     */
    public void peers(Collection<? extends IpAddress> peers, int packetsPerSecond, int most, long nanoTime) {
        if (packetsPerSecond < 1 || most < 1) {
            throw new IllegalArgumentException("a budget of " + packetsPerSecond + " per second, " + most + " at once");
        }
        perNano = (double) packetsPerSecond / NANOS_PER_SECOND;
        burst = most;
        buckets.keySet().retainAll(peers);
        peers.forEach(peer -> buckets.computeIfAbsent(peer, added -> new Bucket(most, nanoTime)));
    }

    public Verdict judge(IpAddress source, long nanoTime) {
        Bucket bucket = buckets.get(source);
        if (bucket == null) {
            return Verdict.UNLISTED;
        }
        bucket.tokens = Math.min(burst, bucket.tokens + (nanoTime - bucket.at) * perNano);
        bucket.at = nanoTime;
        if (bucket.tokens < 1) {
            return Verdict.EXCESSIVE;
        }
        bucket.tokens -= 1;
        return Verdict.ADMITTED;
    }
}
