package org.flowanchor.agent.adapter.kernel;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.flowanchor.agent.domain.AttachedTerminal;
import org.flowanchor.agent.domain.AttachmentName;
import org.flowanchor.mobility.HomeNetworkPrefix;

/** Terminals of an access gateway by what is forwarded for them. */
final class ForwardedPrefixes {
    private static final Comparator<AttachedTerminal> ORDER = Comparator.comparing(AttachedTerminal::accessLink)
            .thenComparing(AttachedTerminal::linkLocalAddress)
            .thenComparing(terminal -> terminal.linkLayerIdentifier().toString());

    private final Map<AttachmentName, AttachedTerminal> terminals = new HashMap<>();
    private final Map<HomeNetworkPrefix, SortedSet<AttachedTerminal>> byPrefix = new HashMap<>();

    void replace(Collection<AttachedTerminal> all) {
        terminals.clear();
        byPrefix.clear();
        all.forEach(this::add);
    }

    /**
     * @param changed empty: nothing is forwarded any more
     * @return prefixes for which something may be different then
     */
    Set<HomeNetworkPrefix> concerned(Map<AttachmentName, Optional<AttachedTerminal>> changed) {
        Set<HomeNetworkPrefix> prefixes = new HashSet<>();
        changed.forEach((name, terminal) -> {
            AttachedTerminal before = terminals.get(name);
            if (before != null) {
                prefixes.addAll(before.forwarded());
            }
            terminal.ifPresent(now -> prefixes.addAll(now.forwarded()));
        });
        return prefixes;
    }

    /** @param changed empty: nothing is forwarded any more */
    void change(Map<AttachmentName, Optional<AttachedTerminal>> changed) {
        changed.forEach((name, terminal) -> {
            AttachedTerminal before = terminals.remove(name);
            if (before != null) {
                for (HomeNetworkPrefix prefix : before.forwarded()) {
                    byPrefix.computeIfPresent(prefix, (key, found) -> {
                        found.remove(before);
                        return found.isEmpty() ? null : found;
                    });
                }
            }
            terminal.ifPresent(this::add);
        });
    }

    private void add(AttachedTerminal terminal) {
        terminals.put(terminal.name(), terminal);
        for (HomeNetworkPrefix prefix : terminal.forwarded()) {
            byPrefix.computeIfAbsent(prefix, key -> new TreeSet<>(ORDER)).add(terminal);
        }
    }

    Set<HomeNetworkPrefix> prefixes() {
        return byPrefix.keySet();
    }

    /** By access link, then by address. */
    SortedSet<AttachedTerminal> terminals(HomeNetworkPrefix prefix) {
        return byPrefix.getOrDefault(prefix, new TreeSet<>(ORDER));
    }
}
