package org.flowanchor.agent.adapter.kernel;

import java.util.Collection;
import java.util.Map;
import java.util.function.Consumer;
import org.flowanchor.agent.domain.ClassName;
import org.flowanchor.agent.domain.FlowCounters;
import org.flowanchor.agent.domain.FlowKey;
import org.flowanchor.agent.linux.conntrack.ConnectionReader;
import org.flowanchor.agent.linux.conntrack.ConnectionReader.Direction;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.jspecify.annotations.Nullable;

/** Of each connection the direction to a pool, whoever began it. Nothing here makes an object per connection. */
final class TrackedFlows implements Consumer<ConnectionReader> {
    /** Of each pool: first half, second half, and the bits of both that count. */
    private final long[] pools;

    private final Map<Integer, ClassName> classNames;
    private final EncryptedFlows encrypted;
    private final FlowCounters into;
    private int lastMark;
    private @Nullable ClassName lastName;

    TrackedFlows(
            Collection<HomeNetworkPrefix> pools,
            Map<Integer, ClassName> classNames,
            EncryptedFlows encrypted,
            FlowCounters into) {
        this.pools = new long[4 * pools.size()];
        this.classNames = classNames;
        this.encrypted = encrypted;
        this.into = into;
        int at = 0;
        for (HomeNetworkPrefix pool : pools) {
            int length = pool.length();
            long high = length == 0 ? 0 : -1L << Math.max(0, 64 - length);
            long low = length <= 64 ? 0 : -1L << 128 - length;
            this.pools[at++] = pool.address().high() & high;
            this.pools[at++] = pool.address().low() & low;
            this.pools[at++] = high;
            this.pools[at++] = low;
        }
        lastName = classNames.get(lastMark);
    }

    @Override
    public void accept(ConnectionReader connection) {
        int mark = connection.mark();
        if (mark != lastMark) {
            lastMark = mark;
            lastName = classNames.get(mark);
        }
        add(connection.original());
        add(connection.reply());
    }

    private void add(Direction direction) {
        int sourcePort = direction.sourcePort();
        int destinationPort = direction.destinationPort();
        if ((sourcePort | destinationPort) == 0) {
            encrypted.meet(direction, lastName);
            return;
        }
        if (!isInPool(direction.destinationHigh(), direction.destinationLow())) {
            return;
        }
        into.add(
                direction.sourceHigh(),
                direction.sourceLow(),
                direction.destinationHigh(),
                direction.destinationLow(),
                FlowKey.transport(direction.protocol(), sourcePort, destinationPort),
                direction.packets(),
                direction.bytes(),
                lastName);
    }

    private boolean isInPool(long high, long low) {
        for (int at = 0; at < pools.length; at += 4) {
            if ((high & pools[at + 2]) == pools[at] && (low & pools[at + 3]) == pools[at + 1]) {
                return true;
            }
        }
        return false;
    }
}
