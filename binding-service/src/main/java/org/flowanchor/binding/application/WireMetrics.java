package org.flowanchor.binding.application;

import org.flowanchor.mobility.header.PeerProfile;
import org.flowanchor.mobility.header.Quirk;

/** Counts of signalling on the wire. Any thread. A peer is named as it is configured, so that its label is bounded. */
public interface WireMetrics {
    /** Why a packet was not taken. */
    enum Drop {
        /** Its source is no configured peer. */
        UNLISTED,
        /** The codec refused it without an answer. */
        MALFORMED,
        /** Answered with a Binding Error: unrecognised type (RFC 6275 section 9.3.3). */
        UNRECOGNIZED,
        /** Answered with an ICMPv6 Parameter Problem (RFC 6275 section 9.2). */
        PARAMETER_PROBLEM,
        /** Answered with a status by the codec: readable, and not acceptable in any state. */
        UNACCEPTABLE,
        /** A message that an anchor does not take. */
        UNEXPECTED,
        /** Too much of its peer is under way: the peer sends it again. */
        OVERLOADED,
        /** The answer could not be handed to the agent. */
        UNSENT,
        /** What was to be sent is longer than a Mobility Header can be. */
        TOO_LONG,
        /** Taking it failed, by a fault of this service. */
        FAILED
    }

    void received(int messageType);

    void sent(int messageType);

    void dropped(Drop drop);

    /** @param profile of the peer: configured, or that of the maker its message was recognised by */
    void quirk(PeerProfile profile, Quirk quirk);
}
