package org.flowanchor.agent.domain;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.flowanchor.agent.domain.Attachment.Outstanding;
import org.flowanchor.agent.domain.Attachment.State;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * The attachments of a gateway by all that an event can name, so that an event costs by whom it concerns, however many others there are.
 *
 * <p>Whoever looks an attachment up may change it: it is put in its new places before the next look-up. Who changes one that was looked
 * up earlier says so ({@link #touch}). Not thread-safe.
 */
final class Attachments {
    private record Neighbour(String accessLink, Ipv6Address address) {}

    /** An attachment and where it stands. */
    private static final class Entry {
        final Attachment attachment;
        /** In the order in which they came. */
        final long serial;

        @Nullable
        Neighbour neighbour;

        Set<Integer> sequenceNumbers = Set.of();
        boolean timed;
        long dueAt;
        boolean bound;

        @Nullable
        AttachedTerminal terminal;

        Entry(Attachment attachment, long serial) {
            this.attachment = attachment;
            this.serial = serial;
        }
    }

    private static final Comparator<Entry> BY_AGE = Comparator.comparingLong(entry -> entry.serial);

    private final ToLongFunction<Attachment> restUntilDue;
    private final Map<AttachmentName, Entry> entries = new LinkedHashMap<>();
    private final Map<Neighbour, Set<Entry>> byNeighbour = new HashMap<>();
    private final Map<LinkLayerIdentifier, Set<Entry>> byInterface = new HashMap<>();
    private final Map<MobileNodeIdentifier, Set<Entry>> byMobileNode = new HashMap<>();
    private final Map<Integer, Set<Entry>> bySequenceNumber = new HashMap<>();
    private final TreeSet<Entry> timed;
    private final Map<AttachmentName, AttachedTerminal> terminals = new HashMap<>();
    private final Set<AttachmentName> changedTerminals = new HashSet<>();
    private final Set<Entry> touched = new HashSet<>();
    private final LongSupplier nanoTime;
    private long serial;
    private int bound;

    /**
     * @param nanoTime monotonic
     * @param restUntilDue nanoseconds until there is something to do for an attachment; {@link Long#MAX_VALUE}: nothing is timed
     */
    Attachments(LongSupplier nanoTime, ToLongFunction<Attachment> restUntilDue) {
        this.nanoTime = nanoTime;
        this.restUntilDue = restUntilDue;
        long origin = nanoTime.getAsLong();
        this.timed = new TreeSet<>(
                Comparator.<Entry>comparingLong(entry -> entry.dueAt - origin).thenComparing(BY_AGE));
    }

    /** Takes the place of the one on the same link with the same interface. */
    void add(Attachment attachment) {
        AttachmentName name = attachment.name();
        remove(name);
        Entry entry = new Entry(attachment, serial++);
        entries.put(name, entry);
        join(byInterface, attachment.linkLayerIdentifier, entry);
        join(byMobileNode, attachment.mobileNodeIdentifier, entry);
        touched.add(entry);
    }

    void remove(AttachmentName name) {
        Entry entry = entries.remove(name);
        if (entry != null) {
            touched.remove(entry);
            displace(entry);
            if (terminals.remove(name) != null) {
                changedTerminals.add(name);
            }
            leave(byInterface, entry.attachment.linkLayerIdentifier, entry);
            leave(byMobileNode, entry.attachment.mobileNodeIdentifier, entry);
        }
    }

    /** It is about to be changed, or was, by who has not just looked it up. */
    void touch(Attachment attachment) {
        Entry entry = entries.get(attachment.name());
        if (entry != null && entry.attachment == attachment) {
            touched.add(entry);
        }
    }

    private void settle() {
        for (Entry entry : touched) {
            displace(entry);
            place(entry);
        }
        touched.clear();
    }

    private void place(Entry entry) {
        Attachment attachment = entry.attachment;
        if (attachment.linkLocalAddress != null) {
            entry.neighbour = new Neighbour(attachment.accessLink, attachment.linkLocalAddress);
            join(byNeighbour, entry.neighbour, entry);
        }
        Outstanding outstanding = attachment.outstanding;
        if (outstanding != null && outstanding.interval() != 0) {
            entry.sequenceNumbers = new HashSet<>(outstanding.earlier());
            entry.sequenceNumbers.add(outstanding.update().sequenceNumber());
            entry.sequenceNumbers.forEach(number -> join(bySequenceNumber, number, entry));
        }
        long rest = restUntilDue.applyAsLong(attachment);
        entry.timed = rest != Long.MAX_VALUE;
        if (entry.timed) {
            entry.dueAt = nanoTime.getAsLong() + rest;
            timed.add(entry);
        }
        entry.bound = attachment.state == State.BOUND || attachment.state == State.EXTENDING;
        bound += entry.bound ? 1 : 0;
        AttachedTerminal terminal =
                attachment.forwarding && attachment.linkLocalAddress != null ? attachment.terminal() : null;
        AttachmentName name = attachment.name();
        AttachedTerminal before = terminal == null ? terminals.remove(name) : terminals.put(name, terminal);
        if (terminal == null ? before != null : !terminal.equals(before)) {
            changedTerminals.add(name);
        }
    }

    private void displace(Entry entry) {
        if (entry.neighbour != null) {
            leave(byNeighbour, entry.neighbour, entry);
            entry.neighbour = null;
        }
        entry.sequenceNumbers.forEach(number -> leave(bySequenceNumber, number, entry));
        entry.sequenceNumbers = Set.of();
        if (entry.timed) {
            timed.remove(entry);
            entry.timed = false;
        }
        bound -= entry.bound ? 1 : 0;
        entry.bound = false;
    }

    private static <K> void join(Map<K, Set<Entry>> index, K key, Entry entry) {
        index.computeIfAbsent(key, each -> new TreeSet<>(BY_AGE)).add(entry);
    }

    private static <K> void leave(Map<K, Set<Entry>> index, K key, Entry entry) {
        index.computeIfPresent(key, (each, found) -> {
            found.remove(entry);
            return found.isEmpty() ? null : found;
        });
    }

    boolean has(AttachmentName name) {
        return entries.containsKey(name);
    }

    @Nullable
    Attachment find(AttachmentName name) {
        Entry entry = entries.get(name);
        return entry == null ? null : lookedUp(entry);
    }

    /**
     * Those whose update has that number, or had it in a transmission before: more than one where so many updates are under way that
     * numbers come round. In the order in which they came, like all of the following.
     */
    List<Attachment> numbered(int sequenceNumber) {
        settle();
        return lookedUp(bySequenceNumber.getOrDefault(sequenceNumber, Set.of()));
    }

    List<Attachment> at(String accessLink, Ipv6Address address) {
        settle();
        return lookedUp(byNeighbour.getOrDefault(new Neighbour(accessLink, address), Set.of()));
    }

    List<Attachment> ofInterface(LinkLayerIdentifier identifier) {
        return lookedUp(byInterface.getOrDefault(identifier, Set.of()));
    }

    List<Attachment> ofNode(MobileNodeIdentifier mobileNode) {
        return lookedUp(byMobileNode.getOrDefault(mobileNode, Set.of()));
    }

    List<Attachment> dueBy(long now) {
        settle();
        Set<Entry> due = new TreeSet<>(BY_AGE);
        for (Entry entry : timed) {
            if (now - entry.dueAt < 0) {
                break;
            }
            due.add(entry);
        }
        return lookedUp(due);
    }

    /** Costs by the number of all. */
    List<Attachment> all() {
        return lookedUp(entries.values());
    }

    /** Costs by the number of all; they must not be changed. */
    boolean allMatch(Predicate<Attachment> condition) {
        return entries.values().stream().allMatch(entry -> condition.test(entry.attachment));
    }

    /** Costs by the number of all; they must not be changed. */
    List<Attachment> unchanged() {
        return entries.values().stream().map(entry -> entry.attachment).toList();
    }

    private Attachment lookedUp(Entry entry) {
        touched.add(entry);
        return entry.attachment;
    }

    private List<Attachment> lookedUp(Collection<Entry> found) {
        List<Attachment> attachments = new ArrayList<>(found.size());
        found.forEach(entry -> attachments.add(lookedUp(entry)));
        return attachments;
    }

    /** Empty when nothing is timed. */
    OptionalLong nextDue() {
        settle();
        return timed.isEmpty() ? OptionalLong.empty() : OptionalLong.of(timed.first().dueAt);
    }

    /** With an accepted binding. */
    int bound() {
        settle();
        return bound;
    }

    /** For whom the kernel is to forward; costs by the number of all. */
    Set<AttachedTerminal> terminals() {
        settle();
        return new HashSet<>(terminals.values());
    }

    /** Those that are others since the last call: what each is now, empty when there is nothing to forward any more. */
    Map<AttachmentName, Optional<AttachedTerminal>> takeChangedTerminals() {
        settle();
        Map<AttachmentName, Optional<AttachedTerminal>> changed = HashMap.newHashMap(changedTerminals.size());
        changedTerminals.forEach(name -> changed.put(name, Optional.ofNullable(terminals.get(name))));
        changedTerminals.clear();
        return changed;
    }
}
