package org.flowanchor.policy.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.flowanchor.mobility.DecisionAuthority;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.HostModel;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.PrefixModel;
import org.flowanchor.policy.domain.SubscriberRegister.Holdings;
import org.junit.jupiter.api.Test;

class SubscriberRegisterTest {
    private static final Instant THEN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant NOW = Instant.parse("2026-01-02T00:00:00Z");
    private static final MobileNodeIdentifier A = new MobileNodeIdentifier("a");
    private static final MobileNodeIdentifier B = new MobileNodeIdentifier("b");
    private static final Holdings NONE = new Holdings(Map.of(), Map.of());

    private static SubscriberProfile profile(
            MobileNodeIdentifier node, List<String> interfaces, List<String> prefixes) {
        TreeSet<LinkLayerIdentifier> identifiers = new TreeSet<>();
        interfaces.forEach(text -> identifiers.add(LinkLayerIdentifier.parse(text)));
        TreeSet<HomeNetworkPrefix> statics = new TreeSet<>();
        prefixes.forEach(text -> statics.add(HomeNetworkPrefix.parse(text)));
        return profile(node, "default", identifiers, statics);
    }

    private static SubscriberProfile profile(
            MobileNodeIdentifier node,
            String group,
            TreeSet<LinkLayerIdentifier> identifiers,
            TreeSet<HomeNetworkPrefix> statics) {
        return new SubscriberProfile(
                node,
                new PolicyGroup(group),
                true,
                new TreeSet<>(),
                PrefixModel.SHARED,
                statics,
                HostModel.LIF,
                DecisionAuthority.NETWORK,
                new TreeSet<>(),
                identifiers,
                new TreeSet<>());
    }

    private static SubscriberProfile profile(MobileNodeIdentifier node) {
        return profile(node, List.of(), List.of());
    }

    private static SubscriberRegister holding(SubscriberProfile... profiles) {
        List<StoredSubscriber> stored = new ArrayList<>();
        for (SubscriberProfile profile : profiles) {
            stored.add(new StoredSubscriber(profile, stored.size() + 1, THEN, THEN));
        }
        return new SubscriberRegister(stored.size(), stored, NONE);
    }

    @Test
    void theRevisionIsTheVersionOfTheSetSoThatNoneIsUsedTwice() {
        SubscriberRegister register = new SubscriberRegister(41, List.of(), NONE);
        SubscriberDecision created = register.create(profile(A), NOW);
        assertThat(created)
                .isEqualTo(new SubscriberDecision.Publish(new StoredSubscriber(profile(A), 42, NOW, NOW), true));
        register.replay(created);
        SubscriberDecision gone = register.retire(A, new Precondition.AtRevision(Set.of(42L)));
        assertThat(gone).isEqualTo(new SubscriberDecision.Retire(A, 43));
        register.replay(gone);
        assertThat(register.create(profile(A), NOW))
                .isEqualTo(new SubscriberDecision.Publish(new StoredSubscriber(profile(A), 44, NOW, NOW), true));
    }

    @Test
    void aNodeHasOneProfile() {
        assertThat(holding(profile(A)).create(profile(A), NOW)).isEqualTo(new SubscriberDecision.Present(A));
    }

    @Test
    void aReplacementKeepsTheTimeOfCreationAndNeedsThePrecondition() {
        SubscriberProfile wanted = profile(A, List.of("02:00:00:00:00:01"), List.of());
        assertThat(holding(profile(A)).replace(wanted, new Precondition.AtRevision(Set.of(1L)), NOW))
                .isEqualTo(new SubscriberDecision.Publish(new StoredSubscriber(wanted, 2, THEN, NOW), false));
        assertThat(holding(profile(A)).replace(wanted, new Precondition.AtRevision(Set.of(2L)), NOW))
                .isEqualTo(new SubscriberDecision.Stale(A, Optional.of(1L)));
        assertThat(holding(profile(A)).replace(wanted, new Precondition.Absent(), NOW))
                .isEqualTo(new SubscriberDecision.Stale(A, Optional.of(1L)));
        assertThat(holding().replace(wanted, new Precondition.Present(), NOW))
                .isEqualTo(new SubscriberDecision.Stale(A, Optional.empty()));
        assertThat(holding().replace(wanted, new Precondition.Absent(), NOW))
                .isEqualTo(new SubscriberDecision.Publish(new StoredSubscriber(wanted, 1, NOW, NOW), true));
    }

    @Test
    void whatStandsLikeThisAlreadyIsNotWritten() {
        StoredSubscriber standing = new StoredSubscriber(profile(A), 1, THEN, THEN);
        assertThat(holding(profile(A)).replace(profile(A), new Precondition.Present(), NOW))
                .isEqualTo(new SubscriberDecision.Unchanged(standing));
        assertThat(holding(profile(A)).provision(profile(A), NOW))
                .isEqualTo(new SubscriberDecision.Unchanged(standing));
    }

    @Test
    void onlyAStandingProfileCanBeRetired() {
        assertThat(holding().retire(A, new Precondition.Present())).isEqualTo(new SubscriberDecision.Unknown(A));
        assertThat(holding(profile(A)).retire(A, new Precondition.AtRevision(Set.of())))
                .isEqualTo(new SubscriberDecision.Stale(A, Optional.of(1L)));
    }

    @Test
    void t09_anInterfaceIsOneNodes() {
        String mac = "02:00:00:00:00:01";
        SubscriberRegister register = holding(profile(A, List.of(mac, "02:00:00:00:00:02"), List.of()));
        SubscriberProfile wanted = profile(B, List.of(mac), List.of());
        assertThat(register.create(wanted, NOW))
                .isEqualTo(new SubscriberDecision.LinkLayerIdentifierTaken(LinkLayerIdentifier.parse(mac), A));
        register.replay(register.provision(profile(A, List.of("02:00:00:00:00:02"), List.of()), NOW));
        assertThat(register.create(wanted, NOW)).isInstanceOf(SubscriberDecision.Publish.class);
    }

    @Test
    void aStaticPrefixAndAllInItIsOneNodes() {
        SubscriberRegister register = holding(profile(A, List.of(), List.of("2001:db8:1::/56", "2001:db8:2::/64")));
        for (String wanted : List.of(
                "2001:db8:1::/56", "2001:db8:1:1::/64", "2001:db8:1::/64", "2001:db8::/32", "2001:db8:1:0:ffff::/80")) {
            assertThat(register.create(profile(B, List.of(), List.of(wanted)), NOW))
                    .as(wanted)
                    .isInstanceOf(SubscriberDecision.PrefixTaken.class);
        }
        assertThat(register.create(profile(B, List.of(), List.of("2001:db8:2::/63")), NOW))
                .isEqualTo(new SubscriberDecision.PrefixTaken(
                        HomeNetworkPrefix.parse("2001:db8:2::/63"), HomeNetworkPrefix.parse("2001:db8:2::/64"), A));
        assertThat(register.create(profile(B, List.of(), List.of("2001:db8:1:100::/64", "2001:db8:3::/64")), NOW))
                .isInstanceOf(SubscriberDecision.Publish.class);
        assertThat(register.provision(profile(A, List.of(), List.of("2001:db8:1:1::/64", "2001:db8::/63")), NOW))
                .as("its own prefixes never stand against a node")
                .isInstanceOf(SubscriberDecision.Publish.class);
    }

    /** Seeded histories against a model that compares everything with everything. */
    @Test
    void noHistoryGivesAnInterfaceOrAPrefixToTwoNodes() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            SubscriberRegister register = new SubscriberRegister(0, List.of(), NONE);
            Map<MobileNodeIdentifier, SubscriberProfile> model = new HashMap<>();
            for (int step = 0; step < 60; step++) {
                MobileNodeIdentifier node = new MobileNodeIdentifier("n" + random.nextInt(6));
                if (random.nextInt(5) == 0) {
                    SubscriberDecision decision = register.retire(node, new Precondition.Present());
                    assertThat(decision instanceof SubscriberDecision.Retire).isEqualTo(model.remove(node) != null);
                    register.replay(decision);
                    continue;
                }
                SubscriberProfile wanted = random(random, node);
                SubscriberDecision decision = register.provision(wanted, NOW);
                boolean free = model.values().stream()
                        .filter(other -> !other.mobileNodeIdentifier().equals(node))
                        .noneMatch(other -> collide(other, wanted));
                boolean same = wanted.equals(model.get(node));
                assertThat(decision instanceof SubscriberDecision.Publish)
                        .as("seed %d step %d: %s", seed, step, decision)
                        .isEqualTo(free && !same);
                register.replay(decision);
                if (free) {
                    model.put(node, wanted);
                }
            }
        }
    }

    private static boolean collide(SubscriberProfile one, SubscriberProfile other) {
        return any(one.linkLayerIdentifiers(), other.linkLayerIdentifiers())
                || one.staticPrefixes().stream()
                        .anyMatch(prefix -> other.staticPrefixes().stream().anyMatch(prefix::overlaps));
    }

    private static boolean any(Collection<?> one, Collection<?> other) {
        return one.stream().anyMatch(other::contains);
    }

    private static SubscriberProfile random(Random random, MobileNodeIdentifier node) {
        TreeSet<LinkLayerIdentifier> identifiers = new TreeSet<>();
        TreeSet<HomeNetworkPrefix> prefixes = new TreeSet<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            identifiers.add(LinkLayerIdentifier.of(new byte[] {(byte) random.nextInt(8)}));
            HomeNetworkPrefix prefix = HomeNetworkPrefix.containing(
                    new Ipv6Address(0x20010db8_00000000L | random.nextInt(16), 0), 60 + random.nextInt(5));
            if (prefixes.stream().noneMatch(prefix::overlaps)) {
                prefixes.add(prefix);
            }
        }
        return profile(node, "g" + random.nextInt(2), identifiers, prefixes);
    }
}
