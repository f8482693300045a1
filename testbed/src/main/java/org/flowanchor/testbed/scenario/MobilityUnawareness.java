package org.flowanchor.testbed.scenario;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flowanchor.testbed.lab.LabNode;
import org.flowanchor.testbed.scenario.CheckList.Finding;

/** Counts the Mobility Headers (IPv6 Next Header 135) on the mobile node's links, both ways: it is not to know of its mobility (T-90). */
final class MobilityUnawareness {
    /** Before and after everything else: nothing is dropped or changed between the link and these hooks. */
    private static final String TABLE = """
            table ip6 unaware {
              counter mobility {}
              counter passed {}
              chain in {
                type filter hook prerouting priority -450
                iifname != "lo" meta l4proto 135 counter name mobility
                iifname != "lo" counter name passed
              }
              chain out {
                type filter hook postrouting priority 450
                oifname != "lo" meta l4proto 135 counter name mobility
                oifname != "lo" counter name passed
              }
            }
            """;

    private static final Pattern PACKETS = Pattern.compile("packets (\\d+)");

    private final Stage stage;

    private MobilityUnawareness(Stage stage) {
        this.stage = stage;
    }

    static MobilityUnawareness begin(Stage stage) {
        stage.lab().runWithInput(LabNode.MOBILE_NODE, TABLE, "nft", "-f", "-");
        return new MobilityUnawareness(stage);
    }

    Finding found() {
        long mobility = packets("mobility");
        long passed = packets("passed");
        return new Finding(
                mobility == 0 && passed > 0, "%d of %d packets of the mobile node's links".formatted(mobility, passed));
    }

    private long packets(String counter) {
        String listed = stage.lab().run(LabNode.MOBILE_NODE, "nft", "list", "counter", "ip6", "unaware", counter);
        Matcher packets = PACKETS.matcher(listed);
        if (!packets.find()) {
            throw new ScenarioException("no packets in " + listed);
        }
        return Long.parseLong(packets.group(1));
    }
}
