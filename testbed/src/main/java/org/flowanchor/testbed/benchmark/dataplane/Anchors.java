package org.flowanchor.testbed.benchmark.dataplane;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.flowanchor.testbed.lab.HostCommand;
import org.flowanchor.testbed.launcher.Workshop;

/**
 * Any number of anchors, each in a namespace of its own between the one sender and the one sink, which throws away what arrives.
 *
 * <pre>
 * sender c(i) -- c0 anchor(i) b0 -- s(i) sink
 * </pre>
 */
final class Anchors {
    static final String SENDER_SIDE = "c0";
    static final String BACKHAUL = "b0";

    /** Gateways that the anchors find in the sink. */
    static final int GATEWAYS = 16;

    private final Workshop workshop;
    private final String prefix;
    private int count;

    /** One anchor. */
    record Anchor(int number, String namespace) {
        String sendingDevice() {
            return "c" + number;
        }

        /** Link-layer address that the sender sends to. */
        String address() {
            return "02:00:00:0a:00:%02x".formatted(number);
        }

        private String sinkAddress() {
            return "02:00:00:0b:00:%02x".formatted(number);
        }
    }

    Anchors(Workshop workshop) {
        this.workshop = workshop;
        String free;
        do {
            free = "fad%04x-".formatted(ThreadLocalRandom.current().nextInt(0x10000));
        } while (Files.exists(Path.of("/run/netns", free + "sink")));
        prefix = free;
        make("sender");
        make("sink");
        for (String node : List.of("sender", "sink")) {
            run(
                    node,
                    "sh",
                    "-c",
                    "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6; echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6");
        }
    }

    private void make(String node) {
        workshop.onCleanup(List.of("ip", "netns", "delete", prefix + node));
        HostCommand.run(List.of("ip", "netns", "add", prefix + node));
        ip(node, "link set lo up");
    }

    /** With addresses, links and neighbours, and nothing of the product. */
    Anchor add() {
        Anchor anchor = new Anchor(++count, prefix + "a" + count);
        make("a" + count);
        inside(anchor, "sh", "-c", "echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad");
        // Devices of one pair with the same index make the kernel tell carrier late.
        HostCommand.run(List.of("ip", "-batch", "-"), """
                link add %1$s netns %2$ssender index %3$d type veth peer name c0 netns %4$s address %5$s
                link add s%6$d netns %2$ssink index %3$d address %7$s type veth peer name b0 netns %4$s
                """.formatted(
                        anchor.sendingDevice(),
                        prefix,
                        100 + count,
                        anchor.namespace(),
                        anchor.address(),
                        count,
                        anchor.sinkAddress()));
        ip("sender", "link set " + anchor.sendingDevice() + " up");
        ip("sink", "link set s" + count + " up");
        List<String> lines = new ArrayList<>(List.of(
                "link set c0 up",
                "link set b0 up",
                "address add 2001:db8:c::1/64 dev c0 nodad",
                "address add " + Population.LMA + "/64 dev b0 nodad"));
        for (int gateway = 0; gateway < GATEWAYS; gateway++) {
            lines.add("neighbour add " + Population.gateway(gateway) + " lladdr " + anchor.sinkAddress()
                    + " dev b0 nud permanent");
        }
        ip("a" + count, lines.toArray(String[]::new));
        return anchor;
    }

    private void ip(String node, String... lines) {
        HostCommand.run(List.of("ip", "-6", "-netns", prefix + node, "-batch", "-"), String.join("\n", lines) + "\n");
    }

    private String run(String node, String... command) {
        return HostCommand.run(command(prefix + node, List.of(command)));
    }

    /** Runs a command of the host inside an anchor's namespace. */
    String inside(Anchor anchor, String... command) {
        return HostCommand.run(command(anchor.namespace(), List.of(command)));
    }

    /** The words that run a command where the sender is. */
    List<String> atSender(List<String> command) {
        return command(prefix + "sender", command);
    }

    /** The words that run a command where an anchor is. */
    List<String> at(Anchor anchor, List<String> command) {
        return command(anchor.namespace(), command);
    }

    private static List<String> command(String namespace, List<String> command) {
        List<String> words = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        words.addAll(command);
        return words;
    }

    /** Packets that reached the sink by way of an anchor. */
    long arrived(Anchor anchor) {
        return counter(run("sink", "cat", "/sys/class/net/s" + anchor.number() + "/statistics/rx_packets"));
    }

    /** Packets that an anchor sent into its tunnel to a gateway. */
    long carried(Anchor anchor, int gateway) {
        return counter(inside(anchor, "cat", "/sys/class/net/fa" + (gateway + 1) + "/statistics/tx_packets"));
    }

    private static long counter(String text) {
        return Long.parseLong(text.strip());
    }
}
