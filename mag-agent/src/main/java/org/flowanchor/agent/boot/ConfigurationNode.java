package org.flowanchor.agent.boot;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * One value of the file, with its path. Strict: whatever was not asked for when {@link #refuseOthers} is called is an error, no type is
 * converted into another.
 */
final class ConfigurationNode {
    private final String file;
    private final String path;
    private final JsonNode node;
    private final Set<String> asked = new HashSet<>();

    ConfigurationNode(String file, String path, JsonNode node) {
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
        if (!node.isObject()) {
            throw fault("must be a mapping, not " + kind());
        }
        return this;
    }

    /** The elements of a list that is not empty, or the one value itself. */
    List<ConfigurationNode> oneOrMore(String key) throws ConfigurationException {
        ConfigurationNode value = required(key);
        if (!value.node.isArray()) {
            return List.of(value);
        }
        if (value.node.isEmpty()) {
            throw value.fault("must not be empty");
        }
        return list(key);
    }

    List<ConfigurationNode> list(String key) throws ConfigurationException {
        ConfigurationNode value = required(key);
        if (!value.node.isArray()) {
            throw value.fault("must be a list, not " + value.kind());
        }
        List<ConfigurationNode> elements = new ArrayList<>();
        for (int i = 0; i < value.node.size(); i++) {
            elements.add(new ConfigurationNode(file, value.path + "[" + i + "]", value.node.get(i)));
        }
        return elements;
    }

    /** @param parser throws {@link IllegalArgumentException} with the fault */
    <T> T text(String key, Function<String, T> parser) throws ConfigurationException {
        return required(key).text(parser);
    }

    <T> T text(Function<String, T> parser) throws ConfigurationException {
        if (!node.isString()) {
            throw fault("must be text, not " + kind());
        }
        if (node.stringValue().isBlank()) {
            throw fault("must not be empty");
        }
        try {
            return parser.apply(node.stringValue());
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
        if (!node.isIntegralNumber()) {
            throw fault("must be a whole number, not " + kind());
        }
        if (!node.canConvertToLong() || node.longValue() < min || node.longValue() > max) {
            throw fault(node + " is not in " + min + ".." + max);
        }
        return node.longValue();
    }

    /** Unknown keys, also those that belong to the other role. */
    void refuseOthers() throws ConfigurationException {
        for (String key : node.propertyNames()) {
            if (!asked.contains(key)) {
                throw new ConfigurationException(file, path + "." + key, "unknown key");
            }
        }
    }

    Optional<ConfigurationNode> optional(String key) {
        asked.add(key);
        JsonNode value = node.get(key);
        return value == null ? Optional.empty() : Optional.of(new ConfigurationNode(file, path + "." + key, value));
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
        return node.isObject();
    }

    private ConfigurationNode required(String key) throws ConfigurationException {
        Optional<ConfigurationNode> value = optional(key);
        if (value.isEmpty()) {
            throw new ConfigurationException(file, path + "." + key, "is missing");
        }
        return value.get();
    }

    private String kind() {
        return switch (node.getNodeType()) {
            case ARRAY -> "a list";
            case OBJECT -> "a mapping";
            case BOOLEAN -> "a boolean";
            case NUMBER -> "the number " + node;
            case STRING -> "text";
            case NULL -> "nothing";
            case BINARY, MISSING, POJO -> "something else";
        };
    }
}
