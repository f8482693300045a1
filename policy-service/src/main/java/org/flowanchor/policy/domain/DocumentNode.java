package org.flowanchor.policy.domain;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A value of a document and the way to it. A fault is noted under its path and reading goes on, so that one answer names them all;
 * a method that returns empty has noted why.
 */
final class DocumentNode {
    private static final Pattern PLAIN_FIELD = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final @Nullable Object value;
    private final String path;
    private final List<DocumentError> errors;

    private DocumentNode(@Nullable Object value, String path, List<DocumentError> errors) {
        this.value = value;
        this.path = path;
        this.errors = errors;
    }

    /**
     * @param tree maps, lists, strings, numbers, booleans and nulls
     * @param errors where faults are noted
     */
    static DocumentNode root(@Nullable Object tree, List<DocumentError> errors) {
        return new DocumentNode(tree, "$", errors);
    }

    void fault(String message) {
        errors.add(new DocumentError(path, message));
    }

    /** The fields of an object, after noting those that are not {@code known}. */
    Optional<Fields> fields(Set<String> known) {
        if (!(value instanceof Map<?, ?> map)) {
            fault("must be an object");
            return Optional.empty();
        }
        for (Object key : map.keySet()) {
            if (!known.contains(key)) {
                child(String.valueOf(key), null).fault("is not a known field; known are " + String.join(", ", known));
            }
        }
        return Optional.of(new Fields(map));
    }

    /** Of an object. */
    final class Fields {
        private final Map<?, ?> map;

        private Fields(Map<?, ?> map) {
            this.map = map;
        }

        Optional<DocumentNode> optional(String name) {
            return map.containsKey(name) ? Optional.of(child(name, map.get(name))) : Optional.empty();
        }

        Optional<DocumentNode> required(String name) {
            Optional<DocumentNode> field = optional(name);
            if (field.isEmpty()) {
                child(name, null).fault("is missing");
            }
            return field;
        }

        /**
         * The name of the thing, which the caller may have given beside the document; then the document may leave it out, and must not
         * contradict.
         */
        <T> Optional<T> name(String field, Optional<String> addressed, Function<String, T> parse) {
            if (addressed.isEmpty()) {
                return required(field).flatMap(node -> node.text(parse));
            }
            DocumentNode given = optional(field).orElseGet(() -> child(field, addressed.get()));
            Optional<T> name = given.text(parse);
            if (name.isPresent() && !addressed.get().equals(given.value)) {
                given.fault("must be the name in the path, " + addressed.get());
            }
            return name;
        }
    }

    Optional<List<DocumentNode>> elements(int min, int max) {
        if (!(value instanceof List<?> list)) {
            fault("must be an array");
            return Optional.empty();
        }
        if (list.size() < min || list.size() > max) {
            fault("must have " + min + " to " + max + " elements, not " + list.size());
            return Optional.empty();
        }
        List<DocumentNode> nodes = new ArrayList<>(list.size());
        for (int i = 0; i < list.size(); i++) {
            nodes.add(new DocumentNode(list.get(i), path + "[" + i + "]", errors));
        }
        return Optional.of(nodes);
    }

    /** @param parse throws {@link IllegalArgumentException} with the fault */
    <T> Optional<T> text(Function<String, T> parse) {
        if (!(value instanceof String text)) {
            fault("must be a string");
            return Optional.empty();
        }
        try {
            return Optional.of(parse.apply(text));
        } catch (IllegalArgumentException e) {
            fault(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    boolean isText() {
        return value instanceof String;
    }

    Optional<Boolean> truth() {
        if (!(value instanceof Boolean truth)) {
            fault("must be true or false");
            return Optional.empty();
        }
        return Optional.of(truth);
    }

    /** Within {@code min} to {@code max}. */
    Optional<Integer> integer(int min, int max) {
        Optional<BigDecimal> number = number();
        boolean fits = number.isPresent()
                && (value instanceof Integer || value instanceof Long || value instanceof BigInteger)
                && number.get().compareTo(BigDecimal.valueOf(min)) >= 0
                && number.get().compareTo(BigDecimal.valueOf(max)) <= 0;
        if (!fits) {
            fault("must be an integer from " + min + " to " + max);
            return Optional.empty();
        }
        return number.map(BigDecimal::intValue);
    }

    /** Between 0 and 1, both excluded. */
    Optional<Double> ratio() {
        Optional<Double> ratio = number().map(BigDecimal::doubleValue);
        if (ratio.isEmpty() || !(ratio.get() > 0 && ratio.get() < 1)) {
            fault("must be a number above 0 and below 1");
            return Optional.empty();
        }
        return ratio;
    }

    private Optional<BigDecimal> number() {
        return switch (value) {
            case Integer number -> Optional.of(BigDecimal.valueOf(number));
            case Long number -> Optional.of(BigDecimal.valueOf(number));
            case BigInteger number -> Optional.of(new BigDecimal(number));
            case BigDecimal number -> Optional.of(number);
            case Double number when Double.isFinite(number) -> Optional.of(BigDecimal.valueOf(number));
            case null, default -> Optional.empty();
        };
    }

    private DocumentNode child(String name, @Nullable Object child) {
        boolean plain = PLAIN_FIELD.matcher(name).matches();
        String step = plain ? "." + name : "['" + name.replace("\\", "\\\\").replace("'", "\\'") + "']";
        return new DocumentNode(child, path + step, errors);
    }
}
