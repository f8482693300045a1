package org.flowanchor.binding.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.BETWEEN_INTERFACES;
import static org.flowanchor.binding.Scene.BETWEEN_MAGS;
import static org.flowanchor.binding.Scene.HANDOFF_UNKNOWN;
import static org.flowanchor.binding.Scene.LTE;
import static org.flowanchor.binding.Scene.LTE_LINK;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MAG2;
import static org.flowanchor.binding.Scene.MAG3;
import static org.flowanchor.binding.Scene.MN2;
import static org.flowanchor.binding.Scene.NEW_INTERFACE;
import static org.flowanchor.binding.Scene.NOT_CHANGED;
import static org.flowanchor.binding.Scene.RULES_WITHOUT_WAIT;
import static org.flowanchor.binding.Scene.SHARING;
import static org.flowanchor.binding.Scene.START;
import static org.flowanchor.binding.Scene.WLAN;
import static org.flowanchor.binding.Scene.WLAN_LINK;
import static org.flowanchor.binding.Scene.lte;
import static org.flowanchor.binding.Scene.update;
import static org.flowanchor.binding.Scene.wlan;

import java.time.Instant;
import java.util.List;
import org.flowanchor.binding.Scene.Update;
import org.flowanchor.binding.domain.BindingDecision.Procedure;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.junit.jupiter.api.Test;

/** The decision table of RFC 5213 section 5.4.1 with RFC 7864 section 3.2.1; rows are named as in the design. */
class BindingLookupTest {
    private static final Instant LATER = START.plusSeconds(10);
    private static final LinkLayerIdentifier OTHER_LINK = LinkLayerIdentifier.parse("02:00:00:00:00:0c");
    private final Anchorage anchorage = new Anchorage();

    private Update later(Update update) {
        return update.at(LATER);
    }

    private Update known(Update update) {
        return update.at(LATER).prefixes(anchorage.prefixes());
    }

    // ---- case A: some prefix is named

    @Test
    void a2_prefixOfAnotherNodeIs155() {
        anchorage.accepted(wlan());
        for (int handoff = 1; handoff <= 6; handoff++) {
            assertThat(anchorage.status(known(lte()).of(MN2).handoff(handoff))).isEqualTo(155);
        }
        assertThat(anchorage.status(known(lte()).of(MN2).deregistration())).isEqualTo(155);
    }

    @Test
    void a3_subsetOrSupersetOfTheSessionsPrefixesIs159() {
        HomeNetworkPrefix any = HomeNetworkPrefix.ALL_ZERO;
        List<HomeNetworkPrefix> both =
                anchorage.accepted(wlan().prefixes(any, any)).homeNetworkPrefixes();
        assertThat(anchorage.status(later(wlan()).handoff(NOT_CHANGED).prefixes(both.getFirst())))
                .isEqualTo(159);
        assertThat(anchorage.status(later(wlan()).handoff(NOT_CHANGED).prefixes(both.getFirst(), both.getLast(), any)))
                .isEqualTo(159);
        assertThat(anchorage.status(later(lte()).handoff(SHARING).prefixes(both.getFirst())))
                .isEqualTo(159);
        assertThat(anchorage.status(later(wlan()).handoff(NOT_CHANGED).prefixes(both.getFirst(), both.getFirst())))
                .isEqualTo(159);
    }

    @Test
    void t23_partOfASessionIsNotMovedByAnUpdate() {
        HomeNetworkPrefix any = HomeNetworkPrefix.ALL_ZERO;
        List<HomeNetworkPrefix> both =
                anchorage.accepted(wlan().prefixes(any, any)).homeNetworkPrefixes();
        assertThat(anchorage.status(later(lte()).handoff(NOT_CHANGED).prefixes(both.getFirst())))
                .isEqualTo(159);
    }

    @Test
    void t24_aggregateOfPrefixesIs155() {
        anchorage.accepted(wlan());
        assertThat(anchorage.status(later(lte())
                        .handoff(BETWEEN_INTERFACES)
                        .prefixes(HomeNetworkPrefix.parse("2001:db8:100::/48"))))
                .isEqualTo(155);
    }

    @Test
    void a4_sharingUpdateOfAKnownInterfaceIsAnUpdate() {
        anchorage.accepted(wlan());
        anchorage.accepted(lte().handoff(SHARING));
        assertThat(anchorage.procedure(known(lte()).handoff(SHARING))).isEqualTo(Procedure.EXTENSION);
        assertThat(anchorage.entries()).hasSize(2);
    }

    @Test
    void a5_t01_secondInterfaceSharesThePrefixAndLeavesTheFirstEntryUntouched() {
        HomeNetworkPrefix prefix =
                anchorage.accepted(lte()).homeNetworkPrefixes().getFirst();
        BindingCacheEntry first = anchorage.entry(1);
        ProxyBindingAcknowledgement shared = anchorage.accepted(known(wlan()).handoff(SHARING));
        assertThat(shared.homeNetworkPrefixes()).containsExactly(prefix);
        assertThat(anchorage.entries()).hasSize(2);
        assertThat(anchorage.entry(1)).isEqualTo(first);
        assertThat(anchorage.entry(2).homeNetworkPrefixes()).containsExactly(prefix);
        assertThat(anchorage.entry(2).bindingPriority()).isEqualTo(20);
        assertThat(first.bindingPriority()).isEqualTo(10);
    }

    @Test
    void a5_withoutLinkLayerIdentifierSharesToo() {
        anchorage.accepted(lte());
        assertThat(anchorage.procedure(known(wlan()).link(null).handoff(SHARING)))
                .isEqualTo(Procedure.SHARING);
    }

    @Test
    void a6_sameInterfaceIsUpdatedWhateverTheHandoffIndicator() {
        anchorage.accepted(wlan());
        for (int handoff = 1; handoff <= 6; handoff++) {
            assertThat(anchorage.procedure(known(wlan()).handoff(handoff).at(LATER.plusSeconds(handoff))))
                    .isEqualTo(Procedure.EXTENSION);
        }
        assertThat(anchorage.entries()).hasSize(1);
    }

    @Test
    void a6_t21_sameInterfaceAtAnotherGatewayIsAHandover() {
        anchorage.accepted(wlan());
        List<HomeNetworkPrefix> prefixes = anchorage.prefixes();
        assertThat(anchorage.procedure(known(wlan()).through(MAG3).handoff(BETWEEN_MAGS)))
                .isEqualTo(Procedure.HANDOVER);
        assertThat(anchorage.entry(1).proxyCareOfAddress()).isEqualTo(MAG3);
        assertThat(anchorage.entry(1).homeNetworkPrefixes()).isEqualTo(prefixes);
        assertThat(anchorage.entries()).hasSize(1);
    }

    @Test
    void a6_t22_handoffBetweenInterfacesMovesTheSession() {
        anchorage.accepted(wlan());
        assertThat(anchorage.procedure(known(lte()).handoff(BETWEEN_INTERFACES)))
                .isEqualTo(Procedure.HANDOVER);
        BindingCacheEntry moved = anchorage.entry(1);
        assertThat(moved.accessTechnologyType()).isEqualTo(LTE);
        assertThat(moved.linkLayerIdentifier()).contains(LTE_LINK);
        assertThat(moved.proxyCareOfAddress()).isEqualTo(MAG2);
        assertThat(moved.bindingPriority()).isEqualTo(10);
        assertThat(anchorage.entries()).hasSize(1);
    }

    @Test
    void a6_interfaceWithoutIdentifierMovesBetweenGateways() {
        anchorage.accepted(wlan().link(null));
        assertThat(anchorage.procedure(known(wlan()).link(null).through(MAG3).handoff(BETWEEN_MAGS)))
                .isEqualTo(Procedure.HANDOVER);
    }

    @Test
    void a6_sameGatewayAndAccessTechnologyIsAnUpdate() {
        anchorage.accepted(wlan().link(null));
        assertThat(anchorage.procedure(known(wlan()).link(null).handoff(NOT_CHANGED)))
                .isEqualTo(Procedure.EXTENSION);
        assertThat(anchorage.procedure(known(wlan()).handoff(NOT_CHANGED).at(LATER.plusSeconds(1))))
                .isEqualTo(Procedure.EXTENSION);
        assertThat(anchorage.entry(1).linkLayerIdentifier()).contains(WLAN_LINK);
    }

    @Test
    void a7_dB_t02_anotherSessionOnHeldPrefixesWithoutIndicatorSixIs155() {
        anchorage.accepted(lte());
        BindingCacheEntry before = anchorage.entry(1);
        for (int handoff : new int[] {NEW_INTERFACE, BETWEEN_MAGS, HANDOFF_UNKNOWN, NOT_CHANGED}) {
            assertThat(anchorage.status(known(wlan()).handoff(handoff))).isEqualTo(155);
        }
        assertThat(anchorage.entry(1)).isEqualTo(before);
    }

    @Test
    void a7_deregistrationOfNoSessionIsIgnored() {
        anchorage.accepted(lte());
        anchorage.ignored(known(wlan()).deregistration());
    }

    @Test
    void a1_deregistrationOfAnUnknownPrefixIsIgnored() {
        anchorage.ignored(wlan().deregistration().prefixes(HomeNetworkPrefix.parse("2001:db8:100::/64")));
    }

    @Test
    void dC_refreshOfASharedSessionFindsItsOwnEntry() {
        anchorage.accepted(wlan());
        anchorage.accepted(lte().handoff(SHARING));
        BindingCacheEntry wlanEntry = anchorage.entry(1);
        anchorage.accepted(known(lte()).handoff(NOT_CHANGED));
        assertThat(anchorage.entry(1)).isEqualTo(wlanEntry);
        assertThat(anchorage.entry(2).expiresAt()).isEqualTo(LATER.plusSeconds(400));
    }

    @Test
    void dC_sessionsWithOtherPrefixesDoNotDisturb() {
        anchorage.accepted(wlan());
        HomeNetworkPrefix second =
                anchorage.accepted(lte()).homeNetworkPrefixes().getFirst();
        assertThat(anchorage.prefixes()).hasSize(2);
        assertThat(anchorage.procedure(later(lte()).handoff(NOT_CHANGED).prefixes(second)))
                .isEqualTo(Procedure.EXTENSION);
    }

    @Test
    void dC_handoffThatCouldMeanTwoSessionsIs128() {
        anchorage.accepted(wlan());
        anchorage.accepted(lte().handoff(SHARING));
        assertThat(anchorage.status(update(MAG3, AccessTechnologyType.IEEE_802_3)
                        .link(OTHER_LINK)
                        .at(LATER)
                        .prefixes(anchorage.prefixes())
                        .handoff(BETWEEN_INTERFACES)))
                .isEqualTo(128);
    }

    @Test
    void dE_sharingRetransmittedWithoutLinkLayerIdentifierIsAnUpdate() {
        anchorage.accepted(lte());
        Update share = known(wlan()).link(null).handoff(SHARING);
        anchorage.accepted(share);
        assertThat(anchorage.procedure(share.at(LATER.plusSeconds(1)))).isEqualTo(Procedure.EXTENSION);
        assertThat(anchorage.entries()).hasSize(2);
    }

    // ---- case B: no prefix named, link-layer identifier given

    @Test
    void b1_retransmittedAttachIsAnUpdateAndKeepsThePrefix() {
        List<HomeNetworkPrefix> first = anchorage.accepted(wlan()).homeNetworkPrefixes();
        for (int handoff = 1; handoff <= 6; handoff++) {
            assertThat(anchorage
                            .accepted(wlan().handoff(handoff).at(LATER.plusSeconds(handoff)))
                            .homeNetworkPrefixes())
                    .isEqualTo(first);
        }
        assertThat(anchorage.entries()).hasSize(1);
    }

    @Test
    void b2_handoffBetweenInterfacesMovesTheOnlySession() {
        anchorage.accepted(wlan());
        assertThat(anchorage.procedure(later(lte()).handoff(BETWEEN_INTERFACES)))
                .isEqualTo(Procedure.HANDOVER);
        assertThat(anchorage.entries()).hasSize(1);
    }

    @Test
    void b2_withTwoSessionsOpensAnother() {
        anchorage.accepted(wlan());
        anchorage.accepted(lte());
        assertThat(anchorage.procedure(
                        later(update(MAG3, WLAN).link(OTHER_LINK)).handoff(BETWEEN_INTERFACES)))
                .isEqualTo(Procedure.INITIAL);
    }

    @Test
    void b3_withoutAWaitUnknownHandoffOpensASession() {
        Anchorage hasty = new Anchorage(RULES_WITHOUT_WAIT);
        hasty.accepted(wlan());
        assertThat(hasty.procedure(later(lte()).handoff(HANDOFF_UNKNOWN))).isEqualTo(Procedure.INITIAL);
        assertThat(hasty.entries()).hasSize(2);
        assertThat(hasty.sent()).isEmpty();
    }

    @Test
    void b3_unknownHandoffAfterTheDeregistrationTakesTheSessionOver() {
        List<HomeNetworkPrefix> prefixes = anchorage.accepted(wlan()).homeNetworkPrefixes();
        anchorage.accepted(known(wlan()).deregistration());
        assertThat(anchorage
                        .accepted(lte().handoff(HANDOFF_UNKNOWN).at(LATER.plusSeconds(1)))
                        .homeNetworkPrefixes())
                .isEqualTo(prefixes);
        assertThat(anchorage.entries()).hasSize(1);
        assertThat(anchorage.entry(1).state()).isEqualTo(BindingState.ACTIVE);
    }

    @Test
    void b4_anotherInterfaceOpensASessionWithAPrefixOfItsOwn() {
        anchorage.accepted(wlan());
        for (int handoff : new int[] {NEW_INTERFACE, BETWEEN_MAGS, NOT_CHANGED}) {
            Anchorage fresh = new Anchorage();
            fresh.accepted(wlan());
            assertThat(fresh.procedure(later(lte()).handoff(handoff))).isEqualTo(Procedure.INITIAL);
            assertThat(fresh.prefixes()).hasSize(2);
        }
    }

    @Test
    void b4_deregistrationOfNoSessionIsIgnored() {
        anchorage.ignored(wlan().deregistration());
        anchorage.accepted(wlan());
        anchorage.ignored(later(lte()).deregistration());
    }

    @Test
    void dA_sharingWithoutPrefixTakesTheCommonSet() {
        List<HomeNetworkPrefix> prefixes = anchorage.accepted(wlan()).homeNetworkPrefixes();
        assertThat(anchorage.accepted(later(lte()).handoff(SHARING)).homeNetworkPrefixes())
                .isEqualTo(prefixes);
        assertThat(anchorage.entries()).hasSize(2);
    }

    @Test
    void dA_sharingWithoutPrefixAndSessionIsANewAttachment() {
        assertThat(anchorage.procedure(lte().handoff(SHARING))).isEqualTo(Procedure.INITIAL);
    }

    @Test
    void dA_amongSeveralSetsThePreferredSessionsIsShared() {
        anchorage.accepted(wlan());
        List<HomeNetworkPrefix> preferred = anchorage.accepted(lte()).homeNetworkPrefixes();
        assertThat(anchorage
                        .accepted(later(update(MAG3, WLAN).link(OTHER_LINK)).handoff(SHARING))
                        .homeNetworkPrefixes())
                .isEqualTo(preferred);
    }

    @Test
    void t36_bothOrdersOfAttachmentEndInTheSameBindings() {
        Anchorage wlanFirst = new Anchorage();
        wlanFirst.accepted(wlan().handoff(SHARING));
        wlanFirst.accepted(lte().handoff(SHARING));
        Anchorage lteFirst = new Anchorage();
        lteFirst.accepted(lte().handoff(SHARING));
        lteFirst.accepted(wlan().handoff(SHARING));
        assertThat(wlanFirst.prefixes()).isEqualTo(lteFirst.prefixes()).hasSize(1);
        assertThat(wlanFirst.entries())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("bindingIdentifier")
                .containsExactlyInAnyOrderElementsOf(lteFirst.entries());
    }

    // ---- case C: no prefix named, no link-layer identifier

    @Test
    void c1_handoffMovesTheOnlySession() {
        for (int handoff : new int[] {BETWEEN_INTERFACES, BETWEEN_MAGS}) {
            Anchorage fresh = new Anchorage();
            fresh.accepted(wlan());
            assertThat(fresh.procedure(later(wlan()).link(null).through(MAG3).handoff(handoff)))
                    .isEqualTo(Procedure.HANDOVER);
            assertThat(fresh.entries()).hasSize(1);
        }
    }

    @Test
    void c1_movingToAnInterfaceWithoutIdentifierForgetsTheOldOnes() {
        anchorage.accepted(wlan());
        anchorage.accepted(later(lte()).link(null).handoff(BETWEEN_INTERFACES));
        assertThat(anchorage.entry(1).linkLayerIdentifier()).isEmpty();
    }

    @Test
    void c2_withoutAWaitUnknownHandoffOpensASession() {
        Anchorage hasty = new Anchorage(RULES_WITHOUT_WAIT);
        hasty.accepted(wlan().link(null));
        assertThat(hasty.procedure(later(lte()).link(null).handoff(HANDOFF_UNKNOWN)))
                .isEqualTo(Procedure.INITIAL);
    }

    @Test
    void c3_newInterfaceOpensASession() {
        anchorage.accepted(wlan().link(null));
        for (int handoff : new int[] {NEW_INTERFACE, NOT_CHANGED}) {
            assertThat(anchorage.procedure(lte().link(null).handoff(handoff).at(LATER.plusSeconds(handoff))))
                    .isEqualTo(Procedure.INITIAL);
        }
    }

    @Test
    void dE_sharingWithoutPrefixAndIdentifierIsRecognisedWhenRetransmitted() {
        anchorage.accepted(wlan());
        anchorage.accepted(later(lte()).link(null).handoff(SHARING));
        assertThat(anchorage.procedure(lte().link(null).handoff(SHARING).at(LATER.plusSeconds(1))))
                .isEqualTo(Procedure.EXTENSION);
        assertThat(anchorage.entries()).hasSize(2);
    }

    @Test
    void gatewaysOfTwoInterfacesAreListedSeparately() {
        anchorage.accepted(wlan());
        anchorage.accepted(lte().handoff(SHARING));
        assertThat(anchorage.entries())
                .extracting(BindingCacheEntry::proxyCareOfAddress)
                .containsExactly(MAG1, MAG2);
    }
}
