package org.flowanchor.agent.adapter.kernel;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import org.flowanchor.agent.adapter.kernel.SteeringElements.AccessKey;
import org.flowanchor.agent.adapter.kernel.SteeringElements.ClassKey;
import org.flowanchor.agent.adapter.kernel.SteeringElements.RangeKey;
import org.flowanchor.agent.application.AnchorKernel.SizedMap;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.domain.TrackingAdmission;
import org.flowanchor.agent.linux.ffm.Errno;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.netlink.Netlink;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;
import org.flowanchor.agent.linux.nftables.SetElement;
import org.flowanchor.agent.linux.nftables.TableReader;
import org.flowanchor.agent.linux.nftables.TableShape;
import org.flowanchor.agent.linux.nftables.Transaction;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.jspecify.annotations.Nullable;

/**
 * Brings the steering table to its desired state, each time in one transaction; moves flows by replacing an element of each. The socket
 * and the transaction's memory are kept, so a move allocates next to nothing.
 *
 * <p>The kernel says that somebody made an nftables transaction, not where. Others may make one every second, and reading all elements takes
 * seconds where they are very many: then rules, chains and sets are compared each time, and elements so seldom that it takes a twentieth of
 * the time. Whoever changed an element meanwhile is found later, or by the transaction that the kernel refuses for it.
 */
final class SteeringDriver implements AutoCloseable {
    /** What a packet has that follows its binding. */
    static final int NO_MARK = 0;

    private static final long RENEWAL_NANOS = 5_000_000_000L;

    /** What takes no longer is read each time. */
    private static final long SHORT_READING_NANOS = 250_000_000L;

    /** Reading may take one in so many parts of the time. */
    private static final int READING_SHARE = 20;

    private final KernelConfiguration configuration;
    private final NetlinkSocket socket;
    private final TableReader reader;
    private final Transaction transaction;
    private final String table;

    private final LongSupplier nanoTime;
    private final SteeringSizes sizes;
    private final SteeringMap<FiveTuple, Integer> flows;
    private final SteeringMap<Network, Integer> groups;
    private final SteeringMap<RangeKey, Integer> labels;
    private final SteeringMap<RangeKey, Integer> indexes;
    private final SteeringMap<ClassKey, Integer> classes;
    private final SteeringMap<AccessKey, Integer> accesses;
    private final SteeringMap<HomeNetworkPrefix, Boolean> pools;
    private final SteeringMap<Integer, String> names;
    private final List<SteeringMap<?, ?>> all;

    private SteeringRuleset ruleset;
    private boolean observed;
    /** Not read since the last {@link #apply}: what a reading takes in between is not put right yet. */
    private boolean settled;
    /** Somebody made a transaction since elements were read. */
    private boolean unread;

    private long readingEnded;
    private long readingTook;

    private @Nullable TrackingAdmission admitted;
    private long admittedNanos;
    private int generation;
    private final OwnTable own;
    /** Name of the table that is there in place of ours; null: none. */
    private @Nullable String former;

    /** The kernel did not let us put its rules right where they are. */
    private boolean makeAnew;
    /** Somebody else changed what we had left, seen when it was read. */
    private boolean changedByOthers;

    /** How many networks of each width are desired to have a group; null: not applied yet. */
    private @Nullable Widths widths;

    private int groupsWithoutRoom;

    SteeringDriver(KernelConfiguration configuration, SteeringSizes sizes, LongSupplier nanoTime)
            throws SystemCallException {
        this.nanoTime = nanoTime;
        table = configuration.numbering().table();
        this.configuration = configuration;
        this.sizes = sizes;
        flows = whole(SteeringRuleset.FLOWS, SteeringElements.FLOWS);
        groups = new SteeringMap<>(
                SteeringRuleset.GROUPS, SteeringElements.GROUPS, sizes.groups(), Comparator.naturalOrder());
        labels = whole(SteeringRuleset.LABELS, SteeringElements.RANGES);
        indexes = whole(SteeringRuleset.INDEXES, SteeringElements.RANGES);
        classes = whole(SteeringRuleset.CLASSES, SteeringElements.CLASSES);
        accesses = new SteeringMap<>(
                SteeringRuleset.ACCESSES, SteeringElements.ACCESSES, sizes.accesses(), Comparator.naturalOrder());
        pools = new SteeringMap<>(
                SteeringRuleset.POOLS, SteeringElements.POOLS, sizes.pools() / 2, Comparator.naturalOrder());
        names = new SteeringMap<>(
                SteeringRuleset.NAMES, SteeringElements.NAMES, sizes.names(), Comparator.naturalOrder());
        all = List.of(flows, groups, labels, indexes, classes, accesses, pools, names);
        ruleset = new SteeringRuleset(configuration, TunnelKind.IP6TNL, 0, sizes);
        socket = NetlinkSocket.open(Netlink.NETLINK_NETFILTER);
        reader = new TableReader(socket, table);
        own = new OwnTable(table, reader);
        transaction = new Transaction(table);
    }

    /** Whoever fills it knows its size: flows are counted one by one, rules by group ({@link GroupRules}). */
    private static <K, V> SteeringMap<K, V> whole(String name, SteeringMap.Codec<K, V> codec) {
        return new SteeringMap<>(name, codec, Integer.MAX_VALUE, (one, other) -> {
            throw new IllegalStateException(name + " has no order");
        });
    }

    /**
     * Tells what the table's rules depend on; before anything else is called.
     *
     * @param tunnels how they are made
     * @param connections most that the kernel tracks
     */
    void use(TunnelKind tunnels, long connections) {
        ruleset = new SteeringRuleset(configuration, tunnels, connections, sizes);
    }

    /**
     * Reads the table when what is known of it may be wrong. Changes nothing.
     *
     * @return whether it was read since the last {@link #apply}
     */
    boolean refresh() throws KernelException, SystemCallException {
        if (observed && isAsLeft()) {
            return !settled;
        }
        boolean known = observed && settled;
        observed = false;
        settled = false;
        long began = nanoTime.getAsLong();
        try {
            generation = reader.generation();
            own.read();
            former = own.former(socket);
        } catch (SystemCallException e) {
            throw new KernelException("the kernel has no nf_tables: " + e.getMessage(), e);
        }
        TableReader present = former == null ? reader : new TableReader(socket, former);
        boolean changed = own.wasChanged();
        for (SteeringMap<?, ?> map : all) {
            Map<?, ?> before = map.actual();
            // Also of a table with other rules: what it says stays in force when its successor takes its place.
            if (own.present() == null && former == null) {
                map.observeEmpty();
            } else {
                map.observe(present);
            }
            changed |= !map.actual().equals(before);
        }
        translateMarks(former == null ? own.comment() : present.comment());
        changedByOthers |= known && changed;
        observed = true;
        unread = false;
        readingEnded = nanoTime.getAsLong();
        readingTook = readingEnded - began;
        return true;
    }

    /** Whether nothing was changed since the last reading but by us, as far as has to be looked now. */
    private boolean isAsLeft() throws SystemCallException {
        int now = reader.generation();
        if (now != generation) {
            if (!settled || isTimeToRead()) {
                return false;
            }
            own.read();
            if (!own.isAsLeft(ruleset.comment())) {
                return false;
            }
            generation = now;
            unread = true;
        }
        return !unread || !isTimeToRead();
    }

    private boolean isTimeToRead() {
        return readingTook <= SHORT_READING_NANOS || nanoTime.getAsLong() - readingEnded >= READING_SHARE * readingTook;
    }

    /** What an earlier process with other marks left: its table will be replaced, and whom its entries name is as true as ever. */
    private void translateMarks(@Nullable String comment) {
        int mask = SteeringRuleset.markMask(comment);
        if (comment == null || mask == configuration.numbering().markMask()) {
            return;
        }
        translateMarks(flows.actual(), mask);
        translateMarks(accesses.actual(), mask);
    }

    private <K> void translateMarks(Map<K, Integer> marks, int mask) {
        KernelNumbering numbering = configuration.numbering();
        marks.replaceAll((key, mark) -> {
            int gateway = KernelNumbering.gateway(mark, mask);
            return gateway <= numbering.mostGateways() ? numbering.mark(gateway) : numbering.mark(0);
        });
    }

    /** Whether somebody else had changed the table or its elements when it was read. Told once. */
    boolean wasChanged() {
        boolean was = changedByOthers;
        changedByOthers = false;
        return was;
    }

    /** Whether the table is as the last {@link #apply}, and the moves since, left it. */
    boolean intact() throws SystemCallException {
        return observed && settled && isAsLeft();
    }

    /** @throws KernelException when a rule in somebody else's table writes a bit of our marks, naming the rule */
    void refuseForeignMarks(int mask) throws KernelException, SystemCallException {
        ForeignMarks.refuse(socket, configuration.numbering(), mask);
    }

    /** Lets connection tracking see what {@code admission} says, for a while; nothing where the table is not there yet. */
    void admit(TrackingAdmission admission) throws SystemCallException {
        if (!isThere()) {
            return;
        }
        boolean metered = !reader.elements(TrackingRuleset.METERING).isEmpty();
        long now = System.nanoTime();
        if (admission == admitted
                && metered == (admission != TrackingAdmission.KNOWN_ONLY)
                && now - admittedNanos < RENEWAL_NANOS) {
            return;
        }
        TrackingRuleset.admit(admission, transaction);
        try {
            transaction.commit(socket);
        } catch (SystemCallException e) {
            observed = false;
            throw e;
        }
        generation++;
        admitted = admission;
        admittedNanos = now;
    }

    /** The table and its maps, by their numbers of elements: a map is read only when something changed since, it may be large. */
    void compare(KernelComparison comparison) throws SystemCallException {
        Widths inUse = widths == null ? Widths.of(groups.actual().keySet()) : widths;
        own.compare(ruleset.comment(), ruleset.shape(inUse.present()), comparison);
        boolean unchanged = observed && !unread && reader.generation() == generation;
        for (SteeringMap<?, ?> map : all) {
            if (unchanged) {
                map.describe(comparison);
            } else {
                map.compare(reader, comparison);
            }
        }
    }

    void invalidate() {
        observed = false;
    }

    Map<FiveTuple, Integer> flows() {
        return flows.actual();
    }

    Map<RangeKey, Integer> labels() {
        return labels.actual();
    }

    Map<RangeKey, Integer> indexes() {
        return indexes.actual();
    }

    Map<ClassKey, Integer> classes() {
        return classes.actual();
    }

    Map<AccessKey, Integer> accesses() {
        return accesses.actual();
    }

    Map<Integer, String> names() {
        return names.actual();
    }

    /** Whether the table is there. */
    boolean isThere() {
        return observed && own.isThere(ruleset.comment());
    }

    /** How many entries of the last state, and of what changed since, have no room. */
    int withoutRoom(SizedMap map) {
        return switch (map) {
            case FLOW_EXCEPTIONS -> 0;
            case POLICY_GROUPS -> groupsWithoutRoom;
            case PREFIXES -> groups.withoutRoom();
            case ACCESSES -> accesses.withoutRoom();
            case POOLS -> pools.withoutRoom();
        };
    }

    private DesiredSteering fitting(DesiredSteering desired) {
        return new DesiredSteering(
                desired.flows(),
                groups.fitting(desired.groups()),
                desired.labels(),
                desired.indexes(),
                desired.classes(),
                accesses.fitting(desired.accesses()),
                pools.fitting(desired.pools()),
                names.fitting(desired.names()),
                desired.classNames(),
                desired.groupsWithoutRoom());
    }

    /** @param changedFlows of the flow map only these are looked at; null: all, as it must be when the table is not there yet */
    void apply(DesiredSteering whole, @Nullable Set<FiveTuple> changedFlows)
            throws KernelException, SystemCallException {
        DesiredSteering desired = fitting(whole);
        groupsWithoutRoom = whole.groupsWithoutRoom().size();
        Widths inUse = Widths.of(whole.groups().keySet());
        Set<Integer> wanted = inUse.present();
        TableShape shape = ruleset.shape(wanted);
        boolean create = makeAnew || !own.isThere(ruleset.comment());
        Set<String> differences = create ? Set.of() : own.differences(shape);
        if (create) {
            admitted = null;
            if (own.present() != null) {
                transaction.deleteTable();
            }
            if (former != null) {
                transaction.deleteTable(former);
            }
            ruleset.create(transaction, wanted);
            all.forEach(SteeringMap::observeEmpty);
        } else {
            if (differences.equals(Set.of("rules of chain " + SteeringRuleset.WIDER))) {
                SteeringRuleset.lookForWider(wanted, transaction);
            } else if (!differences.isEmpty()) {
                putRight(shape, wanted);
            }
            accesses.delete(desired.accesses(), transaction);
            classes.delete(desired.classes(), transaction);
            indexes.delete(desired.indexes(), transaction);
            labels.delete(desired.labels(), transaction);
            groups.delete(desired.groups(), transaction);
            if (changedFlows == null) {
                flows.delete(desired.flows(), transaction);
            }
            pools.delete(desired.pools(), transaction);
            names.delete(desired.names(), transaction);
        }
        names.add(desired.names(), transaction);
        pools.add(desired.pools(), transaction);
        if (changedFlows == null) {
            flows.add(desired.flows(), transaction);
        } else {
            flows.change(changedFlows, desired.flows(), transaction);
        }
        groups.add(desired.groups(), transaction);
        labels.add(desired.labels(), transaction);
        indexes.add(desired.indexes(), transaction);
        classes.add(desired.classes(), transaction);
        accesses.add(desired.accesses(), transaction);
        boolean empty = transaction.isEmpty();
        try {
            transaction.commit(socket);
        } catch (SystemCallException e) {
            observed = false;
            makeAnew = create ? makeAnew : !differences.isEmpty();
            if (create) {
                throw new KernelException(
                        "cannot make the nftables table " + table
                                + " (the kernel needs nf_tables with maps, and conntrack): " + e.getMessage(),
                        e);
            }
            throw e;
        }
        generation += empty ? 0 : 1;
        makeAnew = false;
        former = null;
        widths = inUse;
        all.forEach(SteeringMap::committed);
        settled = true;
        if (create || !differences.isEmpty()) {
            own.made(ruleset.comment(), shape, generation);
        } else {
            own.found(shape);
        }
    }

    /** Rules, chains and sets; elements of sets that are as they should be stay, those of the others come back. */
    private void putRight(TableShape shape, Set<Integer> wanted) {
        TableShape present = Objects.requireNonNull(own.present());
        Set<String> others = present.otherSets(shape);
        present.clearFor(shape, transaction);
        ruleset.create(transaction, wanted);
        for (SteeringMap<?, ?> map : all) {
            if (others.contains(map.name())) {
                map.observeEmpty();
            }
        }
        admitted = null;
    }

    /** What the table has of some prefixes and flows, in one transaction: of all keys named in {@code changes} only what they map to stays. */
    void change(PrefixChanges changes) throws SystemCallException {
        Widths before = Objects.requireNonNull(widths, "no whole state was applied");
        Widths after = before;
        for (Network network : changes.networks()) {
            after = after.with(network.width(), groups.isDesired(network) ? -1 : 0);
            after = after.with(network.width(), changes.groups().containsKey(network) ? 1 : 0);
        }
        Set<Integer> wanted = after.present();
        boolean others = !wanted.equals(before.present());
        if (others) {
            SteeringRuleset.lookForWider(wanted, transaction);
        }
        groups.change(changes.networks(), changes.groups(), transaction);
        accesses.change(changes.accessKeys(), changes.accesses(), transaction);
        flows.change(changes.flowKeys(), changes.flows(), transaction);
        boolean empty = transaction.isEmpty();
        try {
            transaction.commit(socket);
        } catch (SystemCallException e) {
            observed = false;
            throw e;
        }
        generation += empty ? 0 : 1;
        widths = after;
        groups.committed();
        accesses.committed();
        flows.committed();
        if (others) {
            own.made(ruleset.comment(), ruleset.shape(wanted), generation);
        }
    }

    /** @param marks by flow; {@link #NO_MARK} removes the exception */
    void replaceFlows(Map<FiveTuple, Integer> marks) throws KernelException, SystemCallException {
        if (!observed) {
            refresh();
        }
        try {
            replace(marks);
        } catch (SystemCallException e) {
            if (e.errno() != Errno.ENOENT && e.errno() != Errno.EEXIST) {
                observed = false;
                throw e;
            }
            // Somebody else changed the map: look, and try once more.
            observed = false;
            refresh();
            replace(marks);
        }
    }

    private void replace(Map<FiveTuple, Integer> marks) throws SystemCallException {
        List<SetElement> before = new ArrayList<>(marks.size());
        List<SetElement> after = new ArrayList<>(marks.size());
        marks.forEach((flow, mark) -> {
            int present = flows.actual().getOrDefault(flow, NO_MARK);
            if (present == mark) {
                return;
            }
            byte[] key = SteeringElements.flowKey(flow);
            if (present != NO_MARK) {
                before.add(SetElement.of(key));
            }
            if (mark != NO_MARK) {
                after.add(SetElement.of(key, mark));
            }
        });
        transaction.deleteElements(SteeringRuleset.FLOWS, before);
        transaction.addElements(SteeringRuleset.FLOWS, after);
        if (transaction.isEmpty()) {
            return;
        }
        transaction.commit(socket);
        generation++;
        marks.forEach((flow, mark) -> {
            if (mark == NO_MARK) {
                flows.actual().remove(flow);
            } else {
                flows.actual().put(flow, mark);
            }
        });
    }

    @Override
    public void close() {
        socket.close();
    }
}
