package org.flowanchor.agent.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.domain.Samples.HNP;
import static org.flowanchor.agent.domain.Samples.LLA;
import static org.flowanchor.agent.domain.Samples.LL_ID;
import static org.flowanchor.agent.domain.Samples.prefix;

import java.util.Map;
import java.util.Set;
import org.flowanchor.agent.adapter.metrics.PrometheusMetrics;
import org.flowanchor.agent.domain.AttachedTerminal;
import org.flowanchor.agent.domain.AttachmentDecision.Advertise;
import org.flowanchor.agent.domain.AttachmentDecision.Withdraw;
import org.junit.jupiter.api.Test;

class AdvertisementsTest {
    private final InMemoryAttachments links = new InMemoryAttachments();
    private final Advertisements advertisements =
            new Advertisements(new InMemoryAccessKernel(), links, new PrometheusMetrics());

    @Test
    void m10_aWithdrawalWithdrawsAlsoWhatAWaitingAdvertisementWouldHave() {
        AttachedTerminal renumbered = new AttachedTerminal("a0", LLA, LL_ID, Set.of(HNP));
        advertisements.add(new Advertise(renumbered, Set.of(prefix(9))));
        advertisements.add(new Withdraw(renumbered));
        advertisements.withdraw();
        advertisements.send(Map.of(renumbered.name(), renumbered), Set.of());
        assertThat(links.withdrawals()).containsExactly(Set.of(HNP, prefix(9)));
        assertThat(links.advertisements())
                .extracting(InMemoryAttachments.Advertisement::routerLifetimeSeconds)
                .containsExactly(0);
    }
}
