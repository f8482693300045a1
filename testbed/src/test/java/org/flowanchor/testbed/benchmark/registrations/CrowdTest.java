package org.flowanchor.testbed.benchmark.registrations;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.testbed.benchmark.registrations.Errand.Procedure;
import org.junit.jupiter.api.Test;

class CrowdTest {
    private static final HomeNetworkPrefix PREFIX = HomeNetworkPrefix.parse("2001:db8:8000::/64");
    private static final int MEMBERS = 40;

    private final Crowd crowd = new Crowd("test", 7, MEMBERS, 16);

    @Test
    void ofTenUpdatesOneAttachesSixRefreshTwoHandOverOneDeregisters() {
        fill();
        Map<Procedure, Integer> counts = new EnumMap<>(Procedure.class);
        int total = 20_000;
        for (int i = 0; i < total; i++) {
            Errand errand = crowd.next();
            counts.merge(errand.procedure(), 1, Integer::sum);
            crowd.accepted(List.of(PREFIX));
        }
        assertThat(counts.get(Procedure.INITIAL)).isBetween(total * 8 / 100, total * 12 / 100);
        assertThat(counts.get(Procedure.REFRESH)).isBetween(total * 56 / 100, total * 64 / 100);
        assertThat(counts.get(Procedure.HANDOVER)).isBetween(total * 17 / 100, total * 23 / 100);
        assertThat(counts.get(Procedure.DEREGISTRATION)).isBetween(total * 8 / 100, total * 12 / 100);
    }

    @Test
    void anAttachmentIsANewNodeThatAsksForAnyPrefix() {
        fill();
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 2_000; i++) {
            Errand errand = crowd.next();
            if (errand.procedure() == Procedure.INITIAL) {
                assertThat(errand.prefixes()).isEmpty();
                assertThat(seen.add(errand.mobileNodeIdentifier())).isTrue();
            } else {
                assertThat(errand.prefixes()).containsExactly(PREFIX);
            }
            crowd.accepted(List.of(PREFIX));
        }
        assertThat(seen).isNotEmpty();
    }

    private void fill() {
        for (Optional<Errand> errand = crowd.nextAttachment(); errand.isPresent(); errand = crowd.nextAttachment()) {
            crowd.accepted(List.of(PREFIX));
        }
    }
}
