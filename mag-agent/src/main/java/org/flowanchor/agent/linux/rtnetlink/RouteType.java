package org.flowanchor.agent.linux.rtnetlink;

/** What becomes of a packet that a route matches. */
public enum RouteType {
    UNICAST(Rtnetlink.RTN_UNICAST),
    /** Dropped in silence. */
    BLACKHOLE(Rtnetlink.RTN_BLACKHOLE),
    /** Answered with destination unreachable. */
    UNREACHABLE(Rtnetlink.RTN_UNREACHABLE),
    /** The lookup goes on with the next rule. */
    THROW(Rtnetlink.RTN_THROW),
    /** Anything else; never ours. */
    FOREIGN(0);

    final int number;

    RouteType(int number) {
        this.number = number;
    }

    static RouteType of(int number) {
        for (RouteType type : values()) {
            if (type.number == number) {
                return type;
            }
        }
        return FOREIGN;
    }
}
