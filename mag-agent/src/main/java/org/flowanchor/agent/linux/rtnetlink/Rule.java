package org.flowanchor.agent.linux.rtnetlink;

import org.flowanchor.mobility.HomeNetworkPrefix;
import org.jspecify.annotations.Nullable;

/**
 * An IPv6 policy rule; everything it names must match.
 *
 * @param priority lower is asked first; equal ones in the order of their arrival
 * @param mark with {@code mask} 0: any
 * @param incoming device name; null: any. A device that does not exist yet matches nothing
 * @param destination ::/0: any
 * @param protocol next header; 0: any
 * @param action what follows
 */
public record Rule(
        int priority,
        int mark,
        int mask,
        @Nullable String incoming,
        HomeNetworkPrefix destination,
        int protocol,
        Action action) {
    /** What a matching rule does. */
    public sealed interface Action {}

    /** Looks the packet up in a table; a miss goes on with the next rule. */
    public record Lookup(int table) implements Action {}

    /** Goes on with the rules of {@code priority}, which is higher than the rule's own. */
    public record Goto(int priority) implements Action {}

    /** Drops the packet in silence. */
    public record Blackhole() implements Action {}

    /** Anything else; never ours. */
    public record Foreign(int number) implements Action {}

    public static Rule lookup(int priority, int table) {
        return new Rule(priority, 0, 0, null, HomeNetworkPrefix.ALL_ZERO, 0, new Lookup(table));
    }

    /** @param target priority of the rule that follows, higher than the rule's own */
    public static Rule jump(int priority, int target) {
        return new Rule(priority, 0, 0, null, HomeNetworkPrefix.ALL_ZERO, 0, new Goto(target));
    }

    public static Rule blackhole(int priority) {
        return new Rule(priority, 0, 0, null, HomeNetworkPrefix.ALL_ZERO, 0, new Blackhole());
    }

    public Rule marked(int wantedMark, int wantedMask) {
        return new Rule(priority, wantedMark, wantedMask, incoming, destination, protocol, action);
    }

    public Rule from(String device) {
        return new Rule(priority, mark, mask, device, destination, protocol, action);
    }

    public Rule to(HomeNetworkPrefix wanted) {
        return new Rule(priority, mark, mask, incoming, wanted, protocol, action);
    }

    public Rule of(int nextHeader) {
        return new Rule(priority, mark, mask, incoming, destination, nextHeader, action);
    }

    @Override
    public String toString() {
        return "pref " + Integer.toUnsignedString(priority)
                + (destination.length() == 0 ? "" : " to " + destination)
                + (incoming == null ? "" : " iif " + incoming)
                + (protocol == 0 ? "" : " ipproto " + protocol)
                + (mask == 0 ? "" : " fwmark 0x" + Integer.toHexString(mark) + "/0x" + Integer.toHexString(mask))
                + switch (action) {
                    case Lookup lookup -> " lookup " + Integer.toUnsignedString(lookup.table);
                    case Goto jump -> " goto " + jump.priority;
                    case Blackhole drop -> " blackhole";
                    case Foreign foreign -> " action " + foreign.number;
                };
    }
}
