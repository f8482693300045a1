package org.flowanchor.testbed.mobilenode;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.testbed.lab.Access;
import org.flowanchor.testbed.lab.Lab;
import org.flowanchor.testbed.lab.LabException;
import org.flowanchor.testbed.lab.LabNode;
import org.flowanchor.testbed.mobilenode.LogicalInterface.SubInterface;

/**
 * An ordinary host: its kernel solicits routers on both links and learns default routes from their advertisements. The address of an
 * announced prefix is put on the logical interface {@code lif0}, never on a link, so sockets survive the loss of any link.
 *
 * <p>Uplink follows downlink: a packet that comes in on a link sets the mark of its connection, and the replies leave by the table
 * of that mark. A table whose link is down is empty, so its flows go the other way by the main table.
 *
 * <p>Traps: without {@code nodad} the address is unusable at first; {@code autoconf=0} must keep prefixes from the links, while the
 * kernel still reports them; a route through a link without carrier counts unless told otherwise.
 */
public final class MobileNode implements AutoCloseable {
    /** The interface that carries the mobile node's addresses. */
    public static final String LOGICAL_INTERFACE = "lif0";

    private static final int RULE_PRIORITY = 1000;
    private static final int TABLE = 200;

    private static final String REFLECTOR = """
            table inet reflector {
              chain learn {
                type filter hook prerouting priority mangle
                iifname "wlan" ct mark != 1 ct mark set 1
                iifname "lte" ct mark != 2 ct mark set 2
              }
              chain reflect {
                type route hook output priority mangle
                ct mark != 0 meta mark set ct mark
              }
            }
            """;

    private final Lab lab;
    private final Process monitor;
    private final Thread reader;
    private final CountDownLatch listens = new CountDownLatch(1);
    // Written by the reader alone; read under the lock by others.
    private final Map<Access, SubInterface> subInterfaces = new EnumMap<>(Access.class);
    private final Set<Ipv6Address> addresses = new HashSet<>();
    private final Queue<String> overtaken = new ConcurrentLinkedQueue<>();

    private MobileNode(Lab lab, Process monitor) {
        this.lab = lab;
        this.monitor = monitor;
        this.reader = Thread.ofPlatform().name("mobile-node").daemon().unstarted(this::read);
    }

    /**
     * Configures the host in the lab's mobile node namespace and starts following its kernel; its links stay down.
     *
     * @throws LabException when the host refuses, or the kernel's events cannot be followed
     */
    public static MobileNode start(Lab lab) {
        configure(lab);
        Process monitor;
        try {
            // The shell ends the monitor when its input ends, so it goes with this process, however that ends.
            monitor = new ProcessBuilder(lab.inside(
                            LabNode.MOBILE_NODE,
                            List.of(
                                    "sh",
                                    "-c",
                                    "exec 3<&0; ip -6 monitor link prefix route 2>&1 & cat <&3 >/dev/null; kill $!")))
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("ip monitor", e);
        }
        MobileNode node = new MobileNode(lab, monitor);
        node.reader.start();
        node.awaitListening();
        return node;
    }

    /** What the mobile node knows now. */
    public LogicalInterface logicalInterface() {
        synchronized (subInterfaces) {
            return new LogicalInterface(addresses, subInterfaces);
        }
    }

    /** Events that could not be followed, in words; on a quiet node there are none. */
    public List<String> overtaken() {
        return List.copyOf(overtaken);
    }

    /** Stops following the kernel; what is configured stays until the lab is removed. */
    @Override
    public void close() {
        try {
            // The shell sees its input end and ends the monitor; killing the shell would leave the monitor behind.
            monitor.getOutputStream().close();
            if (!monitor.waitFor(5, TimeUnit.SECONDS)) {
                monitor.descendants().forEach(ProcessHandle::destroyForcibly);
                monitor.destroyForcibly();
            }
            reader.join(TimeUnit.SECONDS.toMillis(5));
        } catch (IOException e) {
            // Closed already.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void configure(Lab lab) {
        lab.sysctl(
                LabNode.MOBILE_NODE,
                "ipv6/conf/all/ignore_routes_with_linkdown=1",
                "ipv6/conf/default/ignore_routes_with_linkdown=1");
        StringBuilder rules = new StringBuilder();
        for (Access access : Access.values()) {
            String settings = "ipv6/conf/" + access.mobileNodeInterface() + "/";
            lab.sysctl(
                    LabNode.MOBILE_NODE,
                    settings + "accept_ra=2",
                    settings + "autoconf=0",
                    settings + "router_solicitation_delay=0",
                    settings + "ra_defrtr_metric=" + access.index() * 100,
                    settings + "ignore_routes_with_linkdown=1");
            rules.append("rule add pref ")
                    .append(RULE_PRIORITY + access.index())
                    .append(" fwmark ")
                    .append(access.index())
                    .append(" lookup ")
                    .append(table(access))
                    .append('\n');
        }
        lab.ip(
                LabNode.MOBILE_NODE,
                "link add " + LOGICAL_INTERFACE + " type bridge",
                "link set " + LOGICAL_INTERFACE + " addrgenmode none",
                "link set " + LOGICAL_INTERFACE + " gso_max_segs 1",
                "link set " + LOGICAL_INTERFACE + " up",
                rules.toString().strip());
        lab.runWithInput(LabNode.MOBILE_NODE, REFLECTOR, "nft", "-f", "-");
    }

    /** The monitor prints nothing when it is ready: a marker route is added until its echo is seen. */
    private void awaitListening() {
        String marker = LinkEvent.MARKER + "/128 dev lo table " + TABLE;
        try {
            for (int attempt = 0; attempt < 100; attempt++) {
                lab.ip(LabNode.MOBILE_NODE, "route add " + marker, "route delete " + marker);
                if (listens.await(50, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close();
        throw new LabException("ip monitor does not report the mobile node's events");
    }

    private void read() {
        try (BufferedReader lines = monitor.inputReader()) {
            String line;
            while ((line = lines.readLine()) != null) {
                Optional<LinkEvent> event = LinkEvent.parse(line);
                if (event.isPresent()) {
                    followWhileTrue(event.get());
                }
            }
        } catch (IOException e) {
            // The monitor ended: the mobile node is being closed.
        }
    }

    /** An event may be overtaken: the link it speaks of went away before it was read, and the event that says so comes next. */
    private void followWhileTrue(LinkEvent event) {
        try {
            follow(event);
        } catch (LabException e) {
            overtaken.add(e.getMessage());
        }
    }

    private void follow(LinkEvent event) {
        switch (event) {
            case LinkEvent.MonitorListens ignored -> listens.countDown();
            case LinkEvent.LinkChanged changed -> {
                SubInterface now = subInterface(changed.access());
                if (now.up() && !changed.up()) {
                    // What was announced on a lost link is announced anew when it is back.
                    remember(changed.access(), SubInterface.UNKNOWN);
                } else {
                    remember(changed.access(), new SubInterface(changed.up(), now.router(), now.prefixes()));
                }
            }
            case LinkEvent.RouterLearned learned -> {
                lab.ip(
                        LabNode.MOBILE_NODE,
                        "route replace default via " + learned.router() + " dev "
                                + learned.access().mobileNodeInterface() + " table " + table(learned.access()));
                SubInterface now = subInterface(learned.access());
                remember(learned.access(), new SubInterface(now.up(), Optional.of(learned.router()), now.prefixes()));
            }
            case LinkEvent.RouterLost lost -> {
                lab.ip(LabNode.MOBILE_NODE, "route flush table " + table(lost.access()));
                SubInterface now = subInterface(lost.access());
                remember(lost.access(), new SubInterface(now.up(), Optional.empty(), now.prefixes()));
            }
            case LinkEvent.PrefixAnnounced announced -> follow(announced);
        }
    }

    private void follow(LinkEvent.PrefixAnnounced announced) {
        SubInterface now = subInterface(announced.access());
        Set<HomeNetworkPrefix> prefixes = new HashSet<>(now.prefixes());
        if (announced.withdrawn()) {
            prefixes.remove(announced.prefix());
        } else {
            prefixes.add(announced.prefix());
            // The address outlives the announcement: an ordinary host keeps it for the announced lifetime.
            Ipv6Address address = addressIn(announced.prefix());
            lab.ip(LabNode.MOBILE_NODE, "address replace " + address + "/128 dev " + LOGICAL_INTERFACE + " nodad");
            synchronized (subInterfaces) {
                addresses.add(address);
            }
        }
        remember(announced.access(), new SubInterface(now.up(), now.router(), prefixes));
    }

    private SubInterface subInterface(Access access) {
        return subInterfaces.getOrDefault(access, SubInterface.UNKNOWN);
    }

    private void remember(Access access, SubInterface row) {
        synchronized (subInterfaces) {
            subInterfaces.put(access, row);
        }
    }

    private static Ipv6Address addressIn(HomeNetworkPrefix prefix) {
        return new Ipv6Address(prefix.address().high(), prefix.address().low() | 2);
    }

    private static int table(Access access) {
        return TABLE + access.index();
    }
}
