package org.flowanchor.testbed.mobilenode;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.testbed.lab.Access;

/** What the mobile node's kernel tells about its links, as {@code ip -6 monitor link prefix route} prints it. */
sealed interface LinkEvent {
    /** A router advertisement carried this prefix (RFC 4861 section 4.6.2). */
    record PrefixAnnounced(Access access, HomeNetworkPrefix prefix, boolean withdrawn) implements LinkEvent {}

    /** The kernel took this router as default router of the link. */
    record RouterLearned(Access access, Ipv6Address router) implements LinkEvent {}

    /** The default router of the link is gone. */
    record RouterLost(Access access) implements LinkEvent {}

    /** The link went up or down. */
    record LinkChanged(Access access, boolean up) implements LinkEvent {}

    /** The marker route that tells that the monitor listens. */
    record MonitorListens() implements LinkEvent {}

    /** Destination of the marker route; from the discard-only prefix (RFC 6666). */
    String MARKER = "100::1";

    Pattern PREFIX = Pattern.compile("prefix (\\S+/\\d+) ?dev (\\S+) .*");
    Pattern VALID = Pattern.compile(".* valid (\\d+|forever)(sec)? ?.*");
    Pattern ROUTER = Pattern.compile("(Deleted )?default via (\\S+) dev (\\S+) .*proto ra .*");
    Pattern LINK = Pattern.compile("(Deleted )?\\d+: ([^:@]+)(@\\S+)?: <([^>]*)> .*");

    /** The event of one line; empty for lines about anything else. */
    static Optional<LinkEvent> parse(String line) {
        String text = line.strip() + " ";
        if ((" " + text).contains(" " + MARKER + " ")) {
            return Optional.of(new MonitorListens());
        }
        Matcher prefix = PREFIX.matcher(text);
        if (prefix.matches()) {
            Matcher valid = VALID.matcher(text);
            boolean withdrawn = valid.matches() && valid.group(1).equals("0");
            HomeNetworkPrefix announced = HomeNetworkPrefix.parse(prefix.group(1));
            return access(prefix.group(2)).map(access -> new PrefixAnnounced(access, announced, withdrawn));
        }
        Matcher router = ROUTER.matcher(text);
        if (router.matches()) {
            boolean deleted = router.group(1) != null;
            Ipv6Address address = Ipv6Address.parse(router.group(2));
            return access(router.group(3))
                    .map(access -> deleted ? new RouterLost(access) : new RouterLearned(access, address));
        }
        Matcher link = LINK.matcher(text);
        if (link.matches()) {
            boolean up = link.group(1) == null
                    && ("," + link.group(4) + ",").contains(",LOWER_UP,")
                    && ("," + link.group(4) + ",").contains(",UP,");
            return access(link.group(2)).map(access -> new LinkChanged(access, up));
        }
        return Optional.empty();
    }

    private static Optional<Access> access(String device) {
        for (Access access : Access.values()) {
            if (access.mobileNodeInterface().equals(device)) {
                return Optional.of(access);
            }
        }
        return Optional.empty();
    }
}
