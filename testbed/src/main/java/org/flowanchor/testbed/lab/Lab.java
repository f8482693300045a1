package org.flowanchor.testbed.lab;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LmaAddress;

/**
 * Correspondent node, anchor, backhaul, two gateways and a mobile node, each a network namespace of this host.
 *
 * <pre>
 * cn c0 -- c0 anchor b0 -- bridge -- b0 wlan a0 -- wlan mn
 *                             \---- b0 lte  a0 -- lte  mn
 * </pre>
 *
 * A management bridge in the root namespace reaches anchor and gateways (interface m0) for their control channels; it never carries
 * user traffic. Access links are down on the mobile node's side until {@link #linkUp}.
 *
 * <p>Traps: segmentation offload would turn several TCP segments into one packet that the shaper counts once, so the sending stacks
 * are told one segment per packet; duplicate address detection is off, or addresses would be unusable for their first second.
 */
public final class Lab implements AutoCloseable {
    /** The correspondent node's address. */
    public static final Ipv6Address CORRESPONDENT_NODE = Ipv6Address.parse("2001:db8:c::2");

    public static final LmaAddress LMA_ADDRESS = new LmaAddress(Ipv6Address.parse("2001:db8:b::1"));

    /** Where home network prefixes come from; routed towards the anchor. */
    public static final HomeNetworkPrefix POOL = HomeNetworkPrefix.parse("2001:db8:100::/40");

    /** Nodes that run an agent, in the order of their management addresses from ::2. */
    static final List<LabNode> MANAGED = List.of(LabNode.ANCHOR, LabNode.WLAN_GATEWAY, LabNode.LTE_GATEWAY);

    private static final Path NAMESPACES = Path.of("/run/netns");
    private static final Path RECEIVE_BUFFER_MAX = Path.of("/proc/sys/net/core/rmem_max");
    private static final int RECEIVE_BUFFER = 4 << 20;
    private static final int TBF_BURST_BYTES = 16_384;

    private final LabNames names;
    private final LabShape shape;
    private int nextIndex = 10;

    private Lab(LabNames names, LabShape shape) {
        this.names = names;
        this.shape = shape;
    }

    /**
     * Builds a lab under names nobody uses.
     *
     * @param cleanup told how to remove each thing before it is made
     * @throws LabException when the host refuses; what was made is removed
     */
    public static Lab create(LabShape shape, Cleanup cleanup) {
        LabNames names = freeNames();
        names.removal().forEach(cleanup::register);
        allowReceiveBuffers(cleanup);
        Lab lab = new Lab(names, shape);
        try {
            lab.build();
        } catch (RuntimeException e) {
            lab.close();
            throw e;
        }
        return lab;
    }

    public LabNames names() {
        return names;
    }

    public LabShape shape() {
        return shape;
    }

    /** {@code command} to be run inside the node's network namespace. */
    public List<String> inside(LabNode node, List<String> command) {
        List<String> all = new ArrayList<>(List.of("nsenter", "--net=" + NAMESPACES.resolve(names.namespace(node))));
        all.addAll(command);
        return all;
    }

    /** Runs {@code command} inside the node to its end and returns its output. */
    public String run(LabNode node, String... command) {
        return HostCommand.run(inside(node, List.of(command)));
    }

    /** Runs {@code command} with {@code input} inside the node to its end and returns its output. */
    public String runWithInput(LabNode node, String input, String... command) {
        return HostCommand.run(inside(node, List.of(command)), input);
    }

    /** Address at which the host's services are reached from agents. */
    public Ipv6Address managementAddress() {
        return names.managementAddress(1);
    }

    /** Address at which the agent of a node is reached from the host. */
    public Ipv6Address managementAddress(LabNode node) {
        int position = MANAGED.indexOf(node);
        if (position < 0) {
            throw new IllegalArgumentException(node + " has no agent");
        }
        return names.managementAddress(position + 2);
    }

    /** The mobile node's radio on this access is switched on. */
    public void linkUp(Access access) {
        ip(LabNode.MOBILE_NODE, "link set " + access.mobileNodeInterface() + " up");
    }

    /** The radio is lost: the interface goes down, and the gateway's access link loses its carrier. */
    public void linkDown(Access access) {
        ip(LabNode.MOBILE_NODE, "link set " + access.mobileNodeInterface() + " down");
    }

    /** Applies lines of {@code ip} arguments inside a node in one call. */
    public void ip(LabNode node, String... lines) {
        runWithInput(node, String.join("\n", lines) + "\n", "ip", "-6", "-batch", "-");
    }

    /** Writes values under /proc/sys/net of the node, in one call. */
    public void sysctl(LabNode node, String... assignments) {
        StringBuilder script = new StringBuilder("set -e\n");
        for (String assignment : assignments) {
            String[] parts = assignment.split("=", 2);
            script.append("echo ")
                    .append(parts[1])
                    .append(" > /proc/sys/net/")
                    .append(parts[0])
                    .append('\n');
        }
        runWithInput(node, script.toString(), "sh", "-s");
    }

    /** Removes everything that carries this lab's names; nothing is left even when it was never complete. */
    @Override
    public void close() {
        for (List<String> command : names.removal()) {
            try {
                HostCommand.run(command);
            } catch (LabException e) {
                // Not there, or gone with its namespace: that is what was wanted.
            }
        }
    }

    /**
     * Receivers ask for half of 8 MiB, which the kernel doubles; a host that grants less is told to, until the cleanup. Inside a network
     * namespace of somebody else's the limit cannot be seen; receivers then say whether it was enough.
     */
    private static void allowReceiveBuffers(Cleanup cleanup) {
        if (!Files.exists(RECEIVE_BUFFER_MAX)) {
            return;
        }
        // In one read: the kernel gives such a file once, and Files.readString would take its first character alone.
        try (InputStream limit = Files.newInputStream(RECEIVE_BUFFER_MAX)) {
            long granted = Long.parseLong(new String(limit.readNBytes(32), StandardCharsets.US_ASCII).strip());
            if (granted < RECEIVE_BUFFER) {
                cleanup.register(List.of("sysctl", "-q", "-w", "net.core.rmem_max=" + granted));
                Files.writeString(RECEIVE_BUFFER_MAX, Integer.toString(RECEIVE_BUFFER));
            }
        } catch (IOException e) {
            throw new LabException(RECEIVE_BUFFER_MAX + ": " + e.getMessage());
        }
    }

    private static LabNames freeNames() {
        for (int attempt = 0; attempt < 100; attempt++) {
            LabNames names = new LabNames(ThreadLocalRandom.current().nextInt(1, 0x10000));
            boolean free = Collections.disjoint(namespaces(), namespacesOf(names))
                    && !Files.exists(Path.of("/sys/class/net", names.managementBridge()));
            if (free) {
                return names;
            }
        }
        throw new LabException("no free lab number on this host: remove old namespaces named fa????-*");
    }

    private static List<String> namespaces() {
        String[] entries = NAMESPACES.toFile().list();
        return entries == null ? List.of() : List.of(entries);
    }

    private static List<String> namespacesOf(LabNames names) {
        List<String> all = new ArrayList<>();
        for (LabNode node : LabNode.values()) {
            all.add(names.namespace(node));
        }
        return all;
    }

    private void build() {
        StringBuilder namespaces = new StringBuilder();
        for (LabNode node : LabNode.values()) {
            namespaces.append("netns add ").append(names.namespace(node)).append('\n');
        }
        HostCommand.run(List.of("ip", "-batch", "-"), namespaces.toString());
        for (LabNode node : LabNode.values()) {
            // Before any interface exists: new ones start with these.
            sysctl(
                    node,
                    "ipv6/conf/all/accept_dad=0",
                    "ipv6/conf/default/accept_dad=0",
                    "ipv6/conf/default/accept_ra=0");
        }
        HostCommand.run(List.of("ip", "-batch", "-"), links());
        ip(
                LabNode.BACKHAUL,
                "link add br0 type bridge",
                "link set br0 up",
                "link set p0 master br0",
                "link set p1 master br0",
                "link set p2 master br0",
                "link set p0 up",
                "link set p1 up",
                "link set p2 up");
        ip(
                LabNode.CORRESPONDENT_NODE,
                "link set lo up",
                "link set c0 gso_max_segs 1",
                "link set c0 up",
                "address add " + CORRESPONDENT_NODE + "/64 dev c0 nodad",
                "route add default via 2001:db8:c::1 dev c0");
        ip(
                LabNode.ANCHOR,
                "link set lo up",
                "link set c0 up",
                "link set b0 up",
                "link set m0 up",
                "address add 2001:db8:c::1/64 dev c0 nodad",
                "address add " + LMA_ADDRESS + "/64 dev b0 nodad",
                "address add " + managementAddress(LabNode.ANCHOR) + "/64 dev m0 nodad");
        for (Access access : Access.values()) {
            buildAccess(access);
        }
    }

    private void buildAccess(Access access) {
        LabNode gateway = access.gateway();
        ip(
                gateway,
                "link set lo up",
                "link set b0 up",
                "link set m0 up",
                "address add " + access.proxyCareOfAddress() + "/64 dev b0 nodad",
                "address add " + managementAddress(gateway) + "/64 dev m0 nodad");
        ip(LabNode.MOBILE_NODE, "link set lo up", "link set " + access.mobileNodeInterface() + " gso_max_segs 1");
        run(gateway, shaper(access, Access.ACCESS_LINK));
        run(LabNode.MOBILE_NODE, shaper(access, access.mobileNodeInterface()));
        ip(gateway, "link set " + Access.ACCESS_LINK + " up");
    }

    private String[] shaper(Access access, String device) {
        return ("tc qdisc add dev " + device + " root tbf rate " + shape.bitsPerSecond(access) + "bit burst "
                        + TBF_BURST_BYTES + " limit " + shape.queueBytes(access))
                .split(" ");
    }

    /** All links, each created with both ends where they belong. */
    private String links() {
        List<String> lines = new ArrayList<>();
        lines.add("link add " + names.managementBridge() + " type bridge");
        lines.add("link set " + names.managementBridge() + " up");
        lines.add("address add " + managementAddress() + "/64 dev " + names.managementBridge() + " nodad");
        for (LabNode node : MANAGED) {
            String port = names.managementPort(node);
            lines.add("link add " + port + " type veth peer name m0 netns " + names.namespace(node));
            lines.add("link set " + port + " master " + names.managementBridge() + " up");
        }
        lines.add(pair(LabNode.CORRESPONDENT_NODE, "c0", "", LabNode.ANCHOR, "c0", ""));
        lines.add(pair(LabNode.ANCHOR, "b0", "", LabNode.BACKHAUL, "p0", ""));
        for (Access access : Access.values()) {
            lines.add(pair(access.gateway(), "b0", "", LabNode.BACKHAUL, "p" + access.index(), ""));
            lines.add(pair(
                    access.gateway(),
                    Access.ACCESS_LINK,
                    "address " + access.gatewayMac(),
                    LabNode.MOBILE_NODE,
                    access.mobileNodeInterface(),
                    "address " + access.mobileNodeMac()));
        }
        return String.join("\n", lines) + "\n";
    }

    private String pair(
            LabNode near, String nearDevice, String nearMore, LabNode far, String farDevice, String farMore) {
        return "link add %s netns %s mtu 1500 %s type veth peer name %s netns %s mtu 1500 %s"
                .formatted(nearDevice, names.namespace(near), nearMore, farDevice, names.namespace(far), farMore);
    }
}
