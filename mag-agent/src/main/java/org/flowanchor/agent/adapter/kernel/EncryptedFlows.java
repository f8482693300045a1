package org.flowanchor.agent.adapter.kernel;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flowanchor.agent.domain.ClassName;
import org.flowanchor.agent.domain.FlowCounters;
import org.flowanchor.agent.domain.FlowKey;
import org.flowanchor.agent.linux.conntrack.ConnectionReader.Direction;
import org.flowanchor.agent.linux.nftables.SetElement;
import org.flowanchor.mobility.FiveTuple;
import org.jspecify.annotations.Nullable;

/**
 * ESP flows, told apart by their Security Parameters Index: counted by our own table. Their class is that of the connection between the
 * same two hosts, of which the kernel tracks one for all of them; without tracking they have none.
 */
final class EncryptedFlows {
    private record Hosts(long sourceHigh, long sourceLow, long destinationHigh, long destinationLow) {
        static Hosts of(ByteBuffer key) {
            return new Hosts(key.getLong(0), key.getLong(8), key.getLong(16), key.getLong(24));
        }
    }

    private final List<SetElement> elements;
    private final Set<Hosts> hosts = new HashSet<>();
    private final Map<Hosts, ClassName> classes = new HashMap<>();

    /** @param elements of the set {@link TrackingRuleset#ENCRYPTED} */
    EncryptedFlows(List<SetElement> elements) {
        this.elements = elements.stream()
                .filter(element -> element.key().length == SteeringElements.FLOW_KEY)
                .toList();
        this.elements.forEach(element -> hosts.add(Hosts.of(ByteBuffer.wrap(element.key()))));
    }

    /** A connection without ports. */
    void meet(Direction direction, @Nullable ClassName className) {
        if (className == null || direction.protocol() != FiveTuple.ESP || hosts.isEmpty()) {
            return;
        }
        Hosts met = new Hosts(
                direction.sourceHigh(), direction.sourceLow(), direction.destinationHigh(), direction.destinationLow());
        if (hosts.contains(met)) {
            classes.put(met, className);
        }
    }

    void addTo(FlowCounters into) {
        for (SetElement element : elements) {
            ByteBuffer key = ByteBuffer.wrap(element.key());
            Hosts between = Hosts.of(key);
            into.add(
                    between.sourceHigh,
                    between.sourceLow,
                    between.destinationHigh,
                    between.destinationLow,
                    FlowKey.transport(
                            FiveTuple.ESP,
                            Short.toUnsignedInt(key.getShort(36)),
                            Short.toUnsignedInt(key.getShort(40))),
                    element.packets(),
                    element.bytes(),
                    classes.get(between));
        }
    }
}
