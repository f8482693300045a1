package org.flowanchor.binding.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.LTE;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MAG3;
import static org.flowanchor.binding.Scene.MN1;
import static org.flowanchor.binding.Scene.START;
import static org.flowanchor.binding.Scene.lte;
import static org.flowanchor.binding.Scene.update;
import static org.flowanchor.binding.Scene.wlan;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.flowanchor.binding.Scene.Update;
import org.flowanchor.binding.domain.FlowMobilePrefix.State;
import org.flowanchor.binding.domain.PrepareMoveDecision.Requested;
import org.flowanchor.binding.domain.message.UpdateNotification;
import org.flowanchor.binding.domain.message.UpdateNotificationAcknowledgement;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.message.UpdateNotificationStatus;
import org.junit.jupiter.api.BeforeEach;

/**
 * A mobile node with prefixes of each session's own (RFC 7864 section 3.2.2): WLAN at MAG1 was there first, then LTE at MAG2. MAG2 was
 * given the WLAN prefix when it attached; MAG1 has to be asked for the LTE prefix.
 */
abstract class WlanThenLte {
    static final LinkLayerIdentifier SECOND_LINK = LinkLayerIdentifier.parse("02:00:00:00:00:0d");
    static final LinkLayerIdentifier THIRD_LINK = LinkLayerIdentifier.parse("02:00:00:00:00:0c");
    static final Instant LATER = START.plusSeconds(10);
    static final Duration HOLD = SignallingRules.DEFAULT.prefixHold();
    final Anchorage anchorage = new Anchorage();
    HomeNetworkPrefix wlanPrefix;
    HomeNetworkPrefix ltePrefix;

    @BeforeEach
    void attach() {
        wlanPrefix =
                anchorage.accepted(wlan().lifetime(60000)).homeNetworkPrefixes().getFirst();
        ltePrefix =
                anchorage.accepted(lte().lifetime(60000)).homeNetworkPrefixes().getFirst();
    }

    /** Asks for the LTE prefix at MAG1. */
    UpdateNotification asked() {
        assertThat(anchorage.prepare(ltePrefix, MAG1)).isInstanceOf(Requested.class);
        return anchorage.sent(MAG1, UpdateNotification.class);
    }

    boolean answer(ProxyCareOfAddress gateway, UpdateNotification asked, int status) {
        List<HomeNetworkPrefix> echo =
                asked.offLinkPrefixes().isEmpty() ? asked.onLinkPrefixes() : asked.offLinkPrefixes();
        return answer(gateway, asked, status, status < 128 ? echo : List.of());
    }

    boolean answer(ProxyCareOfAddress gateway, UpdateNotification asked, int status, List<HomeNetworkPrefix> echo) {
        return anchorage.answer(
                gateway,
                MessageKind.UPDATE_NOTIFICATION,
                asked.sequenceNumber(),
                new UpdateNotificationAcknowledgement(
                        asked.sequenceNumber(), new UpdateNotificationStatus(status), Optional.of(MN1), echo));
    }

    Optional<State> state(int entry, HomeNetworkPrefix prefix) {
        return anchorage.entry(entry).flowMobility().of(prefix).map(FlowMobilePrefix::state);
    }

    Update thirdInterface() {
        return update(MAG3, LTE).link(THIRD_LINK).lifetime(60000).at(LATER);
    }

    boolean isAsked(int identifier, HomeNetworkPrefix prefix) {
        return anchorage
                .entry(identifier)
                .flowMobility()
                .of(prefix)
                .orElseThrow()
                .asked();
    }

    Update secondInterfaceAtMag1() {
        return update(MAG1, LTE).link(SECOND_LINK).lifetime(60000).at(LATER);
    }
}
