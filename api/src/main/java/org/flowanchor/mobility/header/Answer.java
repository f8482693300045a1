package org.flowanchor.mobility.header;

import java.util.Set;
import org.flowanchor.mobility.message.BindingError;
import org.flowanchor.mobility.message.MobilityMessage;

/** What a refused message is answered with. Rates are the caller's to limit. */
public sealed interface Answer {
    /** Nothing: count and drop. */
    Answer SILENCE = new Silence();

    /** See {@link #SILENCE}. */
    record Silence() implements Answer {}

    /**
     * The acknowledgement that belongs to {@code request}, with this status.
     *
     * @param status in the registry of that acknowledgement, 128..255
     * @param request as far as it could be read, with every option that came
     * @param quirks what was forgiven in it: they tell whose gateway it is
     */
    record Status(int status, MobilityMessage request, Set<Quirk> quirks) implements Answer {
        public Status {
            quirks = Set.copyOf(quirks);
        }
    }

    /** A Binding Error to the packet's source (RFC 6275 section 9.3.3). */
    record SendBindingError(BindingError message) implements Answer {}

    /**
     * ICMPv6 Parameter Problem, code 0 (RFC 6275 section 9.2).
     *
     * @param offset of the field in octets from the start of the Mobility Header; the pointer adds what precedes it in the packet
     */
    record ParameterProblem(int offset) implements Answer {}
}
