package org.flowanchor.testbed.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.flowanchor.testbed.lab.CarriedTraffic.Count;
import org.flowanchor.testbed.lab.CarriedTraffic.Protocol;
import org.flowanchor.testbed.lab.CarriedTraffic.Reading;
import org.junit.jupiter.api.Test;

class CountersTest {
    private static String set(String elements) {
        return "{\"nftables\": [{\"metainfo\": {\"version\": \"1.0.6\"}}, {\"set\": {\"family\": \"inet\", \"name\": \"received\", "
                + "\"table\": \"lab\", \"size\": 4096" + elements + "}}]}";
    }

    @Test
    void readsCountersByInterfaceProtocolAndPort() {
        Reading reading = CarriedTraffic.parse(
                set(
                        ", \"elem\": [{\"elem\": {\"val\": {\"concat\": [\"wlan\", \"udp\", 6000]}, \"counter\": {\"packets\": 3, \"bytes\": 300}}}, "
                                + "{\"elem\": {\"val\": {\"concat\": [\"lte\", \"tcp\", 5201]}, \"counter\": {\"packets\": 5, \"bytes\": 7000}}}]"));
        assertThat(reading.of(Access.WLAN, Protocol.UDP, 6000)).isEqualTo(new Count(3, 300));
        assertThat(reading.of(Access.LTE, Protocol.TCP, 5201)).isEqualTo(new Count(5, 7000));
        assertThat(reading.of(Access.LTE, Protocol.UDP, 6000)).isEqualTo(Count.NONE);
        assertThat(reading.of(Access.LTE)).isEqualTo(new Count(5, 7000));
    }

    @Test
    void readsASetThatCountedNothingYet() {
        assertThat(CarriedTraffic.parse(set("")).counts()).isEmpty();
    }

    @Test
    void readsAShaperAndItsLossRatio() {
        ShapedLink link = ShapedLink.parse(
                "[{\"kind\":\"tbf\",\"handle\":\"8001:\",\"root\":true,\"options\":{},\"bytes\":1000,\"packets\":75,"
                        + "\"drops\":25,\"overlimits\":9,\"requeues\":0,\"backlog\":1500,\"qlen\":1}]");
        assertThat(link).isEqualTo(new ShapedLink(75, 1000, 25, 1500));
        assertThat(link.lossRatio()).isEqualTo(0.25);
        assertThat(link.since(new ShapedLink(70, 900, 25, 3000))).isEqualTo(new ShapedLink(5, 100, 0, 1500));
    }

    @Test
    void aLinkWithoutShaperIsNamed() {
        assertThatThrownBy(() -> ShapedLink.parse("[{\"kind\":\"noqueue\"}]"))
                .isInstanceOf(LabException.class)
                .hasMessageContaining("not shaped");
    }
}
