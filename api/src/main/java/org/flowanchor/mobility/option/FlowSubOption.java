package org.flowanchor.mobility.option;

import java.util.List;
import org.flowanchor.mobility.IpAddress;
import org.flowanchor.mobility.Octets;
import org.flowanchor.mobility.Unsigned;

/** Sub-options of the Flow Identification option (RFC 6089 section 4.2.1, RFC 7109 section 6.2). */
public sealed interface FlowSubOption {
    /** Sub-option type, 2..255. */
    int type();

    /**
     * Binding Reference (RFC 6089 section 4.2.1.3).
     *
     * @param bindingIdentifiers 1..127 values of 0..65535; 0 is reserved and only held to be answered
     */
    record BindingReference(List<Integer> bindingIdentifiers) implements FlowSubOption {
        /** Sub-option type. */
        public static final int TYPE = 2;

        public BindingReference {
            bindingIdentifiers = List.copyOf(bindingIdentifiers);
            if (bindingIdentifiers.isEmpty() || bindingIdentifiers.size() > 127) {
                throw new IllegalArgumentException("a binding reference has 1..127 binding identifiers");
            }
            bindingIdentifiers.forEach(identifier -> Unsigned.sixteen(identifier, "binding identifier"));
        }

        @Override
        public int type() {
            return TYPE;
        }
    }

    /** Traffic Selector (RFC 6089 section 4.2.1.4). */
    record TrafficSelectorSubOption(BinaryTrafficSelector trafficSelector) implements FlowSubOption {
        /** Sub-option type. */
        public static final int TYPE = 3;

        @Override
        public int type() {
            return TYPE;
        }
    }

    /**
     * Flow Binding Action (RFC 7109 section 6.2.1).
     *
     * @param action 0..255
     */
    record FlowBindingAction(int action) implements FlowSubOption {
        /** Sub-option type. */
        public static final int TYPE = 4;

        public static final FlowBindingAction ADD = new FlowBindingAction(11);
        public static final FlowBindingAction DELETE = new FlowBindingAction(12);
        public static final FlowBindingAction MODIFY = new FlowBindingAction(13);
        public static final FlowBindingAction REFRESH = new FlowBindingAction(14);
        public static final FlowBindingAction MOVE = new FlowBindingAction(15);
        public static final FlowBindingAction REVOKE = new FlowBindingAction(16);

        public FlowBindingAction {
            Unsigned.octet(action, "flow binding action");
        }

        @Override
        public int type() {
            return TYPE;
        }
    }

    /** Target Care-of Address (RFC 7109 section 6.2.2). */
    record TargetCareOfAddress(IpAddress careOfAddress) implements FlowSubOption {
        /** Sub-option type. */
        public static final int TYPE = 5;

        @Override
        public int type() {
            return TYPE;
        }
    }

    /**
     * Of an unknown type: skipped, written again as it came.
     *
     * @param type 2..255
     * @param octets 0..253
     */
    record UnknownFlowSubOption(int type, Octets octets) implements FlowSubOption {
        public UnknownFlowSubOption {
            Unsigned.octet(type, "sub-option type");
            if (type < 2) {
                throw new IllegalArgumentException("padding is no sub-option");
            }
            MobilityOption.requireLength(octets, 0, 253, "a sub-option");
        }
    }

    /**
     * From here to the end of the option nothing can be read: a sub-option passes the end or has a length its type does not allow. Held
     * to be answered with status 130 (RFC 6089 section 4.2).
     *
     * @param octets 1..255 with type and length
     */
    record UnreadableFlowSubOption(Octets octets) implements FlowSubOption {
        public UnreadableFlowSubOption {
            MobilityOption.requireLength(octets, 1, 255, "an unreadable sub-option");
        }

        @Override
        public int type() {
            return octets.at(0);
        }
    }
}
