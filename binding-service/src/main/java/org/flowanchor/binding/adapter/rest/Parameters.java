package org.flowanchor.binding.adapter.rest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.flowanchor.binding.adapter.rest.InvalidRequestException.Fault;

/** Query parameters of one request; all faults are reported together. */
final class Parameters {
    private final Map<String, List<String>> given;
    private final List<Fault> faults = new ArrayList<>();

    Parameters(Map<String, List<String>> given, Set<String> known) {
        this.given = given;
        given.forEach((name, values) -> {
            if (!known.contains(name)) {
                faults.add(new Fault(
                        name,
                        "no such parameter; "
                                + (known.isEmpty()
                                        ? "there is none"
                                        : "there are "
                                                + String.join(
                                                        ", ",
                                                        known.stream().sorted().toList()))));
            } else if (values.size() > 1) {
                faults.add(new Fault(name, "given " + values.size() + " times"));
            }
        });
    }

    /** Empty when the parameter is absent or faulty. */
    <T> Optional<T> value(String name, Function<String, T> parse) {
        List<String> values = given.getOrDefault(name, List.of());
        if (values.size() != 1) {
            return Optional.empty();
        }
        try {
            return Optional.of(parse.apply(values.getFirst()));
        } catch (NumberFormatException e) {
            faults.add(new Fault(name, "not a number: " + values.getFirst()));
        } catch (IllegalArgumentException e) {
            faults.add(new Fault(name, String.valueOf(e.getMessage())));
        }
        return Optional.empty();
    }

    /** A limit above the maximum is the maximum. */
    static int limit(String text, int max) {
        int limit = Integer.parseInt(text);
        if (limit < 1) {
            throw new IllegalArgumentException("must be 1.." + max);
        }
        return Math.min(limit, max);
    }

    void refuseFaults() {
        if (!faults.isEmpty()) {
            throw new InvalidRequestException(faults);
        }
    }
}
