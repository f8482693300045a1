package org.flowanchor.mobility.option;

import java.util.List;
import java.util.Optional;
import org.flowanchor.mobility.Unsigned;
import org.flowanchor.mobility.option.FlowSubOption.BindingReference;
import org.flowanchor.mobility.option.FlowSubOption.TrafficSelectorSubOption;
import org.flowanchor.mobility.option.FlowSubOption.UnreadableFlowSubOption;

/**
 * Flow Identification (RFC 6089 section 4.2), also in FMI and PBA (RFC 7864 section 3.4). What a receiver has to answer per option, not
 * per message, is held as received; {@link #fault()} names it.
 *
 * @param flowIdentifier FID, 0..65535; 0 is reserved
 * @param priority FID-PRI, 0..65535, low is first; 0 is reserved
 * @param status 0..255, in acknowledgements
 * @param subOptions in the order of the wire
 */
public record FlowIdentificationOption(int flowIdentifier, int priority, int status, List<FlowSubOption> subOptions)
        implements MobilityOption {
    /** Option type (RFC 6089 section 4.2, not its section 8). */
    public static final int TYPE = 45;

    public static final int ACCEPTED = 0;
    public static final int ADMINISTRATIVELY_PROHIBITED = 128;
    public static final int REJECTED_REASON_UNSPECIFIED = 129;
    public static final int MALFORMED = 130;
    public static final int BID_NOT_FOUND = 131;
    public static final int FID_NOT_FOUND = 132;
    public static final int TRAFFIC_SELECTOR_FORMAT_NOT_SUPPORTED = 133;

    public FlowIdentificationOption {
        Unsigned.sixteen(flowIdentifier, "flow identifier");
        Unsigned.sixteen(priority, "FID priority");
        Unsigned.octet(status, "flow status");
        subOptions = List.copyOf(subOptions);
    }

    @Override
    public int type() {
        return TYPE;
    }

    /** The first traffic selector. */
    public Optional<BinaryTrafficSelector> trafficSelector() {
        for (FlowSubOption subOption : subOptions) {
            if (subOption instanceof TrafficSelectorSubOption selector) {
                return Optional.of(selector.trafficSelector());
            }
        }
        return Optional.empty();
    }

    /** Binding identifiers of the first binding reference; empty without one. */
    public List<Integer> bindingIdentifiers() {
        for (FlowSubOption subOption : subOptions) {
            if (subOption instanceof BindingReference reference) {
                return reference.bindingIdentifiers();
            }
        }
        return List.of();
    }

    /**
     * The status the option must be answered with for its form alone (RFC 6089 sections 4.2 and 5.3.2): {@link #MALFORMED},
     * {@link #TRAFFIC_SELECTOR_FORMAT_NOT_SUPPORTED} or {@link #ACCEPTED}. Whether flows and bindings exist is for the receiver's state.
     */
    public int fault() {
        int selectors = 0;
        int references = 0;
        int fault = flowIdentifier == 0 || priority == 0 ? MALFORMED : ACCEPTED;
        for (FlowSubOption subOption : subOptions) {
            if (subOption instanceof TrafficSelectorSubOption selector) {
                selectors++;
                if (selector.trafficSelector() instanceof BinaryTrafficSelector.UnreadableTrafficSelector unreadable
                        && fault == ACCEPTED) {
                    boolean known = unreadable.format() == Ipv4TrafficSelector.FORMAT
                            || unreadable.format() == Ipv6TrafficSelector.FORMAT;
                    fault = known ? MALFORMED : TRAFFIC_SELECTOR_FORMAT_NOT_SUPPORTED;
                }
            } else if (subOption instanceof BindingReference reference) {
                references++;
                fault = reference.bindingIdentifiers().contains(0) ? MALFORMED : fault;
            } else if (subOption instanceof UnreadableFlowSubOption) {
                fault = MALFORMED;
            }
        }
        return selectors > 1 || references > 1 ? MALFORMED : fault;
    }

    /** As an answer: the same option with a status. */
    public FlowIdentificationOption withStatus(int answer) {
        return new FlowIdentificationOption(flowIdentifier, priority, answer, subOptions);
    }
}
