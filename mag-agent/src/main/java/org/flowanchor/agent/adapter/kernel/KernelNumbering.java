package org.flowanchor.agent.adapter.kernel;

/**
 * Every number and name by which a fresh process with no memory knows the kernel objects of this agent. Nothing else in the network
 * namespace may use them. The four components are the operator's choice, so that others can be there too: an agent that starts with
 * others than its predecessor recognises what that one left by the protocol number, devices and table, which nobody chooses, and brings
 * it to its own numbers.
 *
 * @param markMask bits of a packet's mark that name a gateway, {@value #LEAST_MARK_BITS} to {@value #MOST_MARK_BITS} of them anywhere
 * @param congestionMark bit of the mark that carries a congestion mark from the outer to the inner header
 * @param rulePriorityOffset added to the priorities of all rules, 0..{@value #MOST_PRIORITY_OFFSET}
 * @param routingTableOffset added to the numbers of all routing tables, 0..{@value #MOST_TABLE_OFFSET}
 */
public record KernelNumbering(int markMask, int congestionMark, int rulePriorityOffset, int routingTableOffset) {
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

    private static final String DEVICE_PREFIX = "fa";
    private static final String DEVICE_SUFFIX = "x";

    public static final KernelNumbering DEFAULT = new KernelNumbering(0x1ffff, 0x40000, 0, 0);

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

    /** Route protocol number and rule protocol number. */
    public int protocol() {
        return 213;
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

    /** The nftables table. */
    public String table() {
        return "flowanchor";
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
        return DEVICE_PREFIX + gateway;
    }

    /** @return 0 when it is not the name of a tunnel device */
    int gatewayOfDevice(String name) {
        if (!name.startsWith(DEVICE_PREFIX)) {
            return 0;
        }
        String number = name.substring(DEVICE_PREFIX.length());
        return number.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(number) : 0;
    }

    /** @return 0 when it is not the name of an encapsulation end */
    int gatewayOfEnd(String name) {
        return name.endsWith(DEVICE_SUFFIX)
                ? gatewayOfDevice(name.substring(0, name.length() - DEVICE_SUFFIX.length()))
                : 0;
    }

    /** Of either end. */
    boolean isTunnelDevice(String name) {
        return gatewayOfDevice(name) != 0 || gatewayOfEnd(name) != 0;
    }

    String encapsulationDevice(int gateway) {
        return device(gateway) + DEVICE_SUFFIX;
    }
}
