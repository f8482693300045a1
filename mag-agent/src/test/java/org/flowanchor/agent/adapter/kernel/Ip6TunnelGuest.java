package org.flowanchor.agent.adapter.kernel;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.flowanchor.agent.domain.AccessState;
import org.flowanchor.agent.domain.AttachedTerminal;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;

/** An access gateway with one terminal on a machine of its own; obeys one-word commands by UDP, and ends by itself. */
final class Ip6TunnelGuest {
    static final int COMMAND_PORT = 5213;
    static final String LIMIT = "limit";
    static final String STOP = "stop";
    private static final int LONGEST_SILENCE_MILLIS = 600_000;

    private Ip6TunnelGuest() {}

    /** @param arguments backhaul interface, Proxy-CoA, LMA address, prefix, terminal's address */
    public static void main(String[] arguments) throws Exception {
        String backhaul = arguments[0];
        ProxyCareOfAddress gateway = ProxyCareOfAddress.parse(arguments[1]);
        try (Namespace terminal = new Namespace("mn");
                LinuxAccessKernel kernel = new LinuxAccessKernel(new KernelConfiguration(backhaul))) {
            run("ip link add a0 type veth peer name wlan netns " + terminal.name());
            run("ip link set a0 addrgenmode none up");
            terminal.ip(
                    "link set wlan addrgenmode none up",
                    "addr add fe80::a:1/64 dev wlan nodad",
                    "addr add " + arguments[4] + "/128 dev lo nodad",
                    "route add default via fe80::200:5eff:fe00:5213 dev wlan src " + arguments[4]);
            kernel.apply(new AccessState(
                    gateway,
                    LmaAddress.parse(arguments[2]),
                    Set.of("a0"),
                    Set.of(new AttachedTerminal(
                            "a0",
                            Ipv6Address.parse("fe80::a:1"),
                            LinkLayerIdentifier.parse("02:00:00:00:00:01"),
                            Set.of(HomeNetworkPrefix.parse(arguments[3]))))));
            obey(gateway);
        }
    }

    private static void obey(ProxyCareOfAddress gateway) throws Exception {
        InetAddress own = InetAddress.ofLiteral(gateway.toString());
        try (DatagramSocket commands = new DatagramSocket(new InetSocketAddress(own, COMMAND_PORT))) {
            commands.setSoTimeout(LONGEST_SILENCE_MILLIS);
            DatagramPacket packet = new DatagramPacket(new byte[64], 64);
            while (true) {
                commands.receive(packet);
                String command = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII);
                if (command.equals(LIMIT)) {
                    run("ip link set fa1 type ip6tnl encaplimit 4");
                }
                commands.send(packet);
                if (command.equals(STOP)) {
                    return;
                }
            }
        }
    }

    private static void run(String command) throws Exception {
        Process process = new ProcessBuilder(command.split(" ")).inheritIO().start();
        if (process.waitFor() != 0) {
            throw new IllegalStateException(command);
        }
    }
}
