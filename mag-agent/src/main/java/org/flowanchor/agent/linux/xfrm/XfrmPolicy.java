package org.flowanchor.agent.linux.xfrm;

import java.util.List;
import org.flowanchor.mobility.IpAddress;

/**
 * One policy of the kernel's IPsec database ({@code struct xfrm_userpolicy_info}).
 *
 * @param selector which packets it is for
 * @param conditional it holds only on one interface, with one mark or one interface identifier: not for every packet of its selector
 * @param priority lower is looked at first
 * @param number ascending in the order in which policies were added
 * @param allows false: packets are dropped
 */
public record XfrmPolicy(
        Direction direction,
        XfrmSelector selector,
        boolean conditional,
        long priority,
        long number,
        boolean allows,
        List<Template> templates) {
    private static final int ESP = 50;

    /** {@code XFRM_POLICY_IN}, {@code _OUT}, {@code _FWD}. */
    public enum Direction {
        IN,
        OUT,
        FORWARD
    }

    /** How much of some traffic meets a policy. */
    public enum Cover {
        NONE,
        PART,
        WHOLE
    }

    /**
     * What a packet needs ({@code struct xfrm_user_tmpl}).
     *
     * @param protocol 50 ESP, 51 AH
     * @param optional a packet without it passes
     */
    public record Template(int protocol, boolean optional) {}

    public XfrmPolicy {
        templates = List.copyOf(templates);
    }

    /** How much of this traffic between these ends meets it. */
    public Cover covers(Direction way, IpAddress from, IpAddress to, XfrmTraffic traffic) {
        if (direction != way) {
            return Cover.NONE;
        }
        Cover cover = selector.covers(from, to, traffic);
        return cover == Cover.WHOLE && conditional ? Cover.PART : cover;
    }

    /** The addresses at the other side of this machine. */
    XfrmSelector.Block farEnd() {
        return direction == Direction.OUT ? selector.destination() : selector.source();
    }

    /** Whether nothing passes it without ESP. */
    public boolean requiresEsp() {
        return !allows || templates.stream().anyMatch(template -> template.protocol() == ESP && !template.optional());
    }
}
