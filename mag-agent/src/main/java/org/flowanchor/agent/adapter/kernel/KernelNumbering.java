package org.flowanchor.agent.adapter.kernel;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Every number and name by which a fresh process with no memory knows the kernel objects of this agent. Nothing else in the network
 * namespace may use them. The components are the operator's choice, so that others can be there too: an agent that starts with
 * others than its predecessor recognises what that one left by the groups of its devices and the form of its table's comment, which nobody
 * chooses ({@link Predecessor}), and brings it to its own.
 *
 * @param markMask bits of a packet's mark that name a gateway, {@value #LEAST_MARK_BITS} to {@value #MOST_MARK_BITS} of them anywhere
 * @param congestionMark bit of the mark that carries a congestion mark from the outer to the inner header
 * @param rulePriorityOffset added to the priorities of all rules, 0..{@value #MOST_PRIORITY_OFFSET}
 * @param routingTableOffset added to the numbers of all routing tables, 0..{@value #MOST_TABLE_OFFSET}
 * @param protocol route protocol number and rule protocol number, {@value #LEAST_PROTOCOL}..{@value #MOST_PROTOCOL} without those of others
 * @param table name of the nftables table
 * @param devicePrefix what names of tunnel devices begin with; a gateway's number follows
 */
public record KernelNumbering(
        int markMask,
        int congestionMark,
        int rulePriorityOffset,
        int routingTableOffset,
        int protocol,
        String table,
        String devicePrefix) {
    /** Room for 8,191 gateways. */
    public static final int LEAST_MARK_BITS = 13;

    /** All that gateways' numbers take, and one that is set in the mark of each of them. */
    public static final int MOST_MARK_BITS = 17;

    private static final int NUMBER_BITS = 16;
    private static final int EVERYBODYS_BIT = 1 << NUMBER_BITS;

    private static final int MAIN_PRIORITY = 32_766;
    private static final int LAST_PRIORITY = 10_001;

    public static final int MOST_PRIORITY_OFFSET = MAIN_PRIORITY - 1 - LAST_PRIORITY;

    /** Tables are numbered by interface too, so there is room above. */
    public static final int MOST_TABLE_OFFSET = 1_000_000_000;

    private static final int FIRST_KERNEL_TABLE = 253;
    private static final int LAST_KERNEL_TABLE = 255;
    private static final int DECAPSULATION_TABLE = 41;
    private static final int BINDING_TABLE = 100;

    /** Below are the kernel's own, and what it is told by hand. */
    public static final int LEAST_PROTOCOL = 5;

    public static final int MOST_PROTOCOL = 255;

    private static final int USUAL_PROTOCOL = 213;

    /** Of routing daemons, as iproute2 (rt_protos) and FRR name them. */
    private static final Set<Integer> PROTOCOLS_OF_DAEMONS = Set.of(
            8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 42, 84, 99, 186, 187, 188, 189, 190, 191, 192, 193, 194, 195, 196,
            197, 198);

    private static final String USUAL_TABLE = "flowanchor";
    /** NFT_NAME_MAXLEN, without its last zero. */
    private static final int LONGEST_TABLE = 255;
    /** As the nft program reads a name. */
    private static final Pattern TABLE = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]*");

    private static final String USUAL_PREFIX = "fa";
    private static final String DEVICE_SUFFIX = "x";
    private static final String PROBE_SUFFIX = "probe";
    /** IFNAMSIZ, without its last zero. */
    private static final int LONGEST_DEVICE = 15;

    private static final int LONGEST_PREFIX = LONGEST_DEVICE - "65535x".length();
    /** Where a number begins has to be seen. */
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z]([A-Za-z0-9_.-]*[A-Za-z_.-])?");

    /** Any agent's name of a tunnel device. */
    private static final Pattern DEVICE =
            Pattern.compile("(" + PREFIX.pattern() + ")([1-9][0-9]{0,4}" + DEVICE_SUFFIX + "?)");

    public static final KernelNumbering DEFAULT = new KernelNumbering(0x1ffff, 0x40000, 0, 0);

    /** With the usual names. */
    public KernelNumbering(int markMask, int congestionMark, int rulePriorityOffset, int routingTableOffset) {
        this(
                markMask,
                congestionMark,
                rulePriorityOffset,
                routingTableOffset,
                USUAL_PROTOCOL,
                USUAL_TABLE,
                USUAL_PREFIX);
    }

    /** The same numbers. */
    public KernelNumbering named(int itsProtocol, String itsTable, String itsDevicePrefix) {
        return new KernelNumbering(
                markMask,
                congestionMark,
                rulePriorityOffset,
                routingTableOffset,
                itsProtocol,
                itsTable,
                itsDevicePrefix);
    }

    /** @throws IllegalArgumentException naming the number that cannot be */
    public KernelNumbering {
        requireMarkMask(markMask);
        requireOneBit(congestionMark);
        if ((congestionMark & markMask) != 0) {
            throw new IllegalArgumentException(
                    "congestionMark " + hexadecimal(congestionMark) + " is a bit of markMask " + hexadecimal(markMask));
        }
        if (rulePriorityOffset < 0 || rulePriorityOffset > MOST_PRIORITY_OFFSET) {
            throw new IllegalArgumentException(rulePriorityOffset + " is not in 0.." + MOST_PRIORITY_OFFSET);
        }
        if (routingTableOffset < 0 || routingTableOffset > MOST_TABLE_OFFSET) {
            throw new IllegalArgumentException(routingTableOffset + " is not in 0.." + MOST_TABLE_OFFSET);
        }
        requireTables(routingTableOffset);
        requireProtocol(protocol);
        requireTable(table);
        requireDevicePrefix(devicePrefix);
    }

    /** Whether an agent may have it. */
    static boolean isProtocol(int protocol) {
        return protocol >= LEAST_PROTOCOL && protocol <= MOST_PROTOCOL && !PROTOCOLS_OF_DAEMONS.contains(protocol);
    }

    /** @throws IllegalArgumentException saying whose it is */
    public static void requireProtocol(int protocol) {
        if (protocol < LEAST_PROTOCOL || protocol > MOST_PROTOCOL) {
            throw new IllegalArgumentException(
                    protocol + " is not in " + LEAST_PROTOCOL + ".." + MOST_PROTOCOL + "; 0 to 4 are the kernel's own");
        }
        if (!isProtocol(protocol)) {
            throw new IllegalArgumentException(protocol + " is a routing daemon's");
        }
    }

    /** @throws IllegalArgumentException saying why it cannot be */
    public static void requireTable(String name) {
        if (!TABLE.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "must begin with a letter and go on with letters, digits, _, - and ., not \"" + name + "\"");
        }
        if (name.length() > LONGEST_TABLE) {
            throw new IllegalArgumentException(
                    "has " + name.length() + " characters; the kernel takes " + LONGEST_TABLE);
        }
    }

    /** @throws IllegalArgumentException saying why it cannot be */
    public static void requireDevicePrefix(String prefix) {
        if (!PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException(
                    "must begin with a letter, go on with letters, digits, _, - and ., and not"
                            + " end with a digit, not \"" + prefix + "\"");
        }
        if (prefix.length() > LONGEST_PREFIX) {
            throw new IllegalArgumentException("has " + prefix.length() + " characters; " + LONGEST_PREFIX
                    + " leave room for a gateway's number in the " + LONGEST_DEVICE + " of a device's name");
        }
    }

    /** @throws IllegalArgumentException saying why it cannot be */
    public static void requireMarkMask(int mask) {
        int bits = Integer.bitCount(mask);
        if (bits < LEAST_MARK_BITS || bits > MOST_MARK_BITS) {
            throw new IllegalArgumentException(
                    hexadecimal(mask) + " has " + bits + " bits, not " + LEAST_MARK_BITS + " to " + MOST_MARK_BITS);
        }
    }

    /** @throws IllegalArgumentException when it is none, or several */
    public static void requireOneBit(int mark) {
        if (Integer.bitCount(mark) != 1) {
            throw new IllegalArgumentException(hexadecimal(mark) + " is not one bit");
        }
    }

    /** @throws IllegalArgumentException when one of the kernel's own tables would be ours */
    public static void requireTables(int offset) {
        for (int table : new int[] {DECAPSULATION_TABLE + offset, BINDING_TABLE + offset}) {
            if (table >= FIRST_KERNEL_TABLE && table <= LAST_KERNEL_TABLE) {
                throw new IllegalArgumentException(offset + " makes table " + table + " the agent's; "
                        + FIRST_KERNEL_TABLE + " to " + LAST_KERNEL_TABLE + " are the kernel's own");
            }
        }
    }

    static String hexadecimal(int mark) {
        return "0x" + Integer.toHexString(mark);
    }

    /** Routes that remove outer headers. */
    int decapsulationTable() {
        return DECAPSULATION_TABLE + routingTableOffset;
    }

    /** Prefix to tunnel at the anchor, prefix to terminal at an access gateway. */
    int bindingTable() {
        return BINDING_TABLE + routingTableOffset;
    }

    /** Before the first of a table per gateway that adds its outer header. */
    int encapsulationTables() {
        return 1_000_000 + routingTableOffset;
    }

    /** Before the first of a table per gateway that makes its packets arrive on its device. */
    int arrivalTables() {
        return 2_000_000 + routingTableOffset;
    }

    /** Before the first of a table per gateway that a mark selects. */
    public int markTables() {
        return 3_000_000 + routingTableOffset;
    }

    /** Before the first of a table per access link (by interface index): source prefix to tunnel, at an access gateway. */
    int uplinkTables() {
        return 4_000_000 + routingTableOffset;
    }

    /** Rule for packets with an outer header, before the local table. */
    int decapsulationPriority() {
        return 5 + rulePriorityOffset;
    }

    /** New place of the local table. */
    int localPriority() {
        return 100 + rulePriorityOffset;
    }

    /** Rules by encapsulation device. */
    int encapsulationPriority() {
        return 900 + rulePriorityOffset;
    }

    /** First of {@link MarkTree#SPAN} priorities of rules by mark. */
    int markPriority() {
        return 1000 + rulePriorityOffset;
    }

    /** Rules for prefixes and access links, after those by mark and before the main table's. */
    int bindingPriority() {
        return 10_000 + rulePriorityOffset;
    }

    /** Number of group 0, inside the steering chain only. */
    int groupBase() {
        return 0x100000;
    }

    /** Number of class 0, inside the steering chain only. */
    int classBase() {
        return 0x200000;
    }

    /** Device group of tunnel devices. */
    int tunnelGroup() {
        return 5213;
    }

    /** Device group of encapsulation ends. */
    int encapsulationGroup() {
        return 5214;
    }

    /** Numbers of gateways are below, however many the mark has room for. */
    static final int MOST_GATEWAYS = 0xffff;

    /** Most groups and classes that the numbers leave room for. */
    static final int MOST_CLASSES = 0xfffff;

    /**
     * Bits that numbers of groups and classes take; the others tell packets of a group apart by flow label and Security Parameters Index
     * ({@link RulesByRange}), inside the steering chain only.
     */
    static final int CLASS_BITS = 0x3fffff;

    /** Where those others begin. */
    static final int TOLD_APART_SHIFT = 22;

    /** Most that can be told apart in a group. */
    static final int MOST_TOLD_APART = 0x3ff;

    /** Interface indexes that others' tables are looked at for. */
    private static final int MOST_LINKS = 0xfffff;

    /** Metric of ordinary routes. */
    static final int METRIC = 128;

    /** Metric of routes that answer for what no ordinary route matches. */
    static final int LAST_METRIC = 0x7fffffff;

    /** @param others terminals of the same prefix that are preferred: the kernel takes the lowest metric */
    static int metric(int others) {
        return METRIC + 2 * others;
    }

    /** Of what another gateway anchors: a restarted agent knows it by that, and it loses where both are. */
    static int carriedMetric(int others) {
        return metric(others) + 1;
    }

    static boolean isCarried(int metric) {
        return (metric - METRIC) % 2 != 0;
    }

    /** All bits of a packet's mark that are ours. */
    int ownMarks() {
        return markMask | congestionMark;
    }

    /** How many gateways can have a mark. */
    int mostGateways() {
        return Math.min(MOST_GATEWAYS, (1 << Integer.bitCount(markMask)) - 1);
    }

    public int mark(int gateway) {
        return mark(gateway, markMask);
    }

    /** Bits of the mark that are those of a gateway's number from {@code bit} on. */
    int markMaskFrom(int bit) {
        return Integer.expand(-(1 << bit), markMask);
    }

    /** What to do about others who use these bits of ours. */
    String remedy(int bits) {
        if ((bits & markMask) == 0) {
            return "kernel.congestionMark gives the agent another";
        }
        return (bits & congestionMark) == 0
                ? "kernel.markMask gives the agent others"
                : "kernel.markMask and kernel.congestionMark give the agent others";
    }

    /** Whether a table is one that the agent may have routes in. */
    boolean isOurs(int table) {
        return table == bindingTable()
                || isBehindTunnels(table)
                || table > markTables() && table <= markTables() + MOST_GATEWAYS
                || table > uplinkTables() && table <= uplinkTables() + MOST_LINKS;
    }

    /** Whether a table is one of those that add and remove outer headers. */
    boolean isBehindTunnels(int table) {
        return table == decapsulationTable()
                || table > encapsulationTables() && table <= encapsulationTables() + MOST_GATEWAYS
                || table > arrivalTables() && table <= arrivalTables() + MOST_GATEWAYS;
    }

    /** @param part of the packets of the group, 0 to {@link #MOST_TOLD_APART}; 0: what is not told apart has the group's own number */
    static int part(int group, int part) {
        return part << TOLD_APART_SHIFT | group;
    }

    /** @return 0 when the mark is none of a gateway */
    int gateway(int mark) {
        return gateway(mark, markMask);
    }

    /** @param mask of the process that gave the mark */
    static int gateway(int mark, int mask) {
        int number = Integer.compress(mark, mask) & MOST_GATEWAYS;
        return mark == mark(number, mask) ? number : 0;
    }

    private static int mark(int gateway, int mask) {
        return Integer.expand(EVERYBODYS_BIT | gateway, mask);
    }

    String device(int gateway) {
        return devicePrefix + gateway;
    }

    /** @return 0 when it is not the name of a tunnel device */
    int gatewayOfDevice(String name) {
        if (!name.startsWith(devicePrefix)) {
            return 0;
        }
        String number = name.substring(devicePrefix.length());
        return number.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(number) : 0;
    }

    /** @return 0 when it is not the name of an encapsulation end */
    int gatewayOfEnd(String name) {
        return name.endsWith(DEVICE_SUFFIX)
                ? gatewayOfDevice(name.substring(0, name.length() - DEVICE_SUFFIX.length()))
                : 0;
    }

    /** Of either end. */
    public boolean isTunnelDevice(String name) {
        return gatewayOfDevice(name) != 0 || gatewayOfEnd(name) != 0;
    }

    String encapsulationDevice(int gateway) {
        return device(gateway) + DEVICE_SUFFIX;
    }

    /** For trying whether the kernel makes tunnels. */
    String probeDevice() {
        return devicePrefix + PROBE_SUFFIX;
    }

    /** @return what a tunnel device of either end begins with, whoever's; null when it is none's name */
    static @Nullable String prefixOf(String device) {
        Matcher name = DEVICE.matcher(device);
        return name.matches() ? name.group(1) : null;
    }
}
