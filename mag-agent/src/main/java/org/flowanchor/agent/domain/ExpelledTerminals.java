package org.flowanchor.agent.domain;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Terminals that were sent away and are not attached any more: a solicitation or a trigger brings them back, not traffic that they still
 * send. Bounded: the last ones only, as many as the {@link MobileNodeDirectory} knows, who counts no other as somebody's.
 */
final class ExpelledTerminals {
    static final int MAX_EXPELLED = MobileNodeDirectory.MAX_KNOWN;

    private final Set<AttachmentName> names = new LinkedHashSet<>();

    void add(AttachmentName name) {
        names.remove(name);
        names.add(name);
        if (names.size() > MAX_EXPELLED) {
            Iterator<AttachmentName> oldest = names.iterator();
            oldest.next();
            oldest.remove();
        }
    }

    void remove(AttachmentName name) {
        names.remove(name);
    }

    boolean contains(AttachmentName name) {
        return names.contains(name);
    }
}
