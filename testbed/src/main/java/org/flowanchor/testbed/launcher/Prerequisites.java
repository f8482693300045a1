package org.flowanchor.testbed.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What must be there before anything is started; each thing that is not makes one line with its remedy. */
final class Prerequisites {
    private static final Map<String, String> PACKAGE_OF_TOOL = new LinkedHashMap<>();

    static {
        PACKAGE_OF_TOOL.put("ip", "iproute2");
        PACKAGE_OF_TOOL.put("tc", "iproute2");
        PACKAGE_OF_TOOL.put("nft", "nftables");
        PACKAGE_OF_TOOL.put("setsid", "util-linux");
        PACKAGE_OF_TOOL.put("nsenter", "util-linux");
        PACKAGE_OF_TOOL.put("unshare", "util-linux");
        PACKAGE_OF_TOOL.put("timeout", "coreutils");
        PACKAGE_OF_TOOL.put("tac", "coreutils");
    }

    private Prerequisites() {}

    /** What the launcher needs before it can even clean up after an earlier run. */
    static List<String> ofHost(List<Path> searchPath) {
        if (!System.getProperty("os.name").equals("Linux")) {
            return List.of("FlowAnchor's lab needs Linux, this is " + System.getProperty("os.name")
                    + ": run it on a Linux machine or in a Linux VM.");
        }
        List<String> missing = new ArrayList<>();
        if (!runsAsRoot()) {
            missing.add("FlowAnchor's lab needs root for network namespaces: run sudo ./run.");
        }
        PACKAGE_OF_TOOL.forEach((tool, debianPackage) -> {
            if (searchPath.stream().noneMatch(directory -> Files.isExecutable(directory.resolve(tool)))) {
                missing.add("The program " + tool + " is not there: install the package " + debianPackage
                        + " (for example apt-get install " + debianPackage + ").");
            }
        });
        return missing;
    }

    /**
     * What the lab needs of the kernel, tried in a namespace that is removed again.
     *
     * @param namespace free name; its removal is registered by the caller
     */
    static List<String> ofKernel(String namespace) {
        List<String> missing = new ArrayList<>();
        if (!Commands.run("unshare", "-U", "true").succeeded()) {
            missing.add("The kernel refuses user namespaces, which embedded PostgreSQL needs under root: "
                    + "set sysctl user.max_user_namespaces above 0, or start the container with more rights.");
        }
        Commands.Result made = Commands.run("ip", "netns", "add", namespace);
        if (!made.succeeded()) {
            missing.add("The kernel refuses network namespaces (" + firstLine(made)
                    + "): use a kernel with CONFIG_NET_NS, or start the container with --privileged.");
            return missing;
        }
        try {
            tryFeatures(namespace, missing);
        } finally {
            Commands.run("ip", "netns", "delete", namespace);
        }
        return missing;
    }

    private static void tryFeatures(String namespace, List<String> missing) {
        require(missing, "veth links", "CONFIG_VETH", ip(namespace, "link add name va type veth peer name vb"));
        require(missing, "bridges", "CONFIG_BRIDGE", ip(namespace, "link add name bridge type bridge"));
        ip(namespace, "link set va up");
        ip(namespace, "link set vb up");
        Commands.Result tunnel = ip(namespace, "-6 link add name tunnel type ip6tnl mode ip6ip6 local ::1 remote ::2");
        if (!tunnel.succeeded()) {
            require(
                    missing,
                    "IPv6-in-IPv6 tunnels (ip6tnl or SRv6 with encap.red)",
                    "CONFIG_IPV6_TUNNEL or CONFIG_IPV6_SEG6_LWTUNNEL",
                    ip(namespace, "-6 route add 2001:db8::/64 encap seg6 mode encap.red segs 2001:db8:1::1 dev va"));
        }
        require(
                missing,
                "policy routing",
                "CONFIG_IPV6_MULTIPLE_TABLES",
                ip(namespace, "-6 rule add fwmark 1 lookup 100"));
        require(
                missing,
                "the token bucket filter",
                "CONFIG_NET_SCH_TBF",
                Commands.run(("ip netns exec " + namespace
                                + " tc qdisc add dev va root tbf rate 8mbit burst 16384 limit 100000")
                        .split(" ", -1)));
        require(
                missing,
                "nftables with maps and conntrack",
                "CONFIG_NF_TABLES, CONFIG_NF_TABLES_INET, CONFIG_NF_CONNTRACK, CONFIG_NFT_CT",
                Commands.run(List.of("ip", "netns", "exec", namespace, "nft", "-f", "-"), """
                        table inet flowanchor_probe {
                          map marks {
                            type ipv6_addr : mark
                          }
                          chain forward {
                            type filter hook prerouting priority mangle;
                            ct state new counter
                            meta mark set ip6 daddr map @marks
                          }
                        }
                        """));
    }

    /** Which of the ports that this launcher will use are taken, and by whom. */
    static List<String> ofPorts(Ports ports) {
        InetAddress loopback = address("127.0.0.1");
        InetAddress any = address("::");
        List<String> taken = new ArrayList<>();
        check(taken, loopback, ports.policyRest(), "policy-service REST");
        check(taken, loopback, ports.bindingRest(), "binding-service REST");
        check(taken, loopback, ports.flowRest(), "flow-manager REST");
        check(taken, any, ports.bindingGrpc(), "binding-service gRPC");
        check(taken, any, ports.flowGrpc(), "flow-manager gRPC");
        check(taken, loopback, ports.postgres(), "PostgreSQL");
        check(taken, loopback, ports.kafka(), "Kafka");
        check(taken, loopback, ports.kafkaController(), "Kafka's controller");
        return taken;
    }

    /** Whether the effective user is root. */
    static boolean runsAsRoot() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .anyMatch(line -> line.matches("Uid:\\s+\\d+\\s+0\\s.*"));
        } catch (IOException unknown) {
            return "root".equals(System.getProperty("user.name"));
        }
    }

    private static void check(List<String> taken, InetAddress address, int port, String what) {
        if (PortHolder.free(address, port)) {
            return;
        }
        taken.add("Port " + port + " (" + what + ") is taken by "
                + PortHolder.of(port)
                        .map(holder -> "process " + holder.pid() + " (" + holder.command() + "): stop it with kill "
                                + holder.pid() + ".")
                        .orElse("another process: stop it."));
    }

    private static Commands.Result ip(String namespace, String arguments) {
        return Commands.run(("ip -n " + namespace + " " + arguments).split(" ", -1));
    }

    private static void require(List<String> missing, String feature, String option, Commands.Result result) {
        if (!result.succeeded()) {
            missing.add("The kernel lacks " + feature + " (" + firstLine(result) + "): use one with " + option
                    + ", or load its module.");
        }
    }

    private static String firstLine(Commands.Result result) {
        return result.output().lines().findFirst().orElse("exit code " + result.exitCode());
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException impossible) {
            throw new IllegalArgumentException(literal, impossible);
        }
    }
}
