package org.flowanchor.agent.boot;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One value of the file, with its path. Strict: whatever was not asked for when {@link #refuseOthers} is called is an error, no type is
 * converted into another.
 */
final class ConfigurationNode {
    private final String file;
    private final String path;
    private final @Nullable Object node;
    private final Set<String> asked = new HashSet<>();

    /** @param node mapping, list, text, number, boolean or nothing, as the library reads it */
    ConfigurationNode(String file, String path, @Nullable Object node) {
        this.file = file;
        this.path = path;
        this.node = node;
    }

    ConfigurationException fault(String fault) {
        return new ConfigurationException(file, path, fault);
    }

    ConfigurationNode object(String key) throws ConfigurationException {
        return required(key).requireObject();
    }

    ConfigurationNode requireObject() throws ConfigurationException {
        if (!isObject()) {
            throw fault("must be a mapping, not " + kind());
        }
        return this;
    }

    /** The elements of a list that is not empty, or the one value itself. */
    List<ConfigurationNode> oneOrMore(String key) throws ConfigurationException {
        ConfigurationNode value = required(key);
        if (!(value.node instanceof List<?> values)) {
            return List.of(value);
        }
        if (values.isEmpty()) {
            throw value.fault("must not be empty");
        }
        return list(key);
    }

    List<ConfigurationNode> list(String key) throws ConfigurationException {
        ConfigurationNode value = required(key);
        if (!(value.node instanceof List<?> values)) {
            throw value.fault("must be a list, not " + value.kind());
        }
        List<ConfigurationNode> elements = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            elements.add(new ConfigurationNode(file, value.path + "[" + i + "]", values.get(i)));
        }
        return elements;
    }

    /** @param parser throws {@link IllegalArgumentException} with the fault */
    <T> T text(String key, Function<String, T> parser) throws ConfigurationException {
        return required(key).text(parser);
    }

    <T> T text(Function<String, T> parser) throws ConfigurationException {
        if (!(node instanceof String text)) {
            throw fault("must be text, not " + kind());
        }
        if (text.isBlank()) {
            throw fault("must not be empty");
        }
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw fault(e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    long integer(String key, long min, long max) throws ConfigurationException {
        return required(key).integer(min, max);
    }

    long integer(String key, long min, long max, long otherwise) throws ConfigurationException {
        Optional<ConfigurationNode> value = optional(key);
        return value.isPresent() ? value.get().integer(min, max) : otherwise;
    }

    private long integer(long min, long max) throws ConfigurationException {
        if (!(node instanceof Integer || node instanceof Long || node instanceof BigInteger)) {
            throw fault("must be a whole number, not " + kind());
        }
        BigInteger number = new BigInteger(node.toString());
        if (number.compareTo(BigInteger.valueOf(min)) < 0 || number.compareTo(BigInteger.valueOf(max)) > 0) {
            throw fault(node + " is not in " + min + ".." + max);
        }
        return number.longValue();
    }

    /** Unknown keys, also those that belong to the other role. */
    void refuseOthers() throws ConfigurationException {
        for (Object key : entries().keySet()) {
            if (!asked.contains(key)) {
                throw new ConfigurationException(file, path + "." + key, "unknown key");
            }
        }
    }

    Optional<ConfigurationNode> optional(String key) {
        asked.add(key);
        Map<?, ?> entries = entries();
        return entries.containsKey(key)
                ? Optional.of(new ConfigurationNode(file, path + "." + key, entries.get(key)))
                : Optional.empty();
    }

    /** Text when the key is there. */
    <T> Optional<T> optionalText(String key, Function<String, T> parser) throws ConfigurationException {
        Optional<ConfigurationNode> value = optional(key);
        return value.isPresent() ? Optional.of(value.get().text(parser)) : Optional.empty();
    }

    /** Whatever kind it is. */
    ConfigurationNode value(String key) throws ConfigurationException {
        return required(key);
    }

    boolean isObject() {
        return node instanceof Map;
    }

    private Map<?, ?> entries() {
        return node instanceof Map<?, ?> entries ? entries : Map.of();
    }

    private ConfigurationNode required(String key) throws ConfigurationException {
        Optional<ConfigurationNode> value = optional(key);
        if (value.isEmpty()) {
            throw new ConfigurationException(file, path + "." + key, "is missing");
        }
        return value.get();
    }

    private String kind() {
        return switch (node) {
            case null -> "nothing";
            case List<?> list -> "a list";
            case Map<?, ?> mapping -> "a mapping";
            case Boolean truth -> "a boolean";
            case Number number -> "the number " + number;
            case String text -> "text";
            default -> "something else";
        };
    }
}
