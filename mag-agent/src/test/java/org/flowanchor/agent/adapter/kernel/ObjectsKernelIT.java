package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.FIRST;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.LMA;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.POOL;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.PREFIX;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.access;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.application.KernelObject;
import org.flowanchor.agent.application.KernelObject.Condition;
import org.flowanchor.agent.application.NotTaken;
import org.flowanchor.agent.domain.AccessState;
import org.flowanchor.agent.domain.AnchorState;
import org.flowanchor.agent.domain.AttachmentName;
import org.flowanchor.agent.lab.Domain;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.Ipv6Address;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What dump and diff tell of an anchor's and a gateway's kernel. */
class ObjectsKernelIT {
    private static final FiveTuple FLOW = new FiveTuple(
            Ipv6Address.parse(Domain.CORRESPONDENT), Ipv6Address.parse(Domain.MOBILE_NODE), FiveTuple.UDP, 5100, 6000);

    private Domain domain;
    private LinuxAnchorKernel anchor;
    private LinuxAccessKernel gateway;

    @BeforeEach
    void build() {
        Namespace.requireRoot();
        domain = new Domain();
        anchor = newAnchor();
        gateway = newGateway();
        domain.anchor.run(() -> anchor.apply(new AnchorState(
                LMA,
                Set.of(POOL),
                Set.of(FIRST),
                Map.of(PREFIX, FIRST),
                Map.of(),
                List.of(),
                Map.of(),
                Map.of(FLOW, FIRST))));
        domain.first.run(() -> gateway.apply(access(FIRST, Set.of(PREFIX))));
    }

    private LinuxAnchorKernel newAnchor() {
        return domain.anchor.call(() -> new LinuxAnchorKernel(new KernelConfiguration("b0")));
    }

    private LinuxAccessKernel newGateway() {
        return domain.first.call(() -> new LinuxAccessKernel(new KernelConfiguration("b0")));
    }

    @AfterEach
    void tearDown() {
        if (domain != null) {
            gateway.close();
            anchor.close();
            domain.close();
        }
    }

    private List<KernelObject> anchorObjects() {
        return domain.anchor.<List<KernelObject>>call(anchor::objects);
    }

    private List<KernelObject> gatewayObjects() {
        return domain.first.<List<KernelObject>>call(gateway::objects);
    }

    private static List<KernelObject> differences(List<KernelObject> objects) {
        return objects.stream()
                .filter(object -> object.condition() != Condition.PRESENT)
                .toList();
    }

    @Test
    void everyObjectIsToldByItsNameAndAsDesired() {
        assertThat(differences(anchorObjects())).isEmpty();
        assertThat(anchorObjects())
                .contains(new KernelObject("device", "fa1", Condition.PRESENT, ""))
                .contains(new KernelObject("map", "flows", Condition.PRESENT, "1 element"))
                .contains(new KernelObject("table", "inet flowanchor", Condition.PRESENT, ""))
                .contains(new KernelObject("route", PREFIX + " dev fa1 table 100 metric 128", Condition.PRESENT, ""))
                .anySatisfy(
                        object -> assertThat(object.name()).startsWith("pref ").contains("fwmark"));
        assertThat(differences(gatewayObjects())).isEmpty();
        assertThat(gatewayObjects())
                .contains(new KernelObject("address", Domain.GATEWAY_LINK_LOCAL + "/64 dev a0", Condition.PRESENT, ""))
                .contains(new KernelObject(
                        "route",
                        PREFIX + " via " + Domain.FIRST_LINK_LOCAL + " dev a0 table 100 metric 128",
                        Condition.PRESENT,
                        ""));
    }

    @Test
    void whatSomebodyElseDidIsToldNotRepairedAndStillADrift() throws Exception {
        domain.anchor.ip(
                "route del " + PREFIX + " table 100",
                "route add unreachable 2001:db8:100:99::/64 table 100 proto 213 metric 5");
        domain.anchor.exec("nft", "flush", "map", "inet", "flowanchor", "flows");
        for (int i = 0; i < 2; i++) {
            assertThat(differences(anchorObjects()))
                    .extracting(KernelObject::kind, KernelObject::name, KernelObject::condition)
                    .containsExactlyInAnyOrder(
                            tuple("route", PREFIX + " dev fa1 table 100 metric 128", Condition.MISSING),
                            tuple("route", "unreachable 2001:db8:100:99::/64 table 100 metric 5", Condition.UNDESIRED),
                            tuple("map", "flows", Condition.MISSING));
        }
        assertThat(domain.anchor.<Boolean>call(anchor::drifted))
                .as("looking at it does not hide it")
                .isTrue();
        domain.first.ip("addr del " + Domain.GATEWAY_LINK_LOCAL + "/64 dev a0");
        assertThat(differences(gatewayObjects()))
                .contains(new KernelObject("address", Domain.GATEWAY_LINK_LOCAL + "/64 dev a0", Condition.MISSING, ""));
    }

    @Test
    void whatTheKernelRefusedIsTold() {
        AccessState state = access(FIRST, Set.of(PREFIX));
        NotTaken<AttachmentName> notTaken = domain.first.call(() -> gateway.apply(new AccessState(
                state.proxyCareOfAddress(), state.lmaAddress(), Set.of("a0", "a9"), state.terminals())));
        assertThat(notTaken.whose()).isEmpty();
        assertThat(notTaken.refusals()).containsExactly("ENODEV, link a9");
        assertThat(differences(gatewayObjects()))
                .contains(new KernelObject("refusal", "ENODEV, link a9", Condition.REFUSED, ""));
    }

    @Test
    void aFreshProcessTellsWhatItFindsBeforeItKnowsWhatIsWanted() throws KernelException {
        try (LinuxAnchorKernel fresh = newAnchor()) {
            domain.anchor.call(fresh::flows);
            List<KernelObject> found = domain.anchor.<List<KernelObject>>call(fresh::objects);
            assertThat(differences(found)).isEmpty();
            assertThat(found)
                    .contains(new KernelObject("device", "fa1", Condition.PRESENT, ""))
                    .contains(new KernelObject("map", "flows", Condition.PRESENT, "1 element"));
        }
    }
}
