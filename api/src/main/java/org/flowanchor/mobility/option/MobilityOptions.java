package org.flowanchor.mobility.option;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The options of one message in the order of the wire. A receiver takes any order (RFC 5213 section 8.1); a sender puts the MN-ID first
 * (RFC 4283 section 3.2, RFC 5149 section 4.1): {@link #inSendingOrder()}.
 *
 * @param list without padding
 */
public record MobilityOptions(List<MobilityOption> list) {
    /** No options. */
    public static final MobilityOptions NONE = new MobilityOptions(List.of());

    private static final List<Integer> SENDING_ORDER = List.of(8, 20, 22, 23, 24, 25, 26, 3, 27);

    public MobilityOptions {
        list = List.copyOf(list);
    }

    public static MobilityOptions of(MobilityOption... options) {
        return new MobilityOptions(List.of(options));
    }

    /** The first option of a kind. */
    public <T extends MobilityOption> Optional<T> first(Class<T> kind) {
        for (MobilityOption option : list) {
            if (kind.isInstance(option)) {
                return Optional.of(kind.cast(option));
            }
        }
        return Optional.empty();
    }

    /** All options of a kind, in order. */
    public <T extends MobilityOption> List<T> all(Class<T> kind) {
        List<T> found = new ArrayList<>();
        for (MobilityOption option : list) {
            if (kind.isInstance(option)) {
                found.add(kind.cast(option));
            }
        }
        return found;
    }

    public boolean contains(Class<? extends MobilityOption> kind) {
        return first(kind).isPresent();
    }

    /**
     * The same options in the order a sender uses: MN-ID, Service Selection, prefixes, HI, ATT, link-layer identifier, link-local address,
     * Alternate Care-of Address, Timestamp, then the rest as they are. Not for messages in which an MN-ID opens a group of options
     * (localized routing).
     */
    public MobilityOptions inSendingOrder() {
        List<MobilityOption> sorted = new ArrayList<>(list);
        sorted.sort(Comparator.comparingInt(MobilityOptions::rank));
        return new MobilityOptions(sorted);
    }

    private static int rank(MobilityOption option) {
        int rank = SENDING_ORDER.indexOf(option.type());
        return rank < 0 ? SENDING_ORDER.size() : rank;
    }
}
