package org.flowanchor.mobility.option;

import java.util.List;

/**
 * LMA-Controlled MAG Parameters (RFC 8127 section 3), in acknowledgements.
 *
 * @param subOptions in the order of the wire
 */
public record LmaControlledMagParametersOption(List<MagParametersSubOption> subOptions) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 62;

    public LmaControlledMagParametersOption {
        subOptions = List.copyOf(subOptions);
    }

    @Override
    public int type() {
        return TYPE;
    }
}
