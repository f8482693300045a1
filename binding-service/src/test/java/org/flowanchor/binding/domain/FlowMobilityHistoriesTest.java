package org.flowanchor.binding.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.BETWEEN_MAGS;
import static org.flowanchor.binding.Scene.LTE;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MAG2;
import static org.flowanchor.binding.Scene.MAG3;
import static org.flowanchor.binding.Scene.MN1;
import static org.flowanchor.binding.Scene.NEW_INTERFACE;
import static org.flowanchor.binding.Scene.NOT_CHANGED;
import static org.flowanchor.binding.Scene.SHARING;
import static org.flowanchor.binding.Scene.WLAN;
import static org.flowanchor.binding.Scene.rules;
import static org.flowanchor.binding.Scene.update;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.flowanchor.binding.Scene.Update;
import org.flowanchor.binding.domain.BindingDecision.Accepted;
import org.flowanchor.binding.domain.message.UpdateNotification;
import org.flowanchor.binding.domain.message.UpdateNotificationAcknowledgement;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.message.UpdateNotificationStatus;
import org.junit.jupiter.api.Test;

/**
 * Random histories of one mobile node with four interfaces at three gateways, from a seed: attachments, handovers, de-registrations, flows
 * that come and go, notifications and answers that are lost, refusals. Gateways do as RFC 7864 section 4.2 says, in the order in which
 * they are sent to; interfaces also share prefixes, and what a gateway anchors itself it carries for nobody. What the anchor believes them to carry they carry, and who answers is soon left alone.
 */
class FlowMobilityHistoriesTest {
    private static final int HISTORIES = 400;
    private static final int STEPS = 60;
    private static final int INTERFACES = 4;
    private static final Duration HOLD = Duration.ofSeconds(20);
    private static final SignallingRules HOLDING_BRIEFLY = new SignallingRules(
            1, Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(2), 1, Duration.ofSeconds(60), 3, HOLD);
    private static final List<ProxyCareOfAddress> GATEWAYS = List.of(MAG1, MAG2, MAG3);

    private static final class History {
        final Random random;
        final Anchorage anchorage =
                new Anchorage(rules(Duration.ofMillis(1500), DomainVariables.DEFAULT, HOLDING_BRIEFLY));
        final Map<ProxyCareOfAddress, Map<LinkLayerIdentifier, Set<HomeNetworkPrefix>>> carried = new TreeMap<>();
        final Deque<Anchorage.Transmission> underWay = new ArrayDeque<>();
        boolean bad = true;

        History(long seed) {
            random = new Random(seed);
        }

        private Map<LinkLayerIdentifier, Set<HomeNetworkPrefix>> carriedAt(ProxyCareOfAddress gateway) {
            return carried.computeIfAbsent(gateway, any -> new HashMap<>());
        }

        private <T> T any(List<T> all) {
            return all.get(random.nextInt(all.size()));
        }

        void step() {
            switch (random.nextInt(8)) {
                case 0, 1 -> attach();
                case 2 -> ofAnEntry(this::handOver);
                case 3 -> ofAnEntry(this::release);
                case 4, 5 ->
                    ofAnEntry(entry ->
                            anchorage.prepare(entry.homeNetworkPrefixes().getFirst(), any(GATEWAYS)));
                case 6 ->
                    ofAnEntry(entry ->
                            anchorage.release(entry.homeNetworkPrefixes().getFirst(), any(GATEWAYS)));
                default -> advance(random.nextInt(4) == 0 ? HOLD : Duration.ofMillis(100 + random.nextInt(1500)));
            }
            underWay.addAll(anchorage.sent());
            while (!underWay.isEmpty() && random.nextBoolean()) {
                deliver();
            }
        }

        private void ofAnEntry(Consumer<BindingCacheEntry> what) {
            if (!anchorage.entries().isEmpty()) {
                what.accept(any(anchorage.entries()));
            }
        }

        private void attach() {
            int link = random.nextInt(INTERFACES);
            LinkLayerIdentifier identifier = LinkLayerIdentifier.of(new byte[] {2, (byte) link});
            Optional<BindingCacheEntry> known = anchorage.entries().stream()
                    .filter(entry -> entry.linkLayerIdentifier().equals(Optional.of(identifier)))
                    .findFirst();
            Update update = update(any(GATEWAYS), link == 0 ? WLAN : LTE)
                    .link(identifier)
                    .handoff(random.nextInt(4) == 0 ? SHARING : NEW_INTERFACE)
                    .lifetime(900);
            register(
                    known.map(entry -> update.through(entry.proxyCareOfAddress())
                                    .handoff(NOT_CHANGED)
                                    .prefixes(entry.homeNetworkPrefixes()))
                            .orElse(update),
                    known.filter(BindingCacheEntry::isActive).isEmpty());
        }

        private Update of(BindingCacheEntry entry) {
            return update(entry.proxyCareOfAddress(), entry.accessTechnologyType())
                    .link(entry.linkLayerIdentifier().orElseThrow())
                    .lifetime(900)
                    .prefixes(entry.homeNetworkPrefixes());
        }

        private void handOver(BindingCacheEntry entry) {
            ProxyCareOfAddress to = any(GATEWAYS);
            if (!entry.isAt(to)) {
                register(of(entry).through(to).handoff(BETWEEN_MAGS), true);
            }
        }

        private void release(BindingCacheEntry entry) {
            register(of(entry).deregistration(), false);
            carriedAt(entry.proxyCareOfAddress())
                    .remove(entry.linkLayerIdentifier().orElseThrow());
        }

        /** The acknowledgement comes after what was sent before it. */
        private void register(Update update, boolean attaches) {
            advance(Duration.ofMillis(1));
            deliverAll();
            Update sent = update.at(anchorage.now());
            BindingDecision decision = anchorage.decide(sent);
            if (decision instanceof Accepted(var procedure, var records, var acknowledgement) && attaches) {
                carriedAt(sent.gateway())
                        .put(
                                acknowledgement.linkLayerIdentifier().orElseThrow(),
                                Set.copyOf(acknowledgement.offLinkPrefixes()));
            }
        }

        private void advance(Duration by) {
            deliverAll();
            anchorage.advance(by);
            underWay.addAll(anchorage.sent());
        }

        private void deliverAll() {
            while (!underWay.isEmpty()) {
                deliver();
            }
        }

        /** To its gateway, and the answer back, unless one of them is lost. */
        private void deliver() {
            Anchorage.Transmission next = underWay.remove();
            if (isLost()) {
                return;
            }
            UpdateNotification initiate = (UpdateNotification) next.message();
            boolean refused = bad && random.nextInt(10) == 0;
            if (!refused) {
                Set<HomeNetworkPrefix> foreign = new HashSet<>(initiate.offLinkPrefixes());
                anchorage.entries().stream()
                        .filter(entry -> entry.isActive() && entry.isAt(next.gateway()))
                        .forEach(entry -> foreign.removeAll(Set.copyOf(entry.homeNetworkPrefixes())));
                carriedAt(next.gateway()).replaceAll((link, before) -> Set.copyOf(foreign));
            }
            if (!isLost()) {
                anchorage.answer(
                        next.gateway(),
                        MessageKind.UPDATE_NOTIFICATION,
                        initiate.sequenceNumber(),
                        new UpdateNotificationAcknowledgement(
                                initiate.sequenceNumber(),
                                refused ? UpdateNotificationStatus.MN_NOT_ATTACHED : new UpdateNotificationStatus(0),
                                Optional.of(MN1),
                                initiate.offLinkPrefixes().isEmpty()
                                        ? initiate.onLinkPrefixes()
                                        : initiate.offLinkPrefixes()));
                underWay.addAll(anchorage.sent());
            }
        }

        private boolean isLost() {
            return bad && random.nextInt(10) < 3;
        }

        /** From now on nothing is lost, and everything is accepted. */
        void settle() {
            bad = false;
            advance(Duration.ofSeconds(5));
            for (int delivered = 0; !underWay.isEmpty(); delivered++) {
                assertThat(delivered).as("messages at one instant").isLessThan(20);
                deliver();
            }
        }

        void check() {
            for (BindingCacheEntry entry : anchorage.entries()) {
                Set<HomeNetworkPrefix> there = new HashSet<>();
                carriedAt(entry.proxyCareOfAddress()).values().forEach(there::addAll);
                assertThat(there)
                        .as("what %s carries", entry.proxyCareOfAddress())
                        .containsAll(entry.flowMobility().carried());
            }
        }
    }

    @Test
    void f05_f18_gatewaysCarryWhatTheAnchorBelievesAndAreLeftAloneOnceTheyHaveAnswered() {
        int carried = 0;
        for (long seed = 1; seed <= HISTORIES; seed++) {
            History history = new History(seed);
            try {
                for (int step = 0; step < STEPS; step++) {
                    history.step();
                    history.check();
                }
                history.settle();
                history.check();
                assertThat(history.anchorage.node(MN1).outstanding()).isEmpty();
                assertThat(history.anchorage.entries())
                        .noneMatch(entry -> entry.flowMobility().isUnsettled());
            } catch (AssertionError e) {
                throw new AssertionError("history " + seed, e);
            }
            carried += history.carried.values().stream()
                    .mapToInt(links -> links.size())
                    .sum();
        }
        assertThat(carried).as("attachments that are left").isGreaterThan(HISTORIES);
    }
}
