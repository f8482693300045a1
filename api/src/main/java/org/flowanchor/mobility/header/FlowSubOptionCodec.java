package org.flowanchor.mobility.header;

import java.util.ArrayList;
import java.util.List;
import org.flowanchor.mobility.option.FlowSubOption;
import org.flowanchor.mobility.option.FlowSubOption.BindingReference;
import org.flowanchor.mobility.option.FlowSubOption.FlowBindingAction;
import org.flowanchor.mobility.option.FlowSubOption.TargetCareOfAddress;
import org.flowanchor.mobility.option.FlowSubOption.TrafficSelectorSubOption;
import org.flowanchor.mobility.option.FlowSubOption.UnknownFlowSubOption;
import org.flowanchor.mobility.option.FlowSubOption.UnreadableFlowSubOption;

/**
 * Sub-options of the Flow Identification option (RFC 6089 section 4.2.1). Their text gives PadN a length that contradicts their own
 * general rule: only Pad1 is written, and the general rule read.
 */
final class FlowSubOptionCodec {
    private static final Alignment TWO = new Alignment(2, 0);

    private FlowSubOptionCodec() {}

    /** Reads to the end of the option; never fails, what cannot be read becomes {@link UnreadableFlowSubOption}. */
    static List<FlowSubOption> readAll(HeaderReader in) throws MalformedHeaderException {
        List<FlowSubOption> subOptions = new ArrayList<>(2);
        while (in.remaining() > 0) {
            int start = in.offset();
            int limit = in.limit();
            try {
                int type = in.unsigned8();
                if (type == OptionList.PAD_1) {
                    continue;
                }
                int length = in.unsigned8();
                if (length > in.remaining()) {
                    throw in.malformed("a sub-option of " + length + " octets");
                }
                in.limitTo(in.offset() + length);
                if (type == OptionList.PAD_N) {
                    in.skipPadding(length);
                } else {
                    subOptions.add(read(in, type));
                }
                in.limitTo(limit);
            } catch (MalformedHeaderException | IllegalArgumentException e) {
                in.limitTo(limit);
                in.seek(start);
                subOptions.add(new UnreadableFlowSubOption(in.rest()));
            }
        }
        return subOptions;
    }

    private static FlowSubOption read(HeaderReader in, int type) throws MalformedHeaderException {
        FlowSubOption subOption = readValue(in, type);
        if (in.remaining() != 0) {
            throw in.malformed("sub-option " + type + " has " + in.remaining() + " octets too many");
        }
        return subOption;
    }

    private static FlowSubOption readValue(HeaderReader in, int type) throws MalformedHeaderException {
        switch (type) {
            case BindingReference.TYPE -> {
                List<Integer> identifiers = new ArrayList<>(in.remaining() / 2);
                while (in.remaining() > 0) {
                    identifiers.add(in.unsigned16());
                }
                return new BindingReference(identifiers);
            }
            case TrafficSelectorSubOption.TYPE -> {
                return readTrafficSelector(in);
            }
            case FlowBindingAction.TYPE -> {
                in.skip(1);
                return new FlowBindingAction(in.unsigned8());
            }
            case TargetCareOfAddress.TYPE -> {
                in.skip(2);
                return new TargetCareOfAddress(in.ipAddress());
            }
            default -> {
                return new UnknownFlowSubOption(type, in.rest());
            }
        }
    }

    /** Format, reserved octet, selector. */
    private static TrafficSelectorSubOption readTrafficSelector(HeaderReader in) throws MalformedHeaderException {
        int format = in.unsigned8();
        in.skip(1);
        return new TrafficSelectorSubOption(TrafficSelectorCodec.read(in, format));
    }

    /** One traffic selector sub-option where an option has nothing else (RFC 6909 section 3.1). */
    static TrafficSelectorSubOption readOnlyTrafficSelector(HeaderReader in) throws MalformedHeaderException {
        int type = in.unsigned8();
        int length = in.unsigned8();
        if (type != TrafficSelectorSubOption.TYPE || length != in.remaining()) {
            throw in.malformed("sub-option " + type + " of " + length + " octets instead of a traffic selector");
        }
        return readTrafficSelector(in);
    }

    static void write(FlowSubOption subOption, HeaderWriter out) {
        for (int padding = alignment(subOption).padding(out.offset()); padding > 0; padding--) {
            out.unsigned8(OptionList.PAD_1);
        }
        writeUnaligned(subOption, out);
    }

    static void writeUnaligned(FlowSubOption subOption, HeaderWriter out) {
        if (subOption instanceof UnreadableFlowSubOption(var octets)) {
            out.octets(octets);
            return;
        }
        int begin = out.beginTlv(subOption.type());
        switch (subOption) {
            case BindingReference reference -> reference.bindingIdentifiers().forEach(out::unsigned16);
            case TrafficSelectorSubOption(var selector) -> {
                out.unsigned8(selector.format());
                out.zeros(1);
                TrafficSelectorCodec.write(selector, out);
            }
            case FlowBindingAction(int action) -> out.unsigned16(action);
            case TargetCareOfAddress(var careOfAddress) -> {
                out.zeros(2);
                out.ipAddress(careOfAddress);
            }
            case UnknownFlowSubOption unknown -> out.octets(unknown.octets());
            case UnreadableFlowSubOption unreadable -> throw new IllegalStateException("written above");
        }
        out.endTlv(begin);
    }

    static Alignment alignment(FlowSubOption subOption) {
        return switch (subOption) {
            case BindingReference reference -> TWO;
            case TrafficSelectorSubOption(var selector) -> TrafficSelectorCodec.alignment(selector);
            case FlowBindingAction action -> Alignment.NONE;
            case TargetCareOfAddress target -> Alignment.NONE;
            case UnknownFlowSubOption unknown -> Alignment.NONE;
            case UnreadableFlowSubOption unreadable -> Alignment.NONE;
        };
    }
}
