package org.flowanchor.binding.adapter.persistence;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.flowanchor.binding.adapter.persistence.AnchorPipeline.Link;
import org.flowanchor.binding.adapter.persistence.Anchors.StoredAnchor;
import org.flowanchor.binding.adapter.persistence.Database.OpenTransaction;
import org.flowanchor.binding.application.BatchScope;
import org.flowanchor.binding.application.BindingStore;
import org.flowanchor.binding.application.BindingTransaction;
import org.flowanchor.binding.application.StoreConflictException;
import org.flowanchor.binding.domain.BindingCacheEntry;
import org.flowanchor.binding.domain.MobileNodeBindings;
import org.flowanchor.binding.domain.MobileNodeProfile;
import org.flowanchor.binding.domain.PrefixDemand;
import org.flowanchor.binding.domain.PrefixHolders.PrefixHolder;
import org.flowanchor.binding.domain.PrefixKind;
import org.flowanchor.binding.domain.PrefixPool;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.jspecify.annotations.Nullable;

/**
 * The update path: read without locks, decide, write the rows, then advance the anchor, which counts only when it is still in the state
 * that was decided on. Rows are written while the transaction before is on its way to the disk. Where one replica serves an anchor,
 * nothing waits for a lock; where several do, one that was beaten locks the anchor first.
 *
 * <p>Traps: those who take rows before the anchor never wait for either for longer than {@link UpdatePath}'s lock timeout, or they and
 * one that has locked the anchor would wait for each other. A transaction that changes nothing costs no disk, but is over only when
 * those before it are.
 */
final class JdbcBindingStore implements BindingStore {
    private static final String ENTRIES_DUE = """
            SELECT mobile_node FROM binding_cache_entry
            WHERE anchor = ? AND timer_at <= ?
            ORDER BY timer_at
            LIMIT ?""";
    private static final String MESSAGES_DUE = """
            SELECT mobile_node FROM gateway_message
            WHERE anchor = ? AND due_at <= ? AND mobile_node IS NOT NULL
            ORDER BY due_at
            LIMIT ?""";

    private final Database database;
    private final Database leases;
    private final Database updatePath;
    private final Anchors anchors;
    private final UUID replica;
    private final Duration prefixRest;
    private final Function<LmaAddress, RecentChanges> recent;
    private final RandomGenerator random;
    private final Map<LmaAddress, Served> served = new ConcurrentHashMap<>();

    /** One anchor as this replica serves it. */
    private record Served(
            StoredAnchor stored,
            AnchorPipeline pipeline,
            KnownNodes known,
            LeasedPrefixes prefixes,
            RecentChanges recent) {}

    /**
     * @param leases connections that nobody keeps who may take long
     * @param updatePath connections whose plans are made for the update path
     */
    JdbcBindingStore(
            Database database,
            Database leases,
            Database updatePath,
            Anchors anchors,
            UUID replica,
            Duration prefixRest,
            Function<LmaAddress, RecentChanges> recent,
            RandomGenerator random) {
        this.database = database;
        this.leases = leases;
        this.updatePath = updatePath;
        this.anchors = anchors;
        this.replica = replica;
        this.prefixRest = prefixRest;
        this.recent = recent;
        this.random = random;
    }

    private Served served(LmaAddress anchor) {
        return served.computeIfAbsent(anchor, address -> {
            StoredAnchor stored = anchors.stored(address);
            return new Served(
                    stored,
                    new AnchorPipeline(),
                    new KnownNodes(),
                    new LeasedPrefixes(leases, stored, replica, prefixRest),
                    recent.apply(address));
        });
    }

    @Override
    public Prepared prepare(LmaAddress anchor, BatchScope scope, Consumer<BindingTransaction> work) {
        Served of = served(anchor);
        LeasedPrefixes.Grant grant = of.prefixes.grant(scope.prefixesWanted());
        try {
            AnchorPipeline.View view = of.pipeline.view();
            KnownNodes.Known known = of.known.of(scope.mobileNodes());
            BindingWriter writer = updatePath.read(connection -> decide(
                    new BindingReader(connection, of.stored.number()), of.stored, view, known, scope, work, grant));
            Link link = new Link(writer.from(), writer.to(), writer.holders());
            of.pipeline.append(view, link);
            of.known.learn(writer.from(), writer.to(), writer.nodes());
            return new Pending(of, link, writer, grant);
        } catch (RuntimeException | Error e) {
            grant.settle(List.of());
            throw e;
        }
    }

    /** One transaction of the pipeline, with the connection it is written on. */
    private final class Pending implements Prepared {
        private final Served of;
        private final Link link;
        private final BindingWriter writer;
        private final LeasedPrefixes.Grant grant;
        private @Nullable OpenTransaction open;

        Pending(Served of, Link link, BindingWriter writer, LeasedPrefixes.Grant grant) {
            this.of = of;
            this.link = link;
            this.writer = writer;
            this.grant = grant;
        }

        @Override
        public void write() {
            if (!writer.isEmpty()) {
                open = updatePath.begin(writer::writeRows);
            }
        }

        @Override
        public Commit commit() {
            OpenTransaction written = open;
            try {
                of.pipeline.requireFirst(link);
                if (written != null) {
                    written.commit(writer::advance);
                }
                of.pipeline.committed();
            } catch (RuntimeException | Error e) {
                abandon(e);
                throw e;
            }
            grant.settle(writer.assignedPrefixes());
            of.recent.committed(writer.from(), writer.to(), writer.logged());
            return outcome(writer);
        }

        @Override
        public void abandon(Throwable why) {
            of.pipeline.failed();
            OpenTransaction written = open;
            if (written != null) {
                written.rollBack();
            }
            giveUp(of, grant, why);
        }
    }

    private BindingWriter decide(
            BindingReader reader,
            StoredAnchor stored,
            AnchorPipeline.View view,
            KnownNodes.Known known,
            BatchScope scope,
            Consumer<BindingTransaction> work,
            LeasedPrefixes.Grant grant)
            throws SQLException {
        BindingReader.Read read = reader.read(scope.mobileNodes(), known.bindings());
        AnchorState from = view.base(read.state());
        if (!known.bindings().isEmpty() && !known.isOf(from)) {
            read = reader.read(scope.mobileNodes(), Map.of());
            from = view.base(read.state());
        }
        enlarge(grant, scope, read.bindings().values());
        BindingTransaction transaction = new BindingTransaction(
                read.bindings().values(),
                holders(reader, view, scope, read.bindings(), stored.anchor().pools()),
                grant,
                stored.anchor().pools(),
                reader.answers(scope.requests()));
        work.accept(transaction);
        BindingWriter writer = new BindingWriter(stored, replica, prefixRest, from, random.nextLong(), transaction);
        SortedMap<ProxyCareOfAddress, Integer> numbers = writer.numbersWanted();
        if (!numbers.isEmpty()) {
            writer.number(SequenceNumbers.draw(leases, stored.number(), numbers));
        }
        return writer;
    }

    /** The common prefix of hybrid subscribers, one for each; what else may be taken was told by the scope. */
    private static void enlarge(LeasedPrefixes.Grant grant, BatchScope scope, Collection<MobileNodeBindings> atHand) {
        int hybrids = 0;
        for (MobileNodeBindings bindings : atHand) {
            if (bindings.subscriber().filter(MobileNodeProfile::isHybrid).isPresent()) {
                hybrids++;
            }
        }
        if (hybrids == 0 || scope.prefixesWanted().isEmpty()) {
            return;
        }
        List<PrefixDemand> all = new ArrayList<>(scope.prefixesWanted());
        all.add(new PrefixDemand(
                PrefixKind.PERMANENT, scope.prefixesWanted().getFirst().gateway(), hybrids));
        grant.enlarge(all);
    }

    /**
     * Holders of the prefixes that are named or kept for a node and not its own; those of the nodes at hand are known without asking, and
     * what the database does not tell yet changes hands in a transaction before this one.
     */
    private Map<HomeNetworkPrefix, PrefixHolder> holders(
            BindingReader reader,
            AnchorPipeline.View view,
            BatchScope scope,
            Map<MobileNodeIdentifier, MobileNodeBindings> atHand,
            Collection<PrefixPool> pools)
            throws SQLException {
        Set<HomeNetworkPrefix> wanted = new HashSet<>();
        for (BatchScope.Named named : scope.named()) {
            MobileNodeBindings bindings = atHand.get(named.mobileNodeIdentifier());
            if (bindings == null || !bindings.holds(named.prefix())) {
                wanted.add(named.prefix());
            }
        }
        for (MobileNodeBindings bindings : atHand.values()) {
            wanted.addAll(kept(bindings, pools));
        }
        if (wanted.isEmpty()) {
            return Map.of();
        }
        Map<HomeNetworkPrefix, PrefixHolder> holders = new HashMap<>();
        for (MobileNodeBindings bindings : atHand.values()) {
            for (BindingCacheEntry entry : bindings.entries()) {
                for (HomeNetworkPrefix prefix : entry.homeNetworkPrefixes()) {
                    if (wanted.remove(prefix)) {
                        holders.put(prefix, new PrefixHolder(bindings.mobileNodeIdentifier(), false));
                    }
                }
            }
        }
        holders.putAll(reader.holders(wanted, prefixRest));
        for (HomeNetworkPrefix prefix : wanted) {
            PrefixHolder underWay = view.holders().get(prefix);
            if (underWay != null) {
                holders.put(prefix, underWay);
            }
        }
        return holders;
    }

    /** Prefixes of the anchor's that a profile keeps and the node has not: the usual subscriber has none, or has all. */
    private static List<HomeNetworkPrefix> kept(MobileNodeBindings bindings, Collection<PrefixPool> pools) {
        List<HomeNetworkPrefix> kept =
                bindings.subscriber().map(MobileNodeProfile::staticPrefixes).orElse(List.of());
        return kept.isEmpty()
                ? kept
                : kept.stream()
                        .filter(prefix -> !bindings.homeNetworkPrefixes().contains(prefix)
                                && pools.stream().anyMatch(pool -> pool.isMember(prefix)))
                        .toList();
    }

    /** What we believe free may not be: after a conflict our leases are read again. */
    private static void giveUp(Served of, LeasedPrefixes.Grant grant, Throwable why) {
        grant.settle(List.of());
        if (why instanceof StoreConflictException && !(why instanceof OvertakenException)) {
            of.prefixes.forget();
        }
    }

    private static Commit outcome(BindingWriter writer) {
        return writer.isEmpty()
                ? Commit.NOTHING
                : new Commit(writer.to().version(), writer.changes(), writer.messages());
    }

    @Override
    public Commit transact(LmaAddress anchor, BatchScope scope, Consumer<BindingTransaction> work) {
        Served of = served(anchor);
        LeasedPrefixes.Grant grant = of.prefixes.grant(scope.prefixesWanted());
        try {
            BindingWriter writer = updatePath.transact(connection -> {
                BindingReader reader = new BindingReader(connection, of.stored.number());
                reader.lock();
                BindingWriter decided = decide(
                        reader, of.stored, AnchorPipeline.View.NOTHING, KnownNodes.Known.NOTHING, scope, work, grant);
                if (!decided.isEmpty()) {
                    decided.writeRows(connection);
                    decided.advance(connection);
                }
                return decided;
            });
            grant.settle(writer.assignedPrefixes());
            of.recent.committed(writer.from(), writer.to(), writer.logged());
            of.known.learn(writer.from(), writer.to(), writer.nodes());
            return outcome(writer);
        } catch (RuntimeException | Error e) {
            giveUp(of, grant, e);
            throw e;
        }
    }

    @Override
    public List<MobileNodeIdentifier> due(LmaAddress anchor, Instant now, int limit) {
        int number = anchors.number(anchor);
        return database.read(connection -> {
            Set<MobileNodeIdentifier> due = new LinkedHashSet<>(due(connection, ENTRIES_DUE, number, now, limit));
            due.addAll(due(connection, MESSAGES_DUE, number, now, limit));
            return List.copyOf(due);
        });
    }

    private static List<MobileNodeIdentifier> due(Connection connection, String sql, int anchor, Instant now, int limit)
            throws SQLException {
        List<MobileNodeIdentifier> due = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setInt(1, anchor);
            select.setTimestamp(2, Timestamp.from(now));
            select.setInt(3, limit);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    due.add(new MobileNodeIdentifier(rows.getString(1)));
                }
            }
        }
        return due;
    }

    @Override
    public void postpone(LmaAddress anchor, Collection<MobileNodeIdentifier> mobileNodes, Instant now) {
        updatePath.execute(connection -> {
            try (PreparedStatement update = connection.prepareStatement("""
                    UPDATE binding_cache_entry SET timer_at = least(expires_at, hold_until)
                    WHERE anchor = ? AND mobile_node = ANY (?) AND timer_at <= ? AND least(expires_at, hold_until) > ?""")) {
                Array nodes = connection.createArrayOf(
                        "text",
                        mobileNodes.stream().map(MobileNodeIdentifier::value).toArray(String[]::new));
                update.setInt(1, anchors.number(anchor));
                update.setArray(2, nodes);
                update.setTimestamp(3, Timestamp.from(now));
                update.setTimestamp(4, Timestamp.from(now));
                update.executeUpdate();
            }
        });
    }
}
