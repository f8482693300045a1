package org.flowanchor.mobility.option;

import java.util.List;
import org.flowanchor.mobility.Octets;
import org.flowanchor.mobility.Unsigned;

/**
 * Context Request (RFC 5949 section 6.2.1): which options the new gateway wants to have from the previous one.
 *
 * @param requests in the order of the wire
 */
public record ContextRequestOption(List<Request> requests) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 40;

    private static final int MAXIMUM = 253;

    /**
     * One wanted option.
     *
     * @param type of the option, 0..255
     * @param identification which of that type, where the type alone does not say it; empty where it does
     */
    public record Request(int type, Octets identification) {
        public Request {
            Unsigned.octet(type, "type of a requested option");
            MobilityOption.requireLength(identification, 0, MAXIMUM - 2, "what identifies a requested option");
        }

        /** An option that its type identifies. */
        public static Request of(int type) {
            return new Request(type, Octets.EMPTY);
        }
    }

    public ContextRequestOption {
        requests = List.copyOf(requests);
        int octets = requests.stream()
                .mapToInt(request -> 2 + request.identification().length())
                .sum();
        if (octets > MAXIMUM) {
            throw new IllegalArgumentException("a context request has at most " + MAXIMUM + " octets, not " + octets);
        }
    }

    @Override
    public int type() {
        return TYPE;
    }
}
