package org.flowanchor.binding;

import static org.flowanchor.binding.Scene.LTE;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MAG2;
import static org.flowanchor.binding.Scene.MAG3;
import static org.flowanchor.binding.Scene.START;
import static org.flowanchor.binding.Scene.WLAN;
import static org.flowanchor.binding.Scene.update;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.flowanchor.binding.Scene.Update;
import org.flowanchor.binding.domain.message.ReceivedRevocation;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.message.RevocationTrigger;

/** Updates of a few mobile nodes at three gateways, and revocations by these, from a seed; and what the gateways of that history know. */
public final class RandomUpdates {
    public static final int NODES = 6;
    private static final List<ProxyCareOfAddress> GATEWAYS = List.of(MAG1, MAG2, MAG3);

    private static final List<RevocationTrigger> TRIGGERS = List.of(
            RevocationTrigger.ADMINISTRATIVE_REASON,
            RevocationTrigger.INTER_MAG_HANDOVER_UNKNOWN,
            RevocationTrigger.ACCESS_NETWORK_SESSION_TERMINATION);

    private final long seed;
    public final Random random;

    /** Acknowledged last, of each node. */
    public final Map<MobileNodeIdentifier, List<HomeNetworkPrefix>> prefixes = new HashMap<>();

    public Instant now = START;

    public RandomUpdates(long seed) {
        this.seed = seed;
        random = new Random(seed);
    }

    public MobileNodeIdentifier node(int number) {
        return new MobileNodeIdentifier("crowd-" + seed + "-" + number);
    }

    /** A gateway revokes what a node has there. */
    public record Revocation(ProxyCareOfAddress gateway, ReceivedRevocation received, Instant at) {
        public MobileNodeIdentifier mobileNode() {
            return received.identifier().orElseThrow();
        }

        public boolean isForHandover() {
            return received.trigger().equals(RevocationTrigger.INTER_MAG_HANDOVER_UNKNOWN);
        }
    }

    /** Of all bindings, or of those with the prefixes that were acknowledged last, to the node or also to another one. */
    public Revocation revocation() {
        MobileNodeIdentifier node = node(random.nextInt(NODES));
        List<HomeNetworkPrefix> named = new ArrayList<>();
        if (random.nextBoolean()) {
            named.addAll(prefixes.getOrDefault(node, List.of()));
            if (random.nextInt(4) == 0) {
                named.addAll(prefixes.getOrDefault(node(random.nextInt(NODES)), List.of()));
            }
        }
        now = now.plusMillis(1 + random.nextInt(3));
        return new Revocation(
                GATEWAYS.get(random.nextInt(3)),
                new ReceivedRevocation(
                        random.nextInt(65536),
                        TRIGGERS.get(random.nextInt(TRIGGERS.size())),
                        true,
                        false,
                        ReceivedRevocation.Scope.BINDINGS,
                        Optional.of(node),
                        List.copyOf(new LinkedHashSet<>(named))),
                now);
    }

    public Update next() {
        MobileNodeIdentifier node = node(random.nextInt(NODES));
        int link = random.nextInt(3);
        now = now.plusMillis(1 + random.nextInt(3));
        Update update = update(GATEWAYS.get(random.nextInt(3)), link == 0 ? WLAN : LTE);
        update = update.of(node)
                .handoff(1 + random.nextInt(6))
                .lifetime(random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(20))
                .sequence(random.nextInt(65536))
                .at(now);
        if (random.nextInt(10) > 0) {
            update = update.link(LinkLayerIdentifier.of(new byte[] {2, (byte) link}));
        }
        int which = random.nextInt(10);
        MobileNodeIdentifier owner = which == 0 ? node(random.nextInt(NODES)) : node;
        List<HomeNetworkPrefix> known = prefixes.getOrDefault(owner, List.of());
        return which < 6 && !known.isEmpty() ? update.prefixes(known) : update;
    }
}
