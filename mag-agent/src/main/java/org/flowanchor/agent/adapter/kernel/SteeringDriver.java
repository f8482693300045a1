package org.flowanchor.agent.adapter.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flowanchor.agent.adapter.kernel.SteeringElements.AccessKey;
import org.flowanchor.agent.adapter.kernel.SteeringElements.ClassKey;
import org.flowanchor.agent.adapter.kernel.SteeringElements.LabelKey;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.domain.TrackingAdmission;
import org.flowanchor.agent.linux.ffm.Errno;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.netlink.Netlink;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;
import org.flowanchor.agent.linux.nftables.SetElement;
import org.flowanchor.agent.linux.nftables.TableReader;
import org.flowanchor.agent.linux.nftables.Transaction;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.jspecify.annotations.Nullable;

/**
 * Brings the steering table to its desired state, each time in one transaction; moves flows by replacing an element of each. The socket
 * and the transaction's memory are kept, so a move allocates next to nothing.
 */
final class SteeringDriver implements AutoCloseable {
    /** What a packet has that follows its binding. */
    static final int NO_MARK = 0;

    private static final long RENEWAL_NANOS = 5_000_000_000L;

    private final KernelConfiguration configuration;
    private final NetlinkSocket socket;
    private final TableReader reader;
    private final Transaction transaction;
    private final String table;

    private final SteeringMap<FiveTuple, Integer> flows =
            new SteeringMap<>(SteeringRuleset.FLOWS, SteeringElements.FLOWS);
    private final SteeringMap<Long, Integer> groups =
            new SteeringMap<>(SteeringRuleset.GROUPS, SteeringElements.GROUPS);
    private final SteeringMap<LabelKey, Integer> labels =
            new SteeringMap<>(SteeringRuleset.LABELS, SteeringElements.LABELS);
    private final SteeringMap<ClassKey, Integer> classes =
            new SteeringMap<>(SteeringRuleset.CLASSES, SteeringElements.CLASSES);
    private final SteeringMap<AccessKey, Integer> accesses =
            new SteeringMap<>(SteeringRuleset.ACCESSES, SteeringElements.ACCESSES);
    private final SteeringMap<HomeNetworkPrefix, Boolean> pools =
            new SteeringMap<>(SteeringRuleset.POOLS, SteeringElements.POOLS);
    private final SteeringMap<Integer, String> names = new SteeringMap<>(SteeringRuleset.NAMES, SteeringElements.NAMES);
    private final List<SteeringMap<?, ?>> all = List.of(flows, groups, labels, classes, accesses, pools, names);

    private SteeringRuleset ruleset;
    private boolean observed;
    /** Not read since the last {@link #apply}: what a reading takes in between is not put right yet. */
    private boolean settled;

    private @Nullable TrackingAdmission admitted;
    private long admittedNanos;
    private int generation;
    private @Nullable String tableComment;
    /** As read; null: as they were made. */
    private @Nullable Map<String, Integer> tableRules;

    SteeringDriver(KernelConfiguration configuration) throws SystemCallException {
        table = configuration.numbering().table();
        this.configuration = configuration;
        ruleset = new SteeringRuleset(configuration, TunnelKind.IP6TNL, 0);
        socket = NetlinkSocket.open(Netlink.NETLINK_NETFILTER);
        reader = new TableReader(socket, table);
        transaction = new Transaction(table);
    }

    /**
     * Tells what the table's rules depend on; before anything else is called.
     *
     * @param tunnels how they are made
     * @param connections most that the kernel tracks
     */
    void use(TunnelKind tunnels, long connections) {
        ruleset = new SteeringRuleset(configuration, tunnels, connections);
    }

    /**
     * Reads the table when what is known of it may be wrong. Changes nothing.
     *
     * @return whether it was read since the last {@link #apply}
     */
    boolean refresh() throws KernelException, SystemCallException {
        if (observed && reader.generation() == generation) {
            return !settled;
        }
        observed = false;
        settled = false;
        try {
            generation = reader.generation();
            tableComment = reader.comment();
            tableRules = reader.rules();
        } catch (SystemCallException e) {
            throw new KernelException("the kernel has no nf_tables: " + e.getMessage(), e);
        }
        for (SteeringMap<?, ?> map : all) {
            // Also of a table with other rules: what it says stays in force when its successor takes its place.
            if (tableComment == null) {
                map.observeEmpty();
            } else {
                map.observe(reader);
            }
        }
        observed = true;
        return true;
    }

    /** Whether the table is as the last {@link #apply}, and the moves since, left it. */
    boolean intact() throws SystemCallException {
        return observed && settled && reader.generation() == generation;
    }

    /** @throws KernelException when a rule in somebody else's table writes a bit of our marks, naming the rule */
    void refuseForeignMarks(int mask) throws KernelException, SystemCallException {
        ForeignMarks.refuse(socket, table, mask);
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
        comparison.table(table, ruleset.comment(), ruleset.rules(), reader);
        boolean unchanged = observed && reader.generation() == generation;
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

    Map<LabelKey, Integer> labels() {
        return labels.actual();
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

    /** Whether the table is there with the rules it is to have. */
    boolean isThere() {
        return observed && hasItsRules(tableComment, tableRules);
    }

    private boolean hasItsRules(@Nullable String comment, @Nullable Map<String, Integer> rules) {
        return ruleset.comment().equals(comment) && (rules == null || rules.equals(ruleset.rules()));
    }

    /** @param changedFlows of the flow map only these are looked at; null: all, as it must be when the table is not there yet */
    void apply(DesiredSteering desired, @Nullable Set<FiveTuple> changedFlows)
            throws KernelException, SystemCallException {
        boolean create = !hasItsRules(tableComment, tableRules);
        if (create) {
            admitted = null;
            if (tableComment != null) {
                transaction.deleteTable();
            }
            ruleset.create(transaction);
            all.forEach(SteeringMap::observeEmpty);
        } else {
            accesses.delete(desired.accesses(), transaction);
            classes.delete(desired.classes(), transaction);
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
        classes.add(desired.classes(), transaction);
        accesses.add(desired.accesses(), transaction);
        boolean empty = transaction.isEmpty();
        try {
            transaction.commit(socket);
        } catch (SystemCallException e) {
            observed = false;
            if (create) {
                throw new KernelException(
                        "cannot make the nftables table " + table
                                + " (the kernel needs nf_tables with maps, and conntrack): " + e.getMessage(),
                        e);
            }
            throw e;
        }
        generation += empty ? 0 : 1;
        tableComment = ruleset.comment();
        tableRules = null;
        all.forEach(SteeringMap::committed);
        settled = true;
    }

    /** What the table has of some prefixes and flows, in one transaction: of all keys named in {@code changes} only what they map to stays. */
    void change(PrefixChanges changes) throws SystemCallException {
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
        groups.committed();
        accesses.committed();
        flows.committed();
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
