package org.flowanchor.testbed.foreign;

import static org.flowanchor.testbed.foreign.Habit.ACCESS_TECHNOLOGY_TYPE_0;
import static org.flowanchor.testbed.foreign.Habit.ADOPTS_SEQUENCE_NUMBER;
import static org.flowanchor.testbed.foreign.Habit.COMPARES_OCTETS;
import static org.flowanchor.testbed.foreign.Habit.HANDOFF_INDICATOR_ALWAYS_3;
import static org.flowanchor.testbed.foreign.Habit.HANDOFF_INDICATOR_UNKNOWN;
import static org.flowanchor.testbed.foreign.Habit.HEADER_LEN_TOO_SHORT;
import static org.flowanchor.testbed.foreign.Habit.HOME_REGISTRATION_FLAG;
import static org.flowanchor.testbed.foreign.Habit.IDENTIFIER_IS_EUI_64;
import static org.flowanchor.testbed.foreign.Habit.IDENTIFIER_OF_63_OCTETS;
import static org.flowanchor.testbed.foreign.Habit.LIFETIME_IN_SECONDS;
import static org.flowanchor.testbed.foreign.Habit.LINK_LAYER_IDENTIFIER_EUI_64;
import static org.flowanchor.testbed.foreign.Habit.NO_LATER_MESSAGES;
import static org.flowanchor.testbed.foreign.Habit.NO_LINK_LAYER_IDENTIFIER;
import static org.flowanchor.testbed.foreign.Habit.NO_TIMESTAMP;
import static org.flowanchor.testbed.foreign.Habit.OPTIONS_UNALIGNED;
import static org.flowanchor.testbed.foreign.Habit.PADDED_WITH_PAD_1;
import static org.flowanchor.testbed.foreign.Habit.PREFIX_BEFORE_IDENTIFIER;
import static org.flowanchor.testbed.foreign.Habit.PREFIX_LENGTH_128;
import static org.flowanchor.testbed.foreign.Habit.PRIVATE_OPTIONS;
import static org.flowanchor.testbed.foreign.Habit.PROPOSES_PREFIX;
import static org.flowanchor.testbed.foreign.Habit.SHORT_ACKNOWLEDGEMENT;
import static org.flowanchor.testbed.foreign.Habit.TIMESTAMP_HOST_ENDIAN;
import static org.flowanchor.testbed.foreign.Habit.TIMESTAMP_MICROSECONDS;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Habits that occur together. */
public record Maker(String name, Set<Habit> habits) {
    /** Writes as the RFCs do. */
    public static final Maker CONFORMING = of("conforming");

    public static final Maker OAI = of(
            "oai",
            HEADER_LEN_TOO_SHORT,
            IDENTIFIER_OF_63_OCTETS,
            PREFIX_LENGTH_128,
            PROPOSES_PREFIX,
            LINK_LAYER_IDENTIFIER_EUI_64,
            TIMESTAMP_HOST_ENDIAN,
            HANDOFF_INDICATOR_ALWAYS_3,
            COMPARES_OCTETS,
            SHORT_ACKNOWLEDGEMENT,
            NO_LATER_MESSAGES);

    public static final Maker OPMIP = of(
            "opmip",
            OPTIONS_UNALIGNED,
            PADDED_WITH_PAD_1,
            PROPOSES_PREFIX,
            NO_LINK_LAYER_IDENTIFIER,
            NO_TIMESTAMP,
            ACCESS_TECHNOLOGY_TYPE_0,
            HANDOFF_INDICATOR_UNKNOWN,
            ADOPTS_SEQUENCE_NUMBER);

    public static final Maker MAD = of(
            "mad",
            HEADER_LEN_TOO_SHORT,
            OPTIONS_UNALIGNED,
            IDENTIFIER_IS_EUI_64,
            PREFIX_BEFORE_IDENTIFIER,
            PROPOSES_PREFIX,
            NO_LINK_LAYER_IDENTIFIER,
            TIMESTAMP_HOST_ENDIAN,
            HOME_REGISTRATION_FLAG,
            PRIVATE_OPTIONS);

    public static final Maker NS3 =
            of("ns3", NO_LINK_LAYER_IDENTIFIER, TIMESTAMP_MICROSECONDS, LIFETIME_IN_SECONDS, HOME_REGISTRATION_FLAG);

    private static final List<Maker> ALL = List.of(CONFORMING, OAI, OPMIP, MAD, NS3);

    public Maker {
        habits = Set.copyOf(habits);
    }

    /** One with these habits and no other. */
    public static Maker of(String name, Habit... habits) {
        return new Maker(name, Set.copyOf(Arrays.asList(habits)));
    }

    /** @throws IllegalArgumentException when nobody is known by it */
    public static Maker named(String name) {
        return ALL.stream()
                .filter(maker -> maker.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no maker " + name));
    }

    boolean has(Habit habit) {
        return habits.contains(habit);
    }
}
